-- A task that waits for an event with a certain value in a field finds it, and is found, by a number that stands for tenant, topic, field
-- and value. How far it has looked in the log is kept with its wait.
ALTER TABLE event_log ADD COLUMN keys bigint[];
COMMENT ON COLUMN event_log.keys IS
  'The numbers of all its fields, each once; null for an event with too many fields or from a program older than the column. Such an event concerns everybody who waits for its topic.';

CREATE TABLE event_key (
  key bigint NOT NULL,
  tx xid8 NOT NULL,
  ordering bigint NOT NULL,
  PRIMARY KEY (key, tx, ordering)
);
COMMENT ON TABLE event_key IS
  'Which events have a field with a value, in the order of the log: a row for each element of event_log.keys, removed with its event.';

CREATE INDEX event_log_without_keys ON event_log (tenant, topic, tx, ordering) WHERE keys IS NULL;

-- One sequence for all that is listed and told, so that their order depends on no clock. Waits that are listed already get a number each.
CREATE SEQUENCE event_wait_turn;
ALTER TABLE event_wait ADD COLUMN listed bigint NOT NULL DEFAULT nextval('event_wait_turn');
ALTER TABLE event_wait ADD COLUMN turn bigint NOT NULL DEFAULT nextval('event_wait_turn');
ALTER TABLE event_wait ADD COLUMN key bigint;
ALTER TABLE event_wait ADD COLUMN looked_tx xid8;
ALTER TABLE event_wait ADD COLUMN looked_ordering bigint;

COMMENT ON COLUMN event_wait.listed IS 'Tells this wait from an earlier one of the same task, and is lower the longer it lasts.';
COMMENT ON COLUMN event_wait.turn IS 'Drawn when there is something to look at: the lowest is told first, of equals the one that has waited longest.';
COMMENT ON COLUMN event_wait.key IS
  'The number that its events have; null while that is not known, and where its condition asks for no such field: then all events of the topic concern it.';
COMMENT ON COLUMN event_wait.looked_tx IS 'With looked_ordering: the place in the log up to which it has looked; null when nobody has kept it.';

DROP INDEX event_wait_by_topic;
CREATE INDEX event_wait_by_topic ON event_wait (tenant, topic, key);
DROP INDEX event_wait_untold;
CREATE INDEX event_wait_untold ON event_wait (turn, listed) WHERE untold;

-- Whoever lists a wait sets its topic, also a node of an older program. What was known of an earlier wait of the task holds no more.
CREATE FUNCTION event_wait_begins_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.listed := nextval('event_wait_turn');
  NEW.turn := NEW.listed;
  NEW.key := NULL;
  NEW.looked_tx := NULL;
  NEW.looked_ordering := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER event_wait_begins_anew BEFORE UPDATE OF topic ON event_wait
  FOR EACH ROW EXECUTE FUNCTION event_wait_begins_anew();
