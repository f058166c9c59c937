-- Where an execution's view of the event log begins is read from its first row. The default holds for new rows only: nothing is
-- known of older ones, and no table is rewritten.
ALTER TABLE event_journal ADD COLUMN horizon xid8;
ALTER TABLE event_journal ALTER COLUMN horizon SET DEFAULT pg_snapshot_xmin(pg_current_snapshot());

COMMENT ON COLUMN event_journal.horizon IS
  'When the row was written, every transaction below this one had ended. So whatever is committed after the row has this number or a higher one. Null in rows that are older than the column, or come from another server.';
