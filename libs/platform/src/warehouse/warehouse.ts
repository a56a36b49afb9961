export interface InsertBlock {
  readonly table: string;
  /** Same token: stored once, however often it is sent. */
  readonly token: string;
  /** JSONEachRow lines. */
  readonly rows: Uint8Array;
  /** Rows of one stream partition are always stored on the same shard; 0 when absent. */
  readonly partition?: number;
}

export interface Question {
  /** Values stand in the text as `{name:Type}` only. */
  readonly sql: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** The engine says the rows themselves are wrong: trying again cannot help. */
export class RowsRefused extends Error {
  override readonly name = 'RowsRefused';
}

/** The engine cannot take or answer now (memory, too many parts, network): the same call may succeed later. */
export class WarehouseBusy extends Error {
  override readonly name = 'WarehouseBusy';
}

/** The question is wrong, or needs more than its limits. `code` is ClickHouse's. */
export class QuestionRefused extends Error {
  override readonly name = 'QuestionRefused';
  constructor(
    message: string,
    readonly code: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** ClickHouse, wherever it runs. */
export abstract class Warehouse {
  /** Resolves when the rows are on disk in the table and in every rollup fed from it. */
  abstract insert(block: InsertBlock): Promise<void>;
  /** Rows as objects. 64-bit integers arrive as strings. */
  abstract ask<Row extends object>(question: Question): Promise<Row[]>;
  /** The house's own statements: migrations and repairs. Never with input in the text. */
  abstract run(sql: string): Promise<void>;
  abstract close(): Promise<void>;
}
