-- Executions whose history was removed are told from those whose history is to be, so that none is looked at again.
ALTER TABLE execution ADD COLUMN archived_at timestamptz;

DROP INDEX execution_by_end;
CREATE INDEX execution_to_archive ON execution (ended_at) WHERE ended_at IS NOT NULL AND archived_at IS NULL;

COMMENT ON COLUMN execution.archived_at IS
  'When the steps, snapshots and payloads were removed. From then on this row is all that is left, and the projection changes it no more.';
