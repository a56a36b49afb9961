import type { Session } from 'chdb';
import type { Clock } from '../clock/clock.ts';
import type { EngineProgress } from './engine.ts';
import { quoteLiteral } from './parameter-text.ts';

/** As often as a server tells progress over HTTP. */
const everyMs = 100;

/** Looks at running queries from a session of its own; the engine's addon tells nothing until they end. */
export class ProgressWatch {
  readonly #openSession: () => Session;
  readonly #clock: Clock;

  constructor(openSession: () => Session, clock: Clock) {
    this.#openSession = openSession;
    this.#clock = clock;
  }

  /** Calls `onProgress` while the query with this tag runs, until `end` is called; `ended` resolves when the session is closed. */
  start(tag: string, onProgress: (progress: EngineProgress) => void): { end: () => void; ended: Promise<void> } {
    const ending = new AbortController();
    return { end: () => ending.abort(), ended: this.#watch(tag, onProgress, ending.signal) };
  }

  async #watch(tag: string, onProgress: (progress: EngineProgress) => void, ended: AbortSignal): Promise<void> {
    const session = this.#openSession();
    const sql = `SELECT toUInt64(elapsed * 1000) AS elapsedMs, read_rows AS readRows, read_bytes AS readBytes, total_rows_approx AS totalRows
      FROM system.processes WHERE Settings['log_comment'] = ${quoteLiteral(tag)}`;
    try {
      for (await this.#clock.sleep(everyMs, ended); !ended.aborted; await this.#clock.sleep(everyMs, ended)) {
        const line = (await session.queryAsync(sql, { format: 'JSONEachRow' })).text().trim();
        if (line !== '' && !ended.aborted) onProgress(numbersOf(line));
      }
    } catch {
      // Progress is a courtesy: the query itself tells of its failures.
    } finally {
      session.close();
    }
  }
}

function numbersOf(line: string): EngineProgress {
  const entries = Object.entries(JSON.parse(line) as Record<string, string>);
  return Object.fromEntries(entries.map(([name, value]) => [name, Number(value)])) as unknown as EngineProgress;
}
