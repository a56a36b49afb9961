import { randomUUID } from 'node:crypto';
import type { OutcomeRow, RumRow } from '#contracts';
import type { Warehouse } from '#platform';

export type StoredRow = Partial<RumRow> & Pick<RumRow, 'ts' | 'value'>;

const usual = { tenant: 'default', app: 'studio', env: 'production', metric: 'LCP', route: 'class-search', tool: 'unknown' } as const;

/** Stores rows as the loader would; what a row leaves out is as in the most usual event. */
export async function storeRows(warehouse: Warehouse, rows: readonly StoredRow[]): Promise<void> {
  const lines = rows.map((row, index) => JSON.stringify({ ...usual, received_at: row.ts, src_index: index, ...row }));
  await warehouse.insert({ table: 'rum_events', token: randomUUID(), rows: Buffer.from(`${lines.join('\n')}\n`) });
}

export async function storeOutcomes(warehouse: Warehouse, rows: readonly OutcomeRow[]): Promise<void> {
  const lines = rows.map((row) => JSON.stringify({ ...row, t: row.t / 1000 }));
  await warehouse.insert({ table: 'outcomes_1m', token: randomUUID(), rows: Buffer.from(`${lines.join('\n')}\n`) });
}

/** Log-normal values around a median, the same for the same seed. */
export function logNormal(count: number, median: number, spread: number, seed = 1): number[] {
  const next = uniform(seed);
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return median * Math.exp(spread * radius * Math.cos(2 * Math.PI * next()));
  });
}

/** mulberry32, https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
