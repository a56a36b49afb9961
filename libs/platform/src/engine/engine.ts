/** A setting of one query, by ClickHouse's name. */
export type EngineSettings = Readonly<Record<string, string | number | boolean>>;

export interface EngineQuery {
  readonly sql: string;
  /** Values for `{name:Type}`; bound by the engine, never put into the text. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly settings?: EngineSettings;
  /** ClickHouse format name. */
  readonly format: string;
  /** Ends the computation, not only the waiting. */
  readonly signal?: AbortSignal;
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
  /** The answer piece by piece; leaving the loop cancels the computation. Memory stays bounded by one piece. */
  stream(query: EngineQuery): AsyncIterable<Uint8Array>;
  insert(insert: EngineInsert): Promise<{ rowsWritten: number }>;
  close(): Promise<void>;
}
