-- What every budget was judged by, hour by hour: the memory of the hourly job, and history for people.
-- One block a project and hour, so that an hour that is judged again after a crash changes nothing.

CREATE TABLE IF NOT EXISTS budget_verdicts {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  hour DateTime('UTC') COMMENT 'Full hour at which it was judged, by what came before' CODEC(Delta(4), ZSTD(1)),
  budget String COMMENT 'Of the budget: the same for as long as it says the same',
  name LowCardinality(String) COMMENT 'Metric, as the configuration calls it',
  subject Map(LowCardinality(String), String) COMMENT 'Events that it is about: app, environment, route, tool; empty for all' CODEC(ZSTD(3)),
  comparison LowCardinality(String) COMMENT 'less_than, greater_than: what the value should be',
  threshold Float64 COMMENT 'In the metric''s own unit',
  severity LowCardinality(String) COMMENT 'error, warning',
  outcome LowCardinality(String) COMMENT 'passed, violated, unknown (too few samples), removed (no longer a budget)',
  value Nullable(Float64) COMMENT 'As measured; null where nothing was',
  hours Float64 COMMENT 'Length of the window that it was judged by; 0 where nothing was measured',
  samples UInt64 COMMENT 'Events in that window',
  change LowCardinality(String) COMMENT 'opened, resolved, none: what this hour changed',
  since DateTime('UTC') COMMENT 'Full hour at which it was found violated, also in the hour when that is resolved; 1970 where it holds'
) ENGINE = {{MergeTree}} PARTITION BY toYYYYMM(hour) ORDER BY (tenant, hour, budget)
TTL hour + INTERVAL {{hour_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

-- Hours whose changes stand on the stream. Written after they do: what a crash left out is told by the next run.
CREATE TABLE IF NOT EXISTS budget_hours_told {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  hour DateTime('UTC') COMMENT 'Full hour'
) ENGINE = {{MergeTree}} PARTITION BY toYYYYMM(hour) ORDER BY (tenant, hour)
TTL hour + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, {{window}}{{durable}};

CREATE OR REPLACE VIEW budget_checks {{on_cluster}} AS
SELECT tenant AS project, hour, budget, name, subject, comparison, threshold, severity, outcome, value, hours, samples, change, since
FROM budget_verdicts;
