import type { RollupDescription, RowsDescription } from '#platform';

const identity = { partition: 'src_partition', offset: 'src_offset', index: 'src_index', counted: '1' } as const;

const minutes: RollupDescription = {
  table: 'span_1m',
  time: 't',
  bucketSeconds: 60,
  keys: ['tenant', 'service', 'env', 'entry', 'name', 'kind', 'route', 'tool', 'release', 'weight'],
  values: {
    n: 'count()',
    errors: 'countIf(error = 1)',
    us: 'sum(duration_us)',
    mx: 'max(duration_us)',
    bytes: 'sum(response_bytes)',
    q: 'quantilesDDState(0.01, 0.5, 0.75, 0.95, 0.99)(toFloat64(duration_us))',
  },
  counts: ['n', 'errors', 'us', 'bytes'],
};

/** As infra/clickhouse/migrations/0012_telemetry.sql says. */
export const spanTables: RowsDescription = {
  ...identity,
  table: 'span_events',
  time: 'start',
  ticksPerMs: 1_000,
  rollups: [minutes, { ...minutes, table: 'span_1h', bucketSeconds: 3_600 }],
};

export const logTables: RowsDescription = { ...identity, table: 'log_events', time: 'ts', rollups: [] };

export const pointTables: RowsDescription = { ...identity, table: 'point_events', time: 'ts', rollups: [] };
