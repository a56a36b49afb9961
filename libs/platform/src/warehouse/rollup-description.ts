/** A rollup as its view fills it, in terms of the rows it stands for. */
export interface RollupDescription {
  readonly table: string;
  /** DateTime column with the beginning of the bucket. */
  readonly time: string;
  readonly bucketSeconds: number;
  /** Columns that tell cells of one bucket apart; the same names in the rows. */
  readonly keys: readonly string[];
  /** Every other column, as an expression over the rows of a cell. */
  readonly values: Readonly<Record<string, string>>;
  /** Those of `values` that are whole numbers and can be summed: by them a rollup is compared with its rows. */
  readonly counts: readonly string[];
}

/** A table of rows with identity, and the rollups fed from it. */
export interface RowsDescription {
  readonly table: string;
  /** DateTime64 column; in JSON a number of milliseconds, or of the parts of one that `ticksPerMs` says. */
  readonly time: string;
  readonly ticksPerMs?: number;
  /** Columns that name a row: partition and offset of its message, and its place in there. */
  readonly partition: string;
  readonly offset: string;
  readonly index: string;
  /** Which rows the rollups count. */
  readonly counted: string;
  /** A rollup that is fed from another stands behind it. */
  readonly rollups: readonly RollupDescription[];
}
