-- What servers and other people's SDKs send: spans with more of what they say, log records, data points.

ALTER TABLE span_events {{on_cluster}}
  ADD COLUMN IF NOT EXISTS received_at DateTime64(3, 'UTC') COMMENT 'When the gateway read it' CODEC(Delta(8), ZSTD(1)),
  ADD COLUMN IF NOT EXISTS release LowCardinality(String) COMMENT 'Release of the service',
  ADD COLUMN IF NOT EXISTS entry UInt8 COMMENT '1 for the first span of its service in a trace, which stands for a request',
  ADD COLUMN IF NOT EXISTS error_type LowCardinality(String) COMMENT 'Class of the error',
  ADD COLUMN IF NOT EXISTS error_message String COMMENT 'What the error says, without personal data' CODEC(ZSTD(3)),
  ADD COLUMN IF NOT EXISTS route LowCardinality(String) COMMENT 'Route of the request, such as /users/:id',
  ADD COLUMN IF NOT EXISTS resource String COMMENT 'What the operation worked on: a statement, a tool, a route' CODEC(ZSTD(3)),
  ADD COLUMN IF NOT EXISTS host LowCardinality(String) COMMENT 'Server that was asked, or that answers',
  ADD COLUMN IF NOT EXISTS http_method LowCardinality(String) COMMENT 'GET, POST, ...',
  ADD COLUMN IF NOT EXISTS session_id UInt64 COMMENT 'Keyed hash of the session, the same as in rum; 0 where none was sent',
  ADD COLUMN IF NOT EXISTS weight Float32 DEFAULT 1 COMMENT 'Spans this one stands for: 1 / sampling rate',
  ADD COLUMN IF NOT EXISTS source LowCardinality(String) COMMENT 'Protocol: otlp, datadog-agent, faro',
  ADD INDEX IF NOT EXISTS ix_received received_at TYPE minmax GRANULARITY 1;

CREATE TABLE IF NOT EXISTS span_1m {{on_cluster}} (
  tenant LowCardinality(String), service LowCardinality(String), env LowCardinality(String), entry UInt8, name LowCardinality(String),
  kind Enum8('internal' = 0, 'server' = 1, 'client' = 2, 'producer' = 3, 'consumer' = 4),
  route LowCardinality(String), tool LowCardinality(String), release LowCardinality(String), weight Float32,
  t DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  n SimpleAggregateFunction(sum, UInt64), errors SimpleAggregateFunction(sum, UInt64),
  us SimpleAggregateFunction(sum, UInt64), mx SimpleAggregateFunction(max, UInt64), bytes SimpleAggregateFunction(sum, UInt64),
  q AggregateFunction(quantilesDD(0.01, 0.5, 0.75, 0.95, 0.99), Float64)
) ENGINE = {{AggregatingMergeTree}} PARTITION BY toYYYYMM(t)
ORDER BY (tenant, service, env, entry, name, kind, route, tool, release, weight, t)
TTL t + INTERVAL {{minute_days}} DAY
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS span_1h {{on_cluster}} (
  tenant LowCardinality(String), service LowCardinality(String), env LowCardinality(String), entry UInt8, name LowCardinality(String),
  kind Enum8('internal' = 0, 'server' = 1, 'client' = 2, 'producer' = 3, 'consumer' = 4),
  route LowCardinality(String), tool LowCardinality(String), release LowCardinality(String), weight Float32,
  t DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  n SimpleAggregateFunction(sum, UInt64), errors SimpleAggregateFunction(sum, UInt64),
  us SimpleAggregateFunction(sum, UInt64), mx SimpleAggregateFunction(max, UInt64), bytes SimpleAggregateFunction(sum, UInt64),
  q AggregateFunction(quantilesDD(0.01, 0.5, 0.75, 0.95, 0.99), Float64)
) ENGINE = {{AggregatingMergeTree}} PARTITION BY toYYYYMM(t)
ORDER BY (tenant, service, env, entry, name, kind, route, tool, release, weight, t)
TTL t + INTERVAL {{hour_days}} DAY
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE MATERIALIZED VIEW IF NOT EXISTS span_1m_mv {{on_cluster}} TO span_1m AS
SELECT tenant, service, env, entry, name, kind, route, tool, release, weight, toStartOfMinute(start) AS t,
  count() AS n, countIf(error = 1) AS errors, sum(duration_us) AS us, max(duration_us) AS mx, sum(response_bytes) AS bytes,
  quantilesDDState(0.01, 0.5, 0.75, 0.95, 0.99)(toFloat64(duration_us)) AS q
FROM span_events
GROUP BY tenant, service, env, entry, name, kind, route, tool, release, weight, t;

CREATE MATERIALIZED VIEW IF NOT EXISTS span_1h_mv {{on_cluster}} TO span_1h AS
SELECT tenant, service, env, entry, name, kind, route, tool, release, weight, toStartOfHour(t) AS t,
  sum(n) AS n, sum(errors) AS errors, sum(us) AS us, max(mx) AS mx, sum(bytes) AS bytes,
  quantilesDDMergeState(0.01, 0.5, 0.75, 0.95, 0.99)(q) AS q
FROM span_1m
GROUP BY tenant, service, env, entry, name, kind, route, tool, release, weight, t;

CREATE TABLE IF NOT EXISTS log_events {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project, from the key',
  service LowCardinality(String) COMMENT 'Service or application',
  env LowCardinality(String) COMMENT 'production, staging, development',
  release LowCardinality(String) COMMENT 'Release of the service',
  ts DateTime64(3, 'UTC') COMMENT 'When it was written' CODEC(Delta(8), ZSTD(1)),
  received_at DateTime64(3, 'UTC') COMMENT 'When the gateway read it' CODEC(Delta(8), ZSTD(1)),
  severity UInt8 COMMENT '1 to 24: 5 debug, 9 info, 13 warning, 17 error, 21 fatal; 0 where it is not said',
  name LowCardinality(String) COMMENT 'Of an event; empty for a plain record',
  body String COMMENT 'Text of the record, without personal data' CODEC(ZSTD(3)),
  route LowCardinality(String) COMMENT 'Page or view it was written on',
  session_id UInt64 COMMENT 'Keyed hash of the session, the same as in rum; 0 where none was sent',
  trace_id UUID COMMENT 'W3C trace id; zeros where absent',
  span_id UInt64 COMMENT 'Span id as a number; 0 where absent',
  source LowCardinality(String) COMMENT 'Protocol: otlp, datadog-browser, faro',
  attrs Map(LowCardinality(String), String) COMMENT 'Attributes without a column' CODEC(ZSTD(3)),
  src_partition UInt16 COMMENT 'Identity of the event: stream partition',
  src_offset UInt64 COMMENT 'Identity of the event: offset of its message' CODEC(Delta(8), ZSTD(1)),
  src_index UInt16 COMMENT 'Identity of the event: place in its message',
  INDEX ix_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX ix_session session_id TYPE bloom_filter(0.01) GRANULARITY 1
) ENGINE = {{MergeTree}} PARTITION BY toDate(ts)
ORDER BY (tenant, service, env, toStartOfHour(ts), severity, ts)
TTL toDateTime(ts) + INTERVAL {{raw_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS point_events {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project, from the key',
  service LowCardinality(String) COMMENT 'Service that counts',
  env LowCardinality(String) COMMENT 'production, staging, development',
  release LowCardinality(String) COMMENT 'Release of the service',
  name LowCardinality(String) COMMENT 'Metric, such as http.server.request.duration',
  unit LowCardinality(String) COMMENT 'UCUM; seconds are stored as ms',
  kind Enum8('gauge' = 0, 'sum' = 1, 'histogram' = 2, 'exponential' = 3, 'summary' = 4) COMMENT 'Kind of the point',
  temporality Enum8('unspecified' = 0, 'delta' = 1, 'cumulative' = 2) COMMENT 'Since the point before, or since start',
  monotonic UInt8 COMMENT '1 for a sum that only grows',
  start DateTime64(3, 'UTC') COMMENT 'Since when is counted; 1970 where it is not said' CODEC(Delta(8), ZSTD(1)),
  ts DateTime64(3, 'UTC') COMMENT 'Until when is counted' CODEC(Delta(8), ZSTD(1)),
  received_at DateTime64(3, 'UTC') COMMENT 'When the gateway read it' CODEC(Delta(8), ZSTD(1)),
  value Float64 COMMENT 'Of a gauge or a sum',
  count UInt64 COMMENT 'Values in a histogram or summary' CODEC(T64, ZSTD(1)),
  sum Float64 COMMENT 'Their sum',
  min Nullable(Float64) COMMENT 'The least of them, where it is said',
  max Nullable(Float64) COMMENT 'The greatest of them, where it is said',
  bounds Array(Float64) COMMENT 'Upper bounds of the buckets; quantiles of a summary',
  buckets Array(UInt64) COMMENT 'Counts of the buckets; of an exponential histogram those above zero',
  quantiles Array(Float64) COMMENT 'Values at the quantiles of a summary',
  scale Int8 COMMENT 'Buckets of an exponential histogram grow by 2^(2^-scale)',
  zero_count UInt64 COMMENT 'Values of 0 in an exponential histogram',
  offset Int32 COMMENT 'Index of the first bucket above zero',
  negative_offset Int32 COMMENT 'Index of the first bucket below zero',
  negative_buckets Array(UInt64) COMMENT 'Counts of the buckets below zero',
  trace_id UUID COMMENT 'Of an exemplar; zeros where there is none',
  source LowCardinality(String) COMMENT 'Protocol: otlp, datadog-agent',
  attrs Map(LowCardinality(String), String) COMMENT 'Attributes: with name and service they make the series' CODEC(ZSTD(1)),
  src_partition UInt16 COMMENT 'Identity of the event: stream partition',
  src_offset UInt64 COMMENT 'Identity of the event: offset of its message' CODEC(Delta(8), ZSTD(1)),
  src_index UInt16 COMMENT 'Identity of the event: place in its message'
) ENGINE = {{MergeTree}} PARTITION BY toDate(ts)
ORDER BY (tenant, name, service, env, toStartOfHour(ts), ts)
TTL toDateTime(ts) + INTERVAL {{raw_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS span_events_check {{on_cluster}} AS span_events ENGINE = Null;

CREATE TABLE IF NOT EXISTS log_events_check {{on_cluster}} AS log_events ENGINE = Null;

CREATE TABLE IF NOT EXISTS point_events_check {{on_cluster}} AS point_events ENGINE = Null;

CREATE TABLE IF NOT EXISTS deploy_events_check {{on_cluster}} AS deploy_events ENGINE = Null;

CREATE OR REPLACE VIEW spans {{on_cluster}} AS
SELECT tenant AS project, service, env, name, kind, start, duration_us, error, replaceAll(toString(trace_id), '-', '') AS trace_id,
  lower(leftPad(hex(span_id), 16, '0')) AS span_id, if(parent_id = 0, '', lower(leftPad(hex(parent_id), 16, '0'))) AS parent_id,
  tool, http_status, response_bytes, attrs, received_at, release, entry, error_type, error_message, route, resource, host, http_method,
  session_id, weight, source, toUInt32(ceil(response_bytes / 4)) AS token_count
FROM span_events;

CREATE OR REPLACE VIEW logs {{on_cluster}} AS
SELECT tenant AS project, service, env, release, ts, received_at, severity, name, body, route, session_id,
  if(trace_id = toUUID('00000000-0000-0000-0000-000000000000'), '', replaceAll(toString(trace_id), '-', '')) AS trace_id,
  if(span_id = 0, '', lower(leftPad(hex(span_id), 16, '0'))) AS span_id, source, attrs
FROM log_events;

CREATE OR REPLACE VIEW points {{on_cluster}} AS
SELECT tenant AS project, service, env, release, name, unit, kind, temporality, monotonic = 1 AS monotonic, start, ts, received_at, value,
  count, sum, min, max, bounds, buckets, quantiles, scale, zero_count, offset, negative_offset, negative_buckets,
  if(trace_id = toUUID('00000000-0000-0000-0000-000000000000'), '', replaceAll(toString(trace_id), '-', '')) AS trace_id, source, attrs
FROM point_events;
