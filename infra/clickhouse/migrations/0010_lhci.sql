-- What clients of Lighthouse CI upload to /lhci. Of the rows of one thing the one with the highest version counts; `deleted` says that it is gone.
-- A thing is kept for so long after its last change here: builds that are imported are older than that.

CREATE TABLE IF NOT EXISTS lhci_projects {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project of the house that it belongs to',
  id String COMMENT 'UUID',
  slug String COMMENT 'Its name in addresses',
  name String COMMENT 'As people call it',
  external_url String COMMENT 'Where its code is',
  base_branch String COMMENT 'Branch that others are compared with',
  build_token_sha256 String COMMENT 'SHA-256 of the token that adds builds, hex',
  admin_token_hmac String COMMENT 'HMAC-SHA256 of the token that changes and deletes, keyed with the id, hex',
  created_at DateTime64(3, 'UTC') COMMENT 'When it was made',
  updated_at DateTime64(3, 'UTC') COMMENT 'When it was changed',
  deleted Bool COMMENT 'It is gone',
  version UInt64 COMMENT 'Grows with every change'
) ENGINE = {{ReplacingMergeTree(version)}} ORDER BY (tenant, id)
SETTINGS {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS lhci_builds {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project of the house',
  project_id String COMMENT 'Of lhci_projects',
  id String COMMENT 'UUID, made of project, branch and hash',
  lifecycle LowCardinality(String) COMMENT 'unsealed, sealed: nothing more is added',
  hash String COMMENT 'Commit',
  branch String COMMENT 'Branch of the commit',
  commit_message String COMMENT 'Its first line',
  author String COMMENT 'Name and address of who wrote it',
  avatar_url String COMMENT 'Picture of the author',
  ancestor_hash String COMMENT 'Commit of the base branch that it is compared with; empty where the client could not tell',
  external_build_url String COMMENT 'Job that made it',
  run_at DateTime64(3, 'UTC') COMMENT 'When it was measured',
  committed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the commit was made',
  ancestor_committed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the commit it is compared with was made',
  created_at DateTime64(3, 'UTC') COMMENT 'When the build was made',
  updated_at DateTime64(3, 'UTC') COMMENT 'When it was changed',
  deleted Bool COMMENT 'It is gone',
  version UInt64 COMMENT 'Grows with every change',
  stored_at DateTime('UTC') DEFAULT now() COMMENT 'When this was written'
) ENGINE = {{ReplacingMergeTree(version)}} ORDER BY (tenant, project_id, id)
TTL stored_at + INTERVAL {{hour_days}} DAY
SETTINGS {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS lhci_runs {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project of the house',
  project_id String COMMENT 'Of lhci_projects',
  build_id String COMMENT 'Of lhci_builds',
  id String COMMENT 'UUID',
  url String COMMENT 'Page, as the client generalised it',
  representative Bool COMMENT 'Stands for all runs of its page in its build',
  facts String COMMENT 'JSON: what statistics are made of' CODEC(ZSTD(3)),
  created_at DateTime64(3, 'UTC') COMMENT 'When it was uploaded',
  updated_at DateTime64(3, 'UTC') COMMENT 'When it was changed',
  deleted Bool COMMENT 'It is gone',
  version UInt64 COMMENT 'Grows with every change',
  stored_at DateTime('UTC') DEFAULT now() COMMENT 'When this was written'
) ENGINE = {{ReplacingMergeTree(version)}} ORDER BY (tenant, project_id, build_id, id)
TTL stored_at + INTERVAL {{hour_days}} DAY
SETTINGS {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS lhci_statistics {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project of the house',
  project_id String COMMENT 'Of lhci_projects',
  build_id String COMMENT 'Of lhci_builds',
  url String COMMENT 'Page, as the client generalised it',
  name LowCardinality(String) COMMENT 'Such as category_performance_median',
  value Float64 COMMENT '-1 where there is nothing to tell',
  created_at DateTime64(3, 'UTC') COMMENT 'When it was computed',
  deleted Bool COMMENT 'It is gone',
  version UInt64 COMMENT 'Grows with every change',
  stored_at DateTime('UTC') DEFAULT now() COMMENT 'When this was written'
) ENGINE = {{ReplacingMergeTree(version)}} ORDER BY (tenant, project_id, build_id, url, name)
TTL stored_at + INTERVAL {{hour_days}} DAY
SETTINGS {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS lhci_reports {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project of the house',
  run_id String COMMENT 'Of lhci_runs',
  lhr String COMMENT 'Result of Lighthouse as it was uploaded, JSON; empty where its run is gone' CODEC(ZSTD(6)),
  version UInt64 COMMENT 'Grows with every change',
  stored_at DateTime('UTC') DEFAULT now() COMMENT 'When this was written'
) ENGINE = {{ReplacingMergeTree(version)}} ORDER BY (tenant, run_id)
TTL stored_at + INTERVAL {{raw_days}} DAY
SETTINGS index_granularity = 16, {{window}}{{durable}};
