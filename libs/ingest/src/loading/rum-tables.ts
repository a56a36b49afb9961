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

/** Bin of a value, as infra/clickhouse/migrations/0005_shapes.sql says. */
const bin = 'toUInt16(least(600, floor(log(greatest(value, 0.001) / 0.001) / log(1.05))))';
const shape = (table: string, keys: readonly string[]): RollupDescription => ({
  table,
  time: 't',
  bucketSeconds: 3600,
  keys: ['tenant', 'app', 'metric', 'env', ...keys, 'agent'],
  values: { n: 'count()', w2: 'sum(toFloat64(weight) * weight)', shape: `sumMap([${bin}], [toFloat64(weight)])` },
  counts: ['n'],
});

/** `rum_events` and what its views make of it, as infra/clickhouse/migrations/0001_rum.sql and 0005_shapes.sql say. */
export const rumTables: RowsDescription = {
  table: 'rum_events',
  time: 'ts',
  partition: 'src_partition',
  offset: 'src_offset',
  index: 'src_index',
  counted: 'counted = 1',
  rollups: [
    minutes,
    { ...minutes, table: 'rum_1h', bucketSeconds: 3600 },
    shape('rum_shape_client_1h', ['device', 'country']),
    shape('rum_shape_place_1h', ['route', 'tool', 'device']),
  ],
};
