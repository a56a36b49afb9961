import { randomBytes, randomUUID } from 'node:crypto';
import type { LogRow, SpanRow } from '#contracts';
import type { Warehouse } from '#platform';

export type StoredSpan = Partial<SpanRow> & Pick<SpanRow, 'start'>;

const usual = {
  tenant: 'default',
  service: 'shop',
  env: 'production',
  name: 'GET',
  kind: 'server',
  entry: 1,
  duration_us: 10_000,
} as const;

/** Stores spans as the loader would; what one leaves out is as in the most usual request. */
export async function storeSpans(warehouse: Warehouse, spans: readonly StoredSpan[]): Promise<void> {
  const lines = spans.map((span, index) => {
    const ids = { trace_id: randomBytes(16).toString('hex'), span_id: String(index + 1), parent_id: '0' };
    return JSON.stringify({ ...usual, ...ids, received_at: Math.round(span.start / 1_000), src_index: index, ...span });
  });
  await warehouse.insert({ table: 'span_events', token: randomUUID(), rows: Buffer.from(`${lines.join('\n')}\n`) });
}

export async function storeLogs(warehouse: Warehouse, logs: readonly (Partial<LogRow> & Pick<LogRow, 'ts'>)[]): Promise<void> {
  const lines = logs.map((log) => JSON.stringify({ tenant: 'default', service: 'shop', env: 'production', received_at: log.ts, ...log }));
  await warehouse.insert({ table: 'log_events', token: randomUUID(), rows: Buffer.from(`${lines.join('\n')}\n`) });
}
