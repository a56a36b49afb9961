import { availableParallelism } from 'node:os';
import { type Engine, EngineError, type EngineSettings } from '../engine/engine.ts';
import { Slots } from '../engine/slots.ts';
import { insertVerdict, questionVerdict } from './engine-verdict.ts';
import { insertSettings } from './insert-settings.ts';
import { type InsertBlock, type Question, Warehouse } from './warehouse.ts';

export interface EmbeddedWarehouseOptions {
  /** Questions that run at once; the rest waits. Fewer than the engine's queries, so that migrations and repairs find a place. */
  readonly questions?: number;
  /** A question that takes longer is refused. */
  readonly questionSeconds?: number;
  /** Bytes one question may take. */
  readonly questionMemoryBytes?: number;
}

/** ClickHouse inside this process. */
export class EmbeddedWarehouse extends Warehouse {
  readonly #engine: Engine;
  readonly #questions: Slots;
  readonly #questionSettings: EngineSettings;

  constructor(engine: Engine, options: EmbeddedWarehouseOptions = {}) {
    super();
    this.#engine = engine;
    this.#questions = new Slots(options.questions ?? 4);
    this.#questionSettings = {
      output_format_json_quote_64bit_integers: 1,
      max_execution_time: options.questionSeconds ?? 30,
      max_memory_usage: options.questionMemoryBytes ?? 512 * 2 ** 20,
      // Inserts come first: half the cores, and where the process may set it (CAP_SYS_NICE), a lower priority.
      max_threads: Math.max(1, Math.floor(availableParallelism() / 2)),
      os_threads_nice_value_query: 10,
      // Reading only, and a question may bring settings of its own.
      readonly: 2,
    };
  }

  async insert({ table, token, rows }: InsertBlock): Promise<void> {
    const settings = { ...insertSettings, insert_deduplication_token: token };
    try {
      await this.#engine.insert({ table, format: 'JSONEachRow', bytes: rows, settings });
    } catch (error) {
      throw error instanceof EngineError ? insertVerdict(error) : error;
    }
  }

  async ask<Row extends object>({ sql, params, signal }: Question): Promise<Row[]> {
    const query = { sql, format: 'JSONEachRow', settings: this.#questionSettings, ...(params && { params }), ...(signal && { signal }) };
    const bytes = await this.#questions.run(() => this.#query(query), signal);
    const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
  }

  async run(sql: string): Promise<void> {
    await this.#query({ sql, format: 'Null' });
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  async #query(query: Parameters<Engine['query']>[0]): Promise<Uint8Array> {
    try {
      return (await this.#engine.query(query)).bytes;
    } catch (error) {
      throw error instanceof EngineError ? questionVerdict(error) : error;
    }
  }
}
