-- The memory of the job queue in embedded mode. On a cluster Redis keeps it and this stays empty.
-- Each transition of a job is a row; the one with the highest version is the truth.

CREATE TABLE IF NOT EXISTS job_journal {{on_cluster}} (
  kind Enum8('added' = 0, 'slot' = 1, 'schedule' = 2) COMMENT 'Added by code, made for a slot of a schedule, or the schedule itself',
  name LowCardinality(String) COMMENT 'Job name',
  id String COMMENT 'Identity of the job among those of its name; for a slot its time; empty for a schedule',
  version UInt32 COMMENT 'Counts the transitions of this (name, id)',
  state Enum8('waiting' = 0, 'running' = 1, 'done' = 2, 'failed' = 3) COMMENT 'State after the transition',
  slot DateTime64(3, 'UTC') COMMENT 'Slot the job is for; for a schedule the last slot before it was first known; else when it was added' CODEC(Delta(8), ZSTD(1)),
  due DateTime64(3, 'UTC') COMMENT 'Not to be run before' CODEC(Delta(8), ZSTD(1)),
  attempt UInt16 COMMENT 'Runs that were begun and not interrupted',
  interrupted UInt16 COMMENT 'Runs that ended because the process did',
  payload String COMMENT 'JSON; empty once the job is done' CODEC(ZSTD(3)),
  error String COMMENT 'What the last failed run said' CODEC(ZSTD(3)),
  at DateTime64(3, 'UTC') COMMENT 'When the transition happened' CODEC(Delta(8), ZSTD(1))
) ENGINE = {{MergeTree}} PARTITION BY toMonday(at) ORDER BY (kind, name, id, version)
TTL toDateTime(at) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};
