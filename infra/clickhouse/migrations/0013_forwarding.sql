-- What was told to other systems of each minute: what must not be told again, and history for people.
-- One row a project and minute, so that a minute that is told again after a crash adds nothing.

CREATE TABLE IF NOT EXISTS forwarded_minutes {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  minute DateTime('UTC') COMMENT 'Minute that it is about' CODEC(Delta(4), ZSTD(1)),
  target LowCardinality(String) COMMENT 'datadog',
  result LowCardinality(String) COMMENT 'delivered; refused (it will never be taken); given_up (too late to be taken)',
  series UInt32 COMMENT 'Series of the minute',
  left_out UInt32 COMMENT 'Combinations of metric, app and environment beyond the bound, the least busy; none of them was told',
  requests UInt16 COMMENT 'Requests that were taken; 0 where not all were',
  bytes UInt32 COMMENT 'Bytes of them on the wire',
  attempt UInt16 COMMENT 'Attempt that decided it, from 1',
  at DateTime64(3, 'UTC') COMMENT 'When that was' CODEC(Delta(8), ZSTD(1)),
  reason String COMMENT 'What was answered, where it was not delivered'
) ENGINE = {{MergeTree}} PARTITION BY toYYYYMM(minute) ORDER BY (tenant, target, minute)
TTL minute + INTERVAL {{minute_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE OR REPLACE VIEW forwarded {{on_cluster}} AS
SELECT tenant AS project, minute, target, result, series, left_out, requests, bytes, attempt, at, reason
FROM forwarded_minutes;
