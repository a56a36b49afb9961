-- What analysts see of incidents and of who was told: stable columns over the journal, whose bodies may change.

CREATE OR REPLACE VIEW alerts {{on_cluster}} AS
SELECT tenant AS project, id AS incident,
  JSONExtractString(latest, 'rule', 'id') AS rule,
  JSONExtractString(latest, 'rule', 'name') AS rule_name,
  JSONExtract(latest, 'labels', 'Map(String, String)') AS labels,
  JSONExtractString(latest, 'severity') AS severity,
  multiIf(over > 0, 'resolved', JSONExtractInt(latest, 'acknowledged', 'at') > 0, 'acknowledged', 'open') AS state,
  fromUnixTimestamp64Milli(JSONExtractInt(latest, 'openedAt'), 'UTC') AS opened_at,
  fromUnixTimestamp64Milli(JSONExtractInt(latest, 'detectedAt'), 'UTC') AS detected_at,
  if(over > 0, fromUnixTimestamp64Milli(over, 'UTC'), NULL) AS resolved_at,
  JSONExtractString(latest, 'reason') AS reason,
  JSONExtractString(latest, 'headline') AS headline,
  JSONExtractString(acknowledgement, 'acknowledged', 'by') AS acknowledged_by,
  if(acknowledgement = '', NULL, fromUnixTimestamp64Milli(JSONExtractInt(acknowledgement, 'acknowledged', 'at'), 'UTC')) AS acknowledged_at,
  JSONExtractString(latest, 'measure', 'metric') AS metric,
  JSONExtractString(latest, 'measure', 'statistic') AS statistic,
  JSONExtract(latest, 'measure', 'value', 'Nullable(Float64)') AS value,
  JSONExtract(latest, 'measure', 'reference', 'Nullable(Float64)') AS reference,
  JSONExtractUInt(latest, 'measure', 'samples') AS samples,
  JSONExtract(latest, 'peak', 'Nullable(Float64)') AS peak,
  JSONExtractString(latest, 'held') AS held
FROM (
  SELECT tenant, id, argMax(body, at) AS latest, JSONExtractInt(latest, 'resolvedAt') AS over,
    argMaxIf(body, at, JSONExtractInt(body, 'acknowledged', 'at') > 0) AS acknowledgement
  FROM alert_journal WHERE kind = 'incident' GROUP BY tenant, id
);

CREATE OR REPLACE VIEW alert_notices {{on_cluster}} AS
SELECT tenant AS project, JSONExtractString(body, 'incident') AS incident, JSONExtractString(body, 'channel') AS channel,
  JSONExtractString(body, 'kind') AS kind, toUInt32(JSONExtractUInt(body, 'seq')) AS seq, toUInt32(JSONExtractUInt(body, 'attempt')) AS attempt,
  at, JSONExtractString(body, 'result') AS result, JSONExtract(body, 'status', 'Nullable(Int32)') AS status,
  JSONExtract(body, 'tookMs', 'Nullable(Float64)') AS took_ms,
  if(result = 'delivered', JSONExtractString(body, 'answer'), JSONExtractString(body, 'reason')) AS answer,
  JSONExtractString(body, 'insteadOf') AS instead_of
FROM alert_journal AS j WHERE j.kind = 'attempt'
LIMIT 1 BY tenant, id;
