-- Deploys are told, or noted when the first of a new release comes; who told them, and when, stands beside them.

ALTER TABLE deploy_events {{on_cluster}}
  ADD COLUMN IF NOT EXISTS kind Enum8('told' = 0, 'first_seen' = 1) COMMENT 'told: somebody said so; first_seen: nobody did, and the first of the release came',
  ADD COLUMN IF NOT EXISTS author String COMMENT 'Who made it, where known',
  ADD COLUMN IF NOT EXISTS told_by LowCardinality(String) COMMENT 'Who told it; empty where nobody did',
  ADD COLUMN IF NOT EXISTS received_at DateTime64(3, 'UTC') COMMENT 'When it was told, or noted' CODEC(Delta(8), ZSTD(1));

DROP TABLE IF EXISTS deploy_events_check {{on_cluster}};

CREATE TABLE IF NOT EXISTS deploy_events_check {{on_cluster}} AS deploy_events ENGINE = Null;

-- A release that comes again within half an hour, with no other of its application and environment between, is the same deploy: a step of a
-- pipeline that is repeated tells nothing new, and a message that stands on the stream twice neither. What was told wins over what was seen.
CREATE OR REPLACE VIEW deploys {{on_cluster}} AS
SELECT tenant AS project, app, env, release, if(max(said) = 0, min(moment), minIf(moment, said)) AS at,
  argMinIf(commit_told, arrival, commit_told != '') AS commit_id, argMinIf(url_told, arrival, url_told != '') AS url,
  if(max(said) = 0, 'first_seen', 'told')::Enum8('told' = 0, 'first_seen' = 1) AS kind,
  argMinIf(author_told, arrival, author_told != '') AS author, argMinIf(teller, arrival, teller != '') AS told_by,
  min(arrival) AS received_at
FROM (
  SELECT *, sum(begins) OVER (PARTITION BY tenant, app, env ORDER BY moment, release, begins DESC ROWS UNBOUNDED PRECEDING) AS place
  FROM (
    SELECT tenant, app, env, release, at AS moment, deploy_events.kind = 'told' AS said, commit_id AS commit_told, url AS url_told,
      author AS author_told, deploy_events.told_by AS teller, deploy_events.received_at AS arrival,
      release != lagInFrame(release) OVER before OR at > lagInFrame(at) OVER before + INTERVAL 30 MINUTE AS begins
    FROM deploy_events
    WINDOW before AS (PARTITION BY tenant, app, env ORDER BY at, release ROWS UNBOUNDED PRECEDING)
  )
)
GROUP BY tenant, app, env, release, place;
