-- Hourly histograms, by which regressions are found: all series of an hour are one question, without a scan of raw rows.
-- A value stands in bin floor(ln(value / 0.001) / ln(1.05)), at most 600; what is below 0.001 stands in bin 0. A bin is 5 % wide, in whatever
-- unit the metric has. Two grains keep the number of rows far below routes x countries: who asked, and what was asked for.

CREATE TABLE IF NOT EXISTS rum_shape_client_1h {{on_cluster}} (
  tenant LowCardinality(String), app LowCardinality(String), metric LowCardinality(String), env LowCardinality(String),
  device LowCardinality(String), country LowCardinality(String), agent Enum8('browser' = 0, 'headless' = 1, 'bot' = 2),
  t DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  n SimpleAggregateFunction(sum, UInt64), w2 SimpleAggregateFunction(sum, Float64),
  shape SimpleAggregateFunction(sumMap, Tuple(Array(UInt16), Array(Float64)))
) ENGINE = {{AggregatingMergeTree}} PARTITION BY toMonday(t)
ORDER BY (tenant, app, metric, env, device, country, agent, t)
TTL t + INTERVAL {{minute_days}} DAY
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS rum_shape_place_1h {{on_cluster}} (
  tenant LowCardinality(String), app LowCardinality(String), metric LowCardinality(String), env LowCardinality(String),
  route LowCardinality(String), tool LowCardinality(String), device LowCardinality(String),
  agent Enum8('browser' = 0, 'headless' = 1, 'bot' = 2),
  t DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  n SimpleAggregateFunction(sum, UInt64), w2 SimpleAggregateFunction(sum, Float64),
  shape SimpleAggregateFunction(sumMap, Tuple(Array(UInt16), Array(Float64)))
) ENGINE = {{AggregatingMergeTree}} PARTITION BY toMonday(t)
ORDER BY (tenant, app, metric, env, route, tool, device, agent, t)
TTL t + INTERVAL {{minute_days}} DAY
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE MATERIALIZED VIEW IF NOT EXISTS rum_shape_client_1h_mv {{on_cluster}} TO rum_shape_client_1h AS
SELECT tenant, app, metric, env, device, country, agent, toStartOfHour(ts) AS t, count() AS n, sum(toFloat64(weight) * weight) AS w2,
  sumMap([toUInt16(least(600, floor(log(greatest(value, 0.001) / 0.001) / log(1.05))))], [toFloat64(weight)]) AS shape
FROM rum_events WHERE counted = 1
GROUP BY tenant, app, metric, env, device, country, agent, t;

CREATE MATERIALIZED VIEW IF NOT EXISTS rum_shape_place_1h_mv {{on_cluster}} TO rum_shape_place_1h AS
SELECT tenant, app, metric, env, route, tool, device, agent, toStartOfHour(ts) AS t, count() AS n, sum(toFloat64(weight) * weight) AS w2,
  sumMap([toUInt16(least(600, floor(log(greatest(value, 0.001) / 0.001) / log(1.05))))], [toFloat64(weight)]) AS shape
FROM rum_events WHERE counted = 1
GROUP BY tenant, app, metric, env, route, tool, device, agent, t;

-- What the detector made of a series at the end of an hour, and what it must remember for the next. One block an hour, so that an hour that is
-- judged again after a crash changes nothing.
CREATE TABLE IF NOT EXISTS series_watch {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  hour DateTime('UTC') COMMENT 'Start of the hour that was judged' CODEC(Delta(4), ZSTD(1)),
  series String COMMENT 'JSON: application, environment, metric and segment',
  memory String COMMENT 'JSON: hours in which something stood out, and changes for good' CODEC(ZSTD(3)),
  found String COMMENT 'JSON: the regression that was found at the end of this hour; empty for none' CODEC(ZSTD(3)),
  improved String COMMENT 'JSON: what was found to have got better; empty for nothing' CODEC(ZSTD(3))
) ENGINE = {{MergeTree}} PARTITION BY toMonday(hour) ORDER BY (tenant, hour, series)
TTL hour + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

-- Hours whose findings stand on the stream. Written after they do: what a crash left out is told by the next run.
CREATE TABLE IF NOT EXISTS regression_hours_told {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  hour DateTime('UTC') COMMENT 'Start of the hour'
) ENGINE = {{MergeTree}} PARTITION BY toYYYYMM(hour) ORDER BY (tenant, hour)
TTL hour + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, {{window}}{{durable}};

-- Regressions: a row for each change of their state; the one with the highest version is the truth.
CREATE TABLE IF NOT EXISTS regression_states {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  id String COMMENT 'Of the regression; the same in every row of it',
  cause String COMMENT 'Id of the regression that stands for everything with the same cause; its own for most',
  version DateTime64(3, 'UTC') COMMENT 'Since when this is true',
  state Enum8('open' = 0, 'went_away' = 1, 'accepted' = 2, 'muted' = 3, 'improved' = 4) COMMENT 'What is true since then',
  found DateTime('UTC') COMMENT 'Start of the hour at whose end it was found',
  since DateTime('UTC') COMMENT 'Start of the hour with which it began',
  app LowCardinality(String) COMMENT 'Application',
  env LowCardinality(String) COMMENT 'production, staging, development',
  metric LowCardinality(String) COMMENT 'Metric or rate',
  severity LowCardinality(String) COMMENT 'low, medium above 25 %, high above 50 %',
  detail String COMMENT 'JSON: the regression with its evidence' CODEC(ZSTD(3))
) ENGINE = {{ReplacingMergeTree(version)}} PARTITION BY toYYYYMM(found) ORDER BY (tenant, id)
TTL found + INTERVAL {{hour_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

-- What was found, as it was told: a row for each opening and each end.
CREATE TABLE IF NOT EXISTS finding_events {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  id String COMMENT 'Of what was found; its opening and its end have the same',
  kind LowCardinality(String) COMMENT 'regression, budget, synthetic',
  state LowCardinality(String) COMMENT 'open, resolved',
  at DateTime64(3, 'UTC') COMMENT 'When it became true' CODEC(Delta(8), ZSTD(1)),
  severity LowCardinality(String) COMMENT 'low, medium, high',
  title String COMMENT 'One line for people' CODEC(ZSTD(3)),
  metric LowCardinality(String) COMMENT 'Metric or rate',
  subject Map(LowCardinality(String), String) COMMENT 'What it is about: app, environment, route, tool' CODEC(ZSTD(3)),
  value Float64 COMMENT 'As measured',
  reference Float64 COMMENT 'Baseline or threshold that it is held against',
  unit LowCardinality(String) COMMENT 'Of both: ms, bytes, ratio; empty where there is none',
  since DateTime64(3, 'UTC') COMMENT 'Since when' CODEC(Delta(8), ZSTD(1)),
  detail String COMMENT 'JSON: everything else that its kind has to say' CODEC(ZSTD(3))
) ENGINE = {{MergeTree}} PARTITION BY toYYYYMM(at) ORDER BY (tenant, at, id)
TTL toDateTime(at) + INTERVAL {{hour_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS finding_events_check {{on_cluster}} AS finding_events ENGINE = Null;

CREATE OR REPLACE VIEW findings {{on_cluster}} AS
SELECT tenant AS project, id, kind, state, at, severity, title, metric, subject, value, reference, unit, since, detail FROM finding_events;
