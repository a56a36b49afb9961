import type { RollupDescription, RowsDescription } from '#platform';

const minutes: RollupDescription = {
  table: 'rum_1m',
  time: 't',
  bucketSeconds: 60,
  keys: ['tenant', 'app', 'metric', 'env', 'route', 'tool', 'agent', 'weight'],
  values: {
    n: 'count()',
    s: 'sum(value)',
    mn: 'min(value)',
    mx: 'max(value)',
    good: "countIf(rating = 'good')",
    poor: "countIf(rating = 'poor')",
    unrated: "countIf(rating = 'unknown')",
    bytes: 'sum(response_bytes)',
    q: 'quantilesDDState(0.01, 0.5, 0.75, 0.95, 0.99)(value * 1e6)',
  },
  counts: ['n', 'good', 'poor', 'unrated', 'bytes'],
};

/** `rum_events` and what its views make of it, as infra/clickhouse/migrations/0001_rum.sql says. */
export const rumTables: RowsDescription = {
  table: 'rum_events',
  time: 'ts',
  partition: 'src_partition',
  offset: 'src_offset',
  index: 'src_index',
  counted: 'counted = 1',
  rollups: [minutes, { ...minutes, table: 'rum_1h', bucketSeconds: 3600 }],
};
