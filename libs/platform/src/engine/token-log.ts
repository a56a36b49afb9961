import { open, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * An insert writes its deduplication token into the table's log and then renames its part into place. A process killed
 * between the two leaves a token without rows, and a repeat of that insert would be ignored for ever. Tokens are written
 * one at a time under the table's lock, so only the last line of a log can be such a token.
 * Seen with engine 26.7.2 by strace; the log's format is that of MergeTreeDeduplicationLog.cpp.
 */
export interface TokenLogEnd {
  readonly file: string;
  /** Bytes of the log that hold. */
  readonly size: number;
}

/** Operation ADD, part, token. */
const addLine = /^1\t([^\t]+)\t[^\t]+$/;
/** Partition, first and last block, level, and the mutation it went through. */
const partName = /^([^_]+)_(\d+)_(\d+)_(\d+)(?:_(\d+))?$/;
/** A line has the token's hash, the part's name and an operation: far less than this. */
const tailBytes = 4096;

/** Where to cut the log of the table in this folder, or undefined when it ends well. */
export async function danglingEnd(tableFolder: string): Promise<TokenLogEnd | undefined> {
  const log = await lastLog(join(tableFolder, 'deduplication_logs'));
  if (!log) return undefined;
  const { file, size, tail } = log;
  const whole = tail.lastIndexOf('\n') + 1;
  if (whole < tail.length) return { file, size: size - (tail.length - whole) };
  const begin = tail.lastIndexOf('\n', whole - 2) + 1;
  const part = addLine.exec(tail.toString('latin1', begin, whole - 1))?.[1];
  if (part === undefined || covers(await readdir(tableFolder), part)) return undefined;
  return { file, size: size - (whole - begin) };
}

export async function cutTokenLog({ file, size }: TokenLogEnd): Promise<void> {
  await truncate(file, size);
}

async function lastLog(folder: string): Promise<{ file: string; size: number; tail: Buffer } | undefined> {
  const names = await readdir(folder).catch(() => []);
  const newestFirst = names.sort((a, b) => numberOf(b) - numberOf(a));
  for (const name of newestFirst) {
    const file = join(folder, name);
    const { size, tail } = await readTail(file);
    if (size > 0) return { file, size, tail };
  }
  return undefined;
}

function numberOf(name: string): number {
  return Number(/(\d+)\.txt$/.exec(name)?.[1] ?? 0);
}

async function readTail(file: string): Promise<{ size: number; tail: Buffer }> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, tailBytes));
    await handle.read(tail, 0, tail.length, size - tail.length);
    return { size, tail };
  } finally {
    await handle.close();
  }
}

/** Whether the part is there, or one that it was merged into. */
function covers(entries: readonly string[], part: string): boolean {
  const [, partition, first, last] = partName.exec(part) ?? [];
  return entries.some((entry) => {
    const found = partName.exec(entry);
    return found !== null && found[1] === partition && Number(found[2]) <= Number(first) && Number(found[3]) >= Number(last);
  });
}
