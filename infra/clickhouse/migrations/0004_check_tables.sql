-- Rows that a table refuses are found by inserting into its twin, which keeps nothing: the block's own token stays free until
-- what is left of it is inserted whole. A column added to the table is added to its twin.

CREATE TABLE IF NOT EXISTS rum_events_check {{on_cluster}} AS rum_events ENGINE = Null;

CREATE TABLE IF NOT EXISTS outcomes_1m_check {{on_cluster}} AS outcomes_1m ENGINE = Null;
