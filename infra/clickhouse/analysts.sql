-- People who may ask, on a ClickHouse server. Run once as the user house, when the migrations are applied:
--   clickhouse-client --user house --password ... --multiquery < analysts.sql
-- It needs the profile `analyst` of server/users.d/house.xml, and may run again.

-- What is not granted is refused: no tables, no system tables, no table functions that reach files or the network (SOURCES),
-- no INTROSPECTION, no dictGet.
CREATE ROLE IF NOT EXISTS analyst ON CLUSTER beaconhouse SETTINGS PROFILE 'analyst';
GRANT ON CLUSTER beaconhouse SELECT ON default.rum TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.spans TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.logs TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.points TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.deploys TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.ledger TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.synthetic TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.findings TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.budget_checks TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.alerts TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.alert_notices TO analyst;
GRANT ON CLUSTER beaconhouse SELECT ON default.forwarded TO analyst;

CREATE QUOTA IF NOT EXISTS analyst ON CLUSTER beaconhouse KEYED BY user_name
  FOR INTERVAL 1 hour MAX queries = 1000, read_rows = 20000000000, execution_time = 1800 TO analyst;

-- Views read with the rights of the house, not of who asks. The profile `house` makes them so; this is for views that were made
-- before, or on a server with another configuration.
ALTER TABLE default.rum ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.spans ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.logs ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.points ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.deploys ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.ledger ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.synthetic ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.findings ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.budget_checks ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.alerts ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.alert_notices ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;
ALTER TABLE default.forwarded ON CLUSTER beaconhouse MODIFY SQL SECURITY DEFINER DEFINER = house;

-- Once a view has a policy, whoever has none sees no rows of it: so first, everything for the house and for analysts.
CREATE ROW POLICY IF NOT EXISTS every_project ON CLUSTER beaconhouse
  ON default.rum, default.spans, default.logs, default.points, default.deploys, default.ledger, default.synthetic, default.findings, default.budget_checks, default.alerts, default.alert_notices, default.forwarded
  USING 1 TO house, analyst;

-- A policy hides rows, not every trace of them: a condition that fails on a value may be computed before the policy is
-- (ClickHouse pull request 112847). Projects whose people must not learn anything of each other get servers of their own.
-- One project's analysts: an example to copy, with the project's name in place of shop. Restrictive policies are joined by AND:
-- who has two such roles sees nothing.
-- CREATE ROLE IF NOT EXISTS analyst_shop ON CLUSTER beaconhouse;
-- GRANT ON CLUSTER beaconhouse analyst TO analyst_shop;
-- CREATE ROW POLICY IF NOT EXISTS only_shop ON CLUSTER beaconhouse
--   ON default.rum, default.spans, default.logs, default.points, default.deploys, default.ledger, default.synthetic, default.findings, default.budget_checks, default.alerts, default.alert_notices, default.forwarded
--   AS RESTRICTIVE USING project = 'shop' TO analyst_shop;
-- CREATE USER ann ON CLUSTER beaconhouse IDENTIFIED WITH sha256_password BY '...' DEFAULT ROLE analyst_shop;
