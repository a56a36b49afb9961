import { randomUUID } from 'node:crypto';
import type { SpanRow } from '#contracts';
import type { Warehouse } from '#platform';

const usual = {
  tenant: 'default',
  service: 'api',
  env: 'production',
  name: 'GET /cart',
  kind: 'server',
  entry: 1,
  duration_us: 1_000,
} as const;

/** Stores spans as the loader would; `at` is when one started and came in, milliseconds since 1970. */
export async function storeSpans(warehouse: Warehouse, spans: readonly (Partial<SpanRow> & { readonly at: number })[]): Promise<void> {
  const lines = spans.map(({ at, ...span }, index) =>
    JSON.stringify({ ...usual, start: at * 1_000, received_at: at, trace_id: randomUUID(), src_index: index, ...span }),
  );
  await warehouse.insert({ table: 'span_events', token: randomUUID(), rows: Buffer.from(`${lines.join('\n')}\n`) });
}
