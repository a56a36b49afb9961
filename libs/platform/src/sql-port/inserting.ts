import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, EngineError, type EngineSettings } from '../engine/engine.ts';
import type { InsertStatement } from './insert-statement.ts';

/** Formats in which a line end is always the end of a row. */
const lineFormats = new Set(['JSONEachRow', 'JSONCompactEachRow', 'TSV', 'TabSeparated']);

/** A longer body of lines is inserted in blocks of about this size, each whole or not at all. */
const blockBytes = 32 * 2 ** 20;
const lineEnd = 0x0a;

export interface Insertion {
  readonly engine: Engine;
  readonly statement: InsertStatement;
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly settings: EngineSettings;
}

/** Inserts the rows and tells how many were written, those of dependent views included; 0 where the engine does not count them. */
export async function insertRows(insertion: Insertion): Promise<number> {
  const { statement } = insertion;
  const plain = statement.table !== undefined && statement.columns !== null;
  return plain ? insertFromMemory(insertion) : insertFromFile(insertion);
}

async function insertFromMemory(insertion: Insertion): Promise<number> {
  const whole = !lineFormats.has(insertion.statement.format) || 'insert_deduplication_token' in insertion.settings;
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let rows = 0;
  for await (const piece of insertion.pieces) {
    waiting.push(piece);
    bytes += piece.length;
    if (whole || bytes < blockBytes) continue;
    const [block, rest] = cutBehindLastLine(Buffer.concat(waiting));
    rows += await insertBlock(insertion, block);
    waiting = [rest];
    bytes = rest.length;
  }
  return rows + (await insertBlock(insertion, Buffer.concat(waiting)));
}

async function insertBlock({ engine, statement, settings }: Insertion, bytes: Uint8Array): Promise<number> {
  if (bytes.length === 0) return 0;
  const { table, columns, format } = statement;
  const { rowsWritten } = await engine.insert({ table: table!, format, bytes, settings, ...(columns && { columns }) });
  return rowsWritten;
}

function cutBehindLastLine(bytes: Buffer): [Buffer, Buffer] {
  const end = bytes.lastIndexOf(lineEnd) + 1;
  return [bytes.subarray(0, end), bytes.subarray(end)];
}

/** Targets such as `t (* EXCEPT (a))` stay text; their rows go through a file, which the engine reads with the columns of the target. */
async function insertFromFile({ engine, statement, pieces, settings }: Insertion): Promise<number> {
  if (!/^\w+$/.test(statement.format)) throw new EngineError(`Unknown format ${statement.format}`, 73, 'UNKNOWN_FORMAT');
  const path = join(tmpdir(), `beaconhouse-insert-${randomUUID()}`);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const piece of pieces) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    const sql = `INSERT INTO ${statement.target} SELECT * FROM file({path:String}, '${statement.format}')`;
    await engine.query({ sql, params: { path }, settings, format: 'Null' });
    return 0;
  } finally {
    await rm(path, { force: true });
  }
}
