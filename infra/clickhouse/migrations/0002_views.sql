-- What analysts see: stable names over tables that may change.

CREATE OR REPLACE VIEW rum {{on_cluster}} AS
SELECT tenant AS project, app, env, metric, ts, received_at, value, rating, counted = 1 AS counted, route, tool, release, country, device,
  browser, browser_version, os, agent, connection, downlink, rtt, nav_type, session_id, user_hash,
  if(trace_id = toUUID('00000000-0000-0000-0000-000000000000'), '', replaceAll(toString(trace_id), '-', '')) AS trace_id,
  if(span_id = 0, '', lower(leftPad(hex(span_id), 16, '0'))) AS span_id,
  weight, response_bytes, toUInt32OrDefault(attrs['token_count'], toUInt32(ceil(response_bytes / 4))) AS token_count, attrs,
  src_partition, src_offset, src_index
FROM rum_events;

CREATE OR REPLACE VIEW spans {{on_cluster}} AS
SELECT tenant AS project, service, env, name, kind, start, duration_us, error, replaceAll(toString(trace_id), '-', '') AS trace_id,
  lower(leftPad(hex(span_id), 16, '0')) AS span_id, if(parent_id = 0, '', lower(leftPad(hex(parent_id), 16, '0'))) AS parent_id,
  tool, http_status, response_bytes, attrs
FROM span_events;

CREATE OR REPLACE VIEW deploys {{on_cluster}} AS
SELECT tenant AS project, app, env, release, at, commit_id, url FROM deploy_events;

CREATE OR REPLACE VIEW ledger {{on_cluster}} AS
SELECT tenant AS project, key_id, outcome, reason, t, sum(beacons) AS beacons, sum(events) AS events
FROM outcomes_1m GROUP BY tenant, key_id, outcome, reason, t;
