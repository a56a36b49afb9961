import type { Redis } from 'ioredis';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { AlertDocument } from '../alert-state.ts';
import { type JournalState, readJournal } from '../journal.ts';
import type { AlertKeys } from './alert-keys.ts';
import { fillDocuments, runScript } from './alert-scripts.ts';

export interface RefillParts {
  readonly redis: Redis;
  readonly keys: AlertKeys;
  readonly warehouse: Warehouse;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Gives a Redis that was emptied, or may lack its last second, what only the journal knows. Whoever is slower than somebody else changes
 * nothing. What was written and stood in no journal yet is lost with its Redis.
 */
export async function refill(parts: RefillParts): Promise<void> {
  const { redis, keys } = parts;
  const seen = await redis.hget(keys.meta, 'last');
  const { documents, ended, last } = await missing(parts, seen);
  const kinds = [...new Set([...documents, ...ended].map(({ kind }) => kind))];
  const place = ({ kind, id }: AlertDocument) => [kinds.indexOf(kind) + 2, id];
  const values = [
    ...documents.flatMap((document) => [...place(document), `${document.version} ${document.body}`]),
    ...ended.flatMap((document) => [...place(document), '']),
  ];
  const all = [keys.meta, ...kinds.map((kind) => keys.documents(kind))];
  await runScript(redis, fillDocuments, all, [seen ?? '', Math.max(last, Number(seen ?? 0)), ...values]);
}

/** Where the journal cannot be read, what Redis still has is better than nothing: doubling a notice is better than missing all. */
async function missing({ warehouse, onTrouble }: RefillParts, seen: string | null): Promise<JournalState> {
  try {
    return await readJournal(warehouse, Number(seen ?? 0));
  } catch (error) {
    if (seen === null) throw error;
    onTrouble(error);
    return { documents: [], ended: [], last: 0 };
  }
}
