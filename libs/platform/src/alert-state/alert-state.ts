/** One thing that is remembered: an instance, an incident, a notice on its way. */
export interface AlertDocument {
  readonly kind: string;
  readonly id: string;
  /** Counts its changes, from 1. */
  readonly version: number;
  /** JSON. */
  readonly body: string;
}

export interface AlertChange {
  readonly project: string;
  readonly kind: string;
  readonly id: string;
  /** The version that it was decided on; 0: there is none. */
  readonly version: number;
  /** What is true from now on, JSON. */
  readonly body: string;
  /** It is needed no more: only the journal keeps it. */
  readonly ended?: true;
}

/** What happened, for the journal alone. Its id was never used before, or says the same as then. */
export interface AlertRecord {
  readonly project: string;
  readonly kind: string;
  readonly id: string;
  /** JSON. */
  readonly body: string;
}

export interface AlertWrite {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of different documents. */
  readonly changes: readonly AlertChange[];
  readonly records?: readonly AlertRecord[];
}

/** Somebody else changed one of the documents: nothing was written. Read again and decide anew. */
export class AlertConflict extends Error {
  override readonly name = 'AlertConflict';

  static on({ kind, id, version }: AlertChange, found: number): AlertConflict {
    return new AlertConflict(`${kind} ${id} has version ${found}, the decision was made on ${version}`);
  }
}

/**
 * What the alerter must remember between two looks, so that a crash neither loses nor doubles a page: documents with versions, changed
 * together or not at all, and a journal of all of it in the warehouse (`alert_journal`), which outlives them.
 */
export abstract class AlertState {
  /** Those that have not ended, of one kind, in no order. */
  abstract list(kind: string): Promise<readonly AlertDocument[]>;
  abstract find(kind: string, ids: readonly string[]): Promise<readonly AlertDocument[]>;
  /** Resolves when all of it outlives this process; rejects with `AlertConflict`, or where it is not known what became of it. */
  abstract write(write: AlertWrite): Promise<void>;
  /** Resolves when everything written so far stands in the journal too; rejects where the warehouse is away. */
  abstract flush(): Promise<void>;
  /**
   * Takes or renews a lease of so many milliseconds: true where nobody else has it, so that of several alerters one does the work. Whoever
   * was slow may still write what it decided before its lease ran out; the versions refuse one of the two.
   */
  abstract hold(name: string, holder: string, ms: number): Promise<boolean>;
  /** Others need not wait until the lease runs out. */
  abstract release(name: string, holder: string): Promise<void>;
  /** Releases what it holds. */
  abstract close(): Promise<void>;
}
