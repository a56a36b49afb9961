export interface BlobFacts {
  readonly key: string;
  readonly bytes: number;
  /** When it was written, milliseconds since 1970. */
  readonly at: number;
}

/** Whole reports, compressed, under the keys that `blobKey` makes. */
export abstract class ReportBlobs {
  /** Resolves when it is durable; what stood under the key before is replaced, at once and whole. Its SHA-256, hex. */
  abstract put(key: string, bytes: Uint8Array): Promise<string>;
  /** Null where there is none. */
  abstract get(key: string): Promise<Uint8Array | null>;
  /** What is not there is no error. */
  abstract delete(key: string): Promise<void>;
  /** In no order. What is written or deleted meanwhile may be among them or not. */
  abstract list(): AsyncIterable<BlobFacts>;
}
