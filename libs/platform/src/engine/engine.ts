/** A setting of one query, by ClickHouse's name. */
export type EngineSettings = Readonly<Record<string, string | number | boolean>>;

/** A parameter already in ClickHouse's escaped form, such as HTTP's `param_*` carries it. */
export class EscapedParameter {
  constructor(readonly text: string) {}
}

export interface EngineQuery {
  readonly sql: string;
  /** Values for `{name:Type}`; bound by the engine, never put into the text. Strings are taken literally. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly settings?: EngineSettings;
  /** ClickHouse format name, where the text has no FORMAT of its own. */
  readonly format: string;
  /** Ends the computation, not only the waiting. */
  readonly signal?: AbortSignal;
  /** Called about every 100 ms while the query runs; costs a look at the engine's process list each time. */
  readonly onProgress?: (progress: EngineProgress) => void;
}

/** What a running query has done so far. */
export interface EngineProgress {
  readonly elapsedMs: number;
  readonly readRows: number;
  readonly readBytes: number;
  /** Estimate of all rows to read; 0 where unknown. */
  readonly totalRows: number;
}

export interface EngineInsert {
  readonly table: string;
  readonly columns?: readonly string[];
  readonly format: string;
  readonly bytes: Uint8Array;
  readonly settings?: EngineSettings;
}

/** What the engine refused, with ClickHouse's code and its message without the stack. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  constructor(
    message: string,
    readonly code: number,
    /** ClickHouse's name for the code, such as UNKNOWN_TABLE. */
    readonly codeName: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface EngineStats {
  readonly elapsedMs: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

/** The ClickHouse engine in this process. One per data folder. */
export interface Engine {
  readonly version: string;
  /** The whole answer at once: for the house's own small questions. */
  query(query: EngineQuery): Promise<{ bytes: Uint8Array; stats: EngineStats }>;
  /**
   * The answer piece by piece; leaving the loop cancels the computation. Memory stays bounded by one piece for formats
   * that are a plain sequence of rows or blocks (JSONEachRow, TabSeparated, RowBinary, Native, ...). Formats with a head
   * or a foot (JSON, Parquet, CSVWithNames, ...) are computed whole first: bound them with max_result_bytes.
   */
  stream(query: EngineQuery): AsyncIterable<Uint8Array>;
  insert(insert: EngineInsert): Promise<{ rowsWritten: number }>;
  close(): Promise<void>;
}
