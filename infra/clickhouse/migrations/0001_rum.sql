-- One set for both modes. The migrator puts in: {{on_cluster}}, the engines {{MergeTree}}, {{AggregatingMergeTree}},
-- {{SummingMergeTree}} (Replicated* on a cluster), {{window}} (the deduplication window), {{durable}} (fsync, where this process
-- is the only copy), {{raw_days}}, {{minute_days}}, {{hour_days}}. Statements end with a semicolon at the end of a line.
-- A landed file is never edited: expand in the next one.

CREATE TABLE IF NOT EXISTS rum_events {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project, from the key',
  app LowCardinality(String) COMMENT 'Application as the client named itself',
  env LowCardinality(String) COMMENT 'production, staging, development',
  metric LowCardinality(String) COMMENT 'Metric name, such as LCP or mcp-tool-execution',
  ts DateTime64(3, 'UTC') COMMENT 'When it was measured, corrected by the client clock''s skew' CODEC(Delta(8), ZSTD(1)),
  received_at DateTime64(3, 'UTC') COMMENT 'When the gateway read the beacon' CODEC(Delta(8), ZSTD(1)),
  value Float64 COMMENT 'Measured value in the metric''s unit; fractions to 7 significant digits',
  rating Enum8('unknown' = 0, 'good' = 1, 'needs-improvement' = 2, 'poor' = 3) COMMENT 'By the catalogue''s thresholds, recomputed on arrival',
  counted UInt8 DEFAULT 1 COMMENT '1: rollups count it. 0: a later report of a value already counted, or a TTFB of 0 that no request stands behind',
  route LowCardinality(String) COMMENT 'Named page, view or widget; ids are :id; __other__ beyond the project''s cap',
  tool LowCardinality(String) COMMENT 'MCP tool; unknown where the event has none',
  release LowCardinality(String) COMMENT 'Release of the application',
  country LowCardinality(String) COMMENT 'ISO 3166 two letters, from the address, which is not kept',
  device LowCardinality(String) COMMENT 'desktop, mobile, tablet, tv, bot',
  browser LowCardinality(String) COMMENT 'Browser family',
  browser_version LowCardinality(String) COMMENT 'Major version',
  os LowCardinality(String) COMMENT 'Operating system family',
  agent Enum8('browser' = 0, 'headless' = 1, 'bot' = 2) COMMENT 'A person''s browser, an automated one, or a crawler',
  connection LowCardinality(String) COMMENT 'effectiveType: slow-2g, 2g, 3g, 4g',
  downlink Float32 COMMENT 'Bandwidth the browser estimates, Mbit/s; 0 where it does not say',
  rtt UInt16 COMMENT 'Round trip the browser estimates, milliseconds; 0 where it does not say',
  nav_type LowCardinality(String) COMMENT 'navigate, reload, back-forward, back-forward-cache, prerender, restore, soft-navigation',
  session_id UInt64 COMMENT 'Keyed hash of the session; 0 where the person objected or none was sent',
  user_hash UInt64 COMMENT 'Keyed hash of the user; 0 where absent',
  trace_id UUID COMMENT 'W3C trace id; zeros where absent',
  span_id UInt64 COMMENT 'W3C span id as a number; 0 where absent',
  weight Float32 DEFAULT 1 COMMENT 'Events this one stands for: 1 / sampling rate',
  response_bytes UInt32 COMMENT 'UTF-8 bytes of the tool''s answer' CODEC(T64, ZSTD(1)),
  attrs Map(LowCardinality(String), String) COMMENT 'Attribution and custom attributes' CODEC(ZSTD(3)),
  src_partition UInt16 COMMENT 'Identity of the event: stream partition',
  src_offset UInt64 COMMENT 'Identity of the event: offset of its beacon' CODEC(Delta(8), ZSTD(1)),
  src_index UInt16 COMMENT 'Identity of the event: place in its beacon',
  INDEX ix_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX ix_user user_hash TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX ix_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX ix_received received_at TYPE minmax GRANULARITY 1
) ENGINE = {{MergeTree}} PARTITION BY toDate(ts)
ORDER BY (tenant, app, metric, env, toStartOfHour(ts), route, ts)
TTL toDateTime(ts) + INTERVAL {{raw_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

-- Sketches are kept per sampling weight: quantilesDD cannot weight, but a state can be multiplied when it is read.
-- They hold millionths of the unit: the engine puts values below 1 into the neighbouring bucket, and CLS would be 3 % wrong.
-- A row holds a sketch of kilobytes: with the usual 8192 rows a granule, a question for a day of one metric would read many times that.
CREATE TABLE IF NOT EXISTS rum_1m {{on_cluster}} (
  tenant LowCardinality(String), app LowCardinality(String), metric LowCardinality(String), env LowCardinality(String),
  route LowCardinality(String), tool LowCardinality(String), agent Enum8('browser' = 0, 'headless' = 1, 'bot' = 2), weight Float32,
  t DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  n SimpleAggregateFunction(sum, UInt64), s SimpleAggregateFunction(sum, Float64),
  mn SimpleAggregateFunction(min, Float64), mx SimpleAggregateFunction(max, Float64),
  good SimpleAggregateFunction(sum, UInt64), poor SimpleAggregateFunction(sum, UInt64), unrated SimpleAggregateFunction(sum, UInt64),
  bytes SimpleAggregateFunction(sum, UInt64),
  q AggregateFunction(quantilesDD(0.01, 0.5, 0.75, 0.95, 0.99), Float64)
) ENGINE = {{AggregatingMergeTree}} PARTITION BY toYYYYMM(t)
ORDER BY (tenant, app, metric, env, route, tool, agent, weight, t)
TTL t + INTERVAL {{minute_days}} DAY
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS rum_1h {{on_cluster}} (
  tenant LowCardinality(String), app LowCardinality(String), metric LowCardinality(String), env LowCardinality(String),
  route LowCardinality(String), tool LowCardinality(String), agent Enum8('browser' = 0, 'headless' = 1, 'bot' = 2), weight Float32,
  t DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  n SimpleAggregateFunction(sum, UInt64), s SimpleAggregateFunction(sum, Float64),
  mn SimpleAggregateFunction(min, Float64), mx SimpleAggregateFunction(max, Float64),
  good SimpleAggregateFunction(sum, UInt64), poor SimpleAggregateFunction(sum, UInt64), unrated SimpleAggregateFunction(sum, UInt64),
  bytes SimpleAggregateFunction(sum, UInt64),
  q AggregateFunction(quantilesDD(0.01, 0.5, 0.75, 0.95, 0.99), Float64)
) ENGINE = {{AggregatingMergeTree}} PARTITION BY toYYYYMM(t)
ORDER BY (tenant, app, metric, env, route, tool, agent, weight, t)
TTL t + INTERVAL {{hour_days}} DAY
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE MATERIALIZED VIEW IF NOT EXISTS rum_1m_mv {{on_cluster}} TO rum_1m AS
SELECT tenant, app, metric, env, route, tool, agent, weight, toStartOfMinute(ts) AS t,
  count() AS n, sum(value) AS s, min(value) AS mn, max(value) AS mx,
  countIf(rating = 'good') AS good, countIf(rating = 'poor') AS poor, countIf(rating = 'unknown') AS unrated,
  sum(response_bytes) AS bytes,
  quantilesDDState(0.01, 0.5, 0.75, 0.95, 0.99)(value * 1e6) AS q
FROM rum_events WHERE counted = 1
GROUP BY tenant, app, metric, env, route, tool, agent, weight, t;

CREATE MATERIALIZED VIEW IF NOT EXISTS rum_1h_mv {{on_cluster}} TO rum_1h AS
SELECT tenant, app, metric, env, route, tool, agent, weight, toStartOfHour(t) AS t,
  sum(n) AS n, sum(s) AS s, min(mn) AS mn, max(mx) AS mx, sum(good) AS good, sum(poor) AS poor, sum(unrated) AS unrated,
  sum(bytes) AS bytes,
  quantilesDDMergeState(0.01, 0.5, 0.75, 0.95, 0.99)(q) AS q
FROM rum_1m
GROUP BY tenant, app, metric, env, route, tool, agent, weight, t;

CREATE TABLE IF NOT EXISTS span_events {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project, from the key',
  service LowCardinality(String) COMMENT 'Service that made the span',
  env LowCardinality(String) COMMENT 'production, staging, development',
  name LowCardinality(String) COMMENT 'Operation',
  kind Enum8('internal' = 0, 'server' = 1, 'client' = 2, 'producer' = 3, 'consumer' = 4) COMMENT 'Span kind',
  start DateTime64(6, 'UTC') COMMENT 'Start' CODEC(Delta(8), ZSTD(1)),
  duration_us UInt64 COMMENT 'Duration in microseconds' CODEC(T64, ZSTD(1)),
  error UInt8 COMMENT '1 for a failed span',
  trace_id UUID COMMENT 'W3C trace id',
  span_id UInt64 COMMENT 'Span id as a number',
  parent_id UInt64 COMMENT 'Parent span; 0 for a root',
  tool LowCardinality(String) COMMENT 'MCP tool; unknown where the span has none',
  http_status UInt16 COMMENT '0 where there is none',
  response_bytes UInt32 COMMENT 'Bytes of the answer' CODEC(T64, ZSTD(1)),
  attrs Map(LowCardinality(String), String) COMMENT 'Attributes without a column',
  src_partition UInt16 COMMENT 'Identity of the event: stream partition',
  src_offset UInt64 COMMENT 'Identity of the event: offset of its message' CODEC(Delta(8), ZSTD(1)),
  src_index UInt16 COMMENT 'Identity of the event: place in its message',
  INDEX ix_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
  INDEX ix_duration duration_us TYPE minmax GRANULARITY 1
) ENGINE = {{MergeTree}} PARTITION BY toDate(start)
ORDER BY (tenant, service, env, name, toStartOfHour(start), error, start)
TTL toDateTime(start) + INTERVAL 15 DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS deploy_events {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project, from the key',
  app LowCardinality(String) COMMENT 'Application',
  env LowCardinality(String) COMMENT 'production, staging, development',
  release String COMMENT 'Release that went live',
  at DateTime64(3, 'UTC') COMMENT 'When it went live',
  commit_id String COMMENT 'Commit, where known',
  url String COMMENT 'Link to the release or pipeline'
) ENGINE = {{MergeTree}} PARTITION BY toYYYYMM(at) ORDER BY (tenant, app, env, at)
TTL toDateTime(at) + INTERVAL {{hour_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS dead_letter {{on_cluster}} (
  topic LowCardinality(String) COMMENT 'Topic the message stood on',
  table LowCardinality(String) COMMENT 'Table that refused it',
  reason LowCardinality(String) COMMENT 'From the closed list of dead-letter reasons',
  detail String COMMENT 'What the engine said',
  tenant LowCardinality(String) COMMENT 'Project',
  key_id LowCardinality(String) COMMENT 'Key it came with',
  at DateTime64(3, 'UTC') COMMENT 'When it was refused',
  events UInt32 COMMENT 'Events in the message',
  raw String COMMENT 'The message as it was' CODEC(ZSTD(3)),
  src_partition UInt16 COMMENT 'Stream partition',
  src_offset UInt64 COMMENT 'Stream offset'
) ENGINE = {{MergeTree}} PARTITION BY toDate(at) ORDER BY (topic, reason, src_partition, src_offset)
TTL toDateTime(at) + INTERVAL 14 DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS outcomes_1m {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project; empty where no key named one',
  key_id LowCardinality(String) COMMENT 'Key; open for an open project',
  outcome LowCardinality(String) COMMENT 'received, accepted, rejected, stored, dead_lettered, adjusted',
  reason LowCardinality(String) COMMENT 'Why, for rejected, dead_lettered and adjusted',
  t DateTime('UTC') COMMENT 'Minute',
  beacons UInt64 COMMENT 'Beacons (requests)',
  events UInt64 COMMENT 'Events in them'
) ENGINE = {{SummingMergeTree((beacons, events))}} PARTITION BY toYYYYMM(t) ORDER BY (tenant, key_id, outcome, reason, t)
TTL t + INTERVAL {{hour_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};
