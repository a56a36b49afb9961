-- Visits of pages by Lighthouse. A job is one visit of a monitor, or one comparison of a pull request: several runs, each of one page or of the steps
-- of a flow. Its runs and assertions are written first and its own row last: what has another `recorded` than the job is left over from an attempt
-- that died, and counts nowhere.

CREATE TABLE IF NOT EXISTS synthetic_runs {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  monitor LowCardinality(String) COMMENT 'Monitor; empty where none asked for the job',
  job String COMMENT 'Id of the job',
  run UInt16 COMMENT 'Counts the runs of the job, those that were thrown away too',
  step String COMMENT 'Of a flow, as its script calls it; empty for a page',
  step_index UInt16 COMMENT 'Place of the step in the flow',
  side LowCardinality(String) COMMENT 'base, candidate: of a comparison; empty otherwise',
  url String COMMENT 'As it was asked for',
  final_url String COMMENT 'After redirects',
  app LowCardinality(String) COMMENT 'Application that the page belongs to; empty where nobody said',
  env LowCardinality(String) COMMENT 'Environment that the page belongs to',
  route LowCardinality(String) COMMENT 'Route of the same page in what visitors send; empty where nobody said',
  at DateTime64(3, 'UTC') COMMENT 'When the run began' CODEC(Delta(8), ZSTD(1)),
  mode LowCardinality(String) COMMENT 'navigation, timespan, snapshot',
  kept Bool COMMENT 'It counts; false for a run that was repeated because the machine was not as fast as usual',
  noisy Bool COMMENT 'The machine was not as fast as usual, and not when the run was repeated either',
  representative Bool COMMENT 'Nearest to the medians of its page and side: its report stands for all',
  fingerprint LowCardinality(String) COMMENT 'Of all that must be the same in runs that are compared: the columns from here to configuration',
  lighthouse LowCardinality(String) COMMENT 'Version of Lighthouse',
  chrome UInt16 COMMENT 'Major version of Chromium',
  form_factor LowCardinality(String) COMMENT 'mobile, desktop',
  throttling LowCardinality(String) COMMENT 'As it was asked for',
  location LowCardinality(String) COMMENT 'Where the runner stands',
  runner_class LowCardinality(String) COMMENT 'What kind of machine the runner is',
  index_band LowCardinality(String) COMMENT 'How fast the runner usually is, by its benchmark index',
  configuration LowCardinality(String) COMMENT 'Hash of everything else that was asked for',
  cpu_slowdown Float32 COMMENT 'Times that the processor was slowed down, as it was used',
  commit String COMMENT 'Commit that was measured; empty where nobody said',
  branch LowCardinality(String) COMMENT 'Branch that was measured; empty where nobody said',
  scores Map(LowCardinality(String), Float64) COMMENT 'By category of Lighthouse, 0 to 1; a category without a score is missing',
  lcp Nullable(Float64) COMMENT 'Largest contentful paint, ms; null where the mode has none',
  fcp Nullable(Float64) COMMENT 'First contentful paint, ms; null where the mode has none',
  tbt Nullable(Float64) COMMENT 'Total blocking time, ms',
  cls Nullable(Float64) COMMENT 'Cumulative layout shift',
  si Nullable(Float64) COMMENT 'Speed index, ms; null where the mode has none',
  tti Nullable(Float64) COMMENT 'Time to interactive, ms; null where the mode has none',
  ttfb Nullable(Float64) COMMENT 'Time to first byte with the throttling, ms; null where the mode has none',
  inp Nullable(Float64) COMMENT 'Interaction to next paint, ms; of timespans alone',
  total_bytes Nullable(Float64) COMMENT 'Transferred bytes of all requests',
  script_bytes Nullable(Float64) COMMENT 'Transferred bytes of scripts',
  requests Nullable(Float64) COMMENT 'Number of requests',
  dom_elements Nullable(Float64) COMMENT 'Elements of the document',
  console_errors Nullable(Float64) COMMENT 'Errors in the console',
  bytes_by_type Map(LowCardinality(String), UInt64) COMMENT 'Transferred bytes by type: document, script, stylesheet, image, media, font, other',
  requests_by_type Map(LowCardinality(String), UInt64) COMMENT 'Requests by type',
  benchmark_index Nullable(Float64) COMMENT 'How fast the machine was at that time',
  wall_ms Float64 COMMENT 'Whole time of the run with the start of the browser, ms',
  error String COMMENT 'Why the result is worth nothing; empty where it is' CODEC(ZSTD(3)),
  report_sha256 String COMMENT 'SHA-256 of the stored report, compressed, hex; empty where none was stored',
  report_bytes UInt32 COMMENT 'Size of the stored report, compressed',
  recorded DateTime64(3, 'UTC') COMMENT 'When the job was written down; the same in all rows of it'
) ENGINE = {{ReplacingMergeTree(recorded)}} PARTITION BY toYYYYMM(at) ORDER BY (tenant, monitor, job, run, step)
TTL toDateTime(at) + INTERVAL {{hour_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE TABLE IF NOT EXISTS synthetic_assertions {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  monitor LowCardinality(String) COMMENT 'Monitor; empty where none asked for the job',
  job String COMMENT 'Id of the job',
  place UInt16 COMMENT 'Counts the checks of the job',
  url String COMMENT 'Page that was held to it',
  step String COMMENT 'Of a flow; empty for a page',
  audit LowCardinality(String) COMMENT 'Audit of Lighthouse, or categories',
  property LowCardinality(String) COMMENT 'Behind the audit: performance, script.size; empty where the audit itself is meant',
  assertion LowCardinality(String) COMMENT 'minScore, maxNumericValue, maxLength, maxIncrease, maxIncreasePercent, auditRan',
  label String COMMENT 'What people call it',
  level LowCardinality(String) COMMENT 'error, warn',
  passed Bool COMMENT 'It held',
  expected Float64 COMMENT 'Bound',
  actual Nullable(Float64) COMMENT 'What was held against it; null where the audit gave nothing',
  values Array(Float64) COMMENT 'Of the runs that gave one, in their order',
  unit LowCardinality(String) COMMENT 'ms, bytes, shift, score, points, count',
  baseline Nullable(Float64) COMMENT 'What an increase is counted from; null where the bound is no increase',
  message String COMMENT 'For people, where there is more to say' CODEC(ZSTD(3)),
  at DateTime64(3, 'UTC') COMMENT 'When the job ended' CODEC(Delta(8), ZSTD(1)),
  recorded DateTime64(3, 'UTC') COMMENT 'When the job was written down; the same in all rows of it'
) ENGINE = {{ReplacingMergeTree(recorded)}} PARTITION BY toYYYYMM(at) ORDER BY (tenant, monitor, job, place)
TTL toDateTime(at) + INTERVAL {{hour_days}} DAY
SETTINGS ttl_only_drop_parts = 1, default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

-- Jobs that are over. Of the rows of one the last version counts. Kept for ever: a few a monitor and hour, and what is pinned is named here alone.
CREATE TABLE IF NOT EXISTS synthetic_jobs {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  monitor LowCardinality(String) COMMENT 'Monitor; empty where none asked for it',
  id String COMMENT 'Of the job',
  version DateTime64(3, 'UTC') COMMENT 'Since when this is true',
  recorded DateTime64(3, 'UTC') COMMENT 'When it was written down; its runs and assertions have the same',
  slot DateTime64(3, 'UTC') COMMENT 'Moment of the schedule that it is for; 1970 where it is for none',
  trigger LowCardinality(String) COMMENT 'scheduled, on_demand, pull_request, gate',
  status LowCardinality(String) COMMENT 'measured, or why it was not: machine, timeout, page, script, refused, configuration, aborted',
  message String COMMENT 'What happened, for people; empty where it was measured' CODEC(ZSTD(3)),
  verdict LowCardinality(String) COMMENT 'Compared with what was before: regressed, improved, same, inconclusive, not-judged; empty where nothing was compared',
  comparison String COMMENT 'JSON: each metric that was compared, with its verdict' CODEC(ZSTD(3)),
  conditions String COMMENT 'JSON: what was wrong with the page then, for how many visits, and what began and ended with this one' CODEC(ZSTD(3)),
  unsteady Array(LowCardinality(String)) COMMENT 'Measures whose runs differ too much',
  urls Array(String) COMMENT 'Pages that were measured',
  location LowCardinality(String) COMMENT 'Where the runner stands',
  started DateTime64(3, 'UTC') COMMENT 'When it began' CODEC(Delta(8), ZSTD(1)),
  ended DateTime64(3, 'UTC') COMMENT 'When it was over' CODEC(Delta(8), ZSTD(1)),
  commit String COMMENT 'Commit that was measured; empty where nobody said',
  branch LowCardinality(String) COMMENT 'Branch that was measured; empty where nobody said',
  report String COMMENT 'Stored report of the representative run; empty where there is none any more',
  reports Array(String) COMMENT 'Every stored report of the job; what is named here is never deleted',
  pinned LowCardinality(String) COMMENT 'Why its reports are kept for ever: pinned, baseline; empty where they are not'
) ENGINE = {{ReplacingMergeTree(version)}} PARTITION BY toYear(recorded) ORDER BY (tenant, monitor, id)
SETTINGS default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

-- Monitors that were made by the API; those of the configuration file stand there. Of the rows of one the highest version counts.
CREATE TABLE IF NOT EXISTS synthetic_monitors {{on_cluster}} (
  tenant LowCardinality(String) COMMENT 'Project',
  id String COMMENT 'Of the monitor',
  version UInt32 COMMENT 'Counts the changes',
  deleted Bool COMMENT 'It is gone',
  config String COMMENT 'JSON: the monitor as it was given' CODEC(ZSTD(3)),
  changed_by String COMMENT 'Who changed it, as they said',
  changed_at DateTime64(3, 'UTC') COMMENT 'When that was' CODEC(Delta(8), ZSTD(1))
) ENGINE = {{MergeTree}} ORDER BY (tenant, id, version)
SETTINGS default_compression_codec = 'ZSTD(1)', {{window}}{{durable}};

CREATE OR REPLACE VIEW synthetic {{on_cluster}} AS
SELECT tenant AS project, monitor, job, run, step, side, url, final_url, app, env, route, at, mode, kept, noisy, representative, fingerprint, lighthouse,
  chrome, form_factor, throttling, location, runner_class, index_band, configuration, cpu_slowdown, commit, branch, scores, lcp, fcp, tbt, cls, si, tti,
  ttfb, inp, total_bytes, script_bytes, requests, dom_elements, console_errors, bytes_by_type, requests_by_type, benchmark_index, wall_ms, error
FROM synthetic_runs
WHERE (tenant, monitor, job, recorded) IN (SELECT tenant, monitor, id, max(recorded) FROM synthetic_jobs GROUP BY tenant, monitor, id);
