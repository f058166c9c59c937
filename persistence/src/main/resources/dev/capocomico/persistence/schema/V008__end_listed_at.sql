-- Steps are dated by the node that wrote them, and a node's clock may be a week behind. What is removed after its end is counted from when
-- this database heard of the end, too.
ALTER TABLE execution ADD COLUMN end_listed_at timestamptz;

COMMENT ON COLUMN execution.end_listed_at IS
  'When this table has heard of the end, by the clock of the database; null for ends that are older than the column.';
