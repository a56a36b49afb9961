import { Refusal } from './refusal.ts';

/** The place behind the last one of a page, in a list that is ordered by a moment, the newest first, and by id. */
export interface Cursor {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
}

const cursorText = ({ at, id }: Cursor) => Buffer.from(JSON.stringify([at, id])).toString('base64url');

/** Undefined is the first page. */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  try {
    const [at, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (Number.isSafeInteger(at) && typeof id === 'string') return { at: at as number, id };
  } catch {
    // Said below.
  }
  throw new Refusal('parameter_invalid', 'cursor is not one that an earlier answer gave as next', 'cursor');
}

/** Of the one and more that were asked for, those of the page; `next` is null on the last one. */
export function pageOf<Row>(rows: readonly Row[], limit: number, placeOf: (row: Row) => Cursor): { data: Row[]; next: string | null } {
  const data = rows.slice(0, limit);
  return { data, next: rows.length > limit ? cursorText(placeOf(data.at(-1)!)) : null };
}
