-- Everything that the alerting service decided: each change of an instance, an incident or a notice on its way is a row, and so is each
-- transition and each attempt to deliver. In embedded mode it is the service's memory too; on a cluster Redis is, and is made again from this.
-- What was decided together stands in one block.
CREATE TABLE IF NOT EXISTS alert_journal {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  kind LowCardinality(String) COMMENT 'instance, incident, delivery, silence, cursor; transition, attempt',
  id String COMMENT 'Of what the row is about',
  version UInt32 COMMENT 'Counts the changes of what has not ended',
  at DateTime64(3, 'UTC') COMMENT 'When it was decided' CODEC(Delta(8), ZSTD(1)),
  live UInt8 COMMENT '0: nothing more is done with it',
  body String COMMENT 'JSON: what is true from then on' CODEC(ZSTD(3))
) ENGINE = {{ReplacingMergeTree}} PARTITION BY toYYYYMM(at) ORDER BY (kind, tenant, id, at)
TTL toDateTime(at) + INTERVAL {{hour_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};
