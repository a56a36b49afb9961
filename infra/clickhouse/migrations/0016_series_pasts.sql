-- What the search for regressions works out of a series' history once a day: a worker that starts anew takes it from here. It may be
-- dropped at any time; then the histograms of two weeks are read again.

CREATE TABLE IF NOT EXISTS series_pasts {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  hour DateTime('UTC') COMMENT 'Start of the hour at whose end it was worked out' CODEC(Delta(4), ZSTD(1)),
  series String COMMENT 'JSON: application, environment, metric and segment',
  format UInt16 COMMENT 'Of past: others are not read',
  past String COMMENT 'Compressed, base64' CODEC(ZSTD(1))
) ENGINE = {{MergeTree}} PARTITION BY toDate(hour) ORDER BY (tenant, format, series, hour)
TTL hour + INTERVAL 2 DAY
SETTINGS index_granularity = 64, ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};
