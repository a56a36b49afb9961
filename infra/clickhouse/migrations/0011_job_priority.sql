-- On demand goes before what is scheduled: jobs of one name that are due are run by priority.
ALTER TABLE job_journal {{on_cluster}} ADD COLUMN IF NOT EXISTS priority UInt8 DEFAULT 0 COMMENT 'Of the jobs of one name that are due the smallest goes first';
