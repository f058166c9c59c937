-- Executions that cannot be recovered are kept out of the way of the others: nobody wakes them before they are released.
ALTER TABLE execution ADD COLUMN quarantined_at timestamptz;
ALTER TABLE execution ADD COLUMN quarantine_reason text;

-- The two questions of the daemon, as before: what should be alive, and what is parked and due.
DROP INDEX execution_awake;
DROP INDEX execution_due;
CREATE INDEX execution_awake ON execution (tenant, execution_id)
  WHERE ended_at IS NULL AND NOT parked AND quarantined_at IS NULL;
CREATE INDEX execution_due ON execution (wake_at)
  WHERE ended_at IS NULL AND parked AND wake_at IS NOT NULL AND quarantined_at IS NULL;

-- There are few, and nodes ask for all of them every few seconds.
CREATE INDEX execution_quarantined ON execution (quarantined_at) WHERE quarantined_at IS NOT NULL;

COMMENT ON COLUMN execution.quarantined_at IS
  'Since when it is known that the execution cannot be recovered. Its other columns say how it was last known to stand.';
COMMENT ON COLUMN execution.quarantine_reason IS 'Why, in words.';
