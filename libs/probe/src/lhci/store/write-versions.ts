import type { Warehouse } from '#platform';
import { rowLines } from './row-lines.ts';

interface Versioned {
  readonly version: number;
}

/** Where versions of something are written: of the rows of one the highest version counts. */
export interface VersionedTable<Row extends Versioned> {
  readonly table: string;
  /** Of the token: what the first of the rows is. */
  readonly named: (first: Row) => string;
  /** What is stored of a row, where that is not all of it. */
  readonly stored?: (row: Row, deleted: boolean) => object;
}

export const writeVersions = <Row extends Versioned>(warehouse: Warehouse, table: VersionedTable<Row>, rows: readonly Row[]) =>
  write(warehouse, table, rows, false);

/** A version more of each, which says that it is gone. */
export function removeVersions<Row extends Versioned>(
  warehouse: Warehouse,
  table: VersionedTable<Row>,
  rows: readonly Row[],
): Promise<void> {
  return write(
    warehouse,
    table,
    rows.map((row) => ({ ...row, version: row.version + 1 })),
    true,
  );
}

async function write<Row extends Versioned>(
  warehouse: Warehouse,
  { table, named, stored = (row) => row }: VersionedTable<Row>,
  rows: readonly Row[],
  deleted: boolean,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const token = `lhci:${named(first)}:${first.version}:${rows.length}:${deleted}`;
  await warehouse.insert({ table, token, rows: rowLines(rows.map((row) => ({ ...stored(row, deleted), deleted }))) });
}
