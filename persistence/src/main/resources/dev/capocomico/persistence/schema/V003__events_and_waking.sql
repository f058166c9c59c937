-- One daemon of the cluster keeps the table of executions and wakes what should be awake, so nothing is divided into slices. The
-- indexes that named one go with it.
ALTER TABLE execution DROP COLUMN slice;

-- What a pause hides: where the execution goes on when it is resumed. Set from facts, like the status.
ALTER TABLE execution ADD COLUMN paused boolean NOT NULL DEFAULT false;
ALTER TABLE execution ADD COLUMN compensating boolean NOT NULL DEFAULT false;

-- The two questions of the daemon: what should be alive, and what is parked and due. Neither reads a row of the parked executions
-- that wait for later or for a message.
CREATE INDEX execution_awake ON execution (tenant, execution_id) WHERE ended_at IS NULL AND NOT parked;
CREATE INDEX execution_due ON execution (wake_at) WHERE ended_at IS NULL AND parked AND wake_at IS NOT NULL;

ALTER TABLE projection_offset DROP COLUMN slice;
ALTER TABLE projection_offset ADD PRIMARY KEY (projection);
INSERT INTO projection_offset (projection, tx, ordering) VALUES ('execution', '0', 0), ('event', '0', 0);

CREATE TABLE projection_failure (
  failed_at timestamptz NOT NULL DEFAULT now(),
  ordering bigint NOT NULL,
  sequence_number bigint NOT NULL,
  persistence_id text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (persistence_id, sequence_number)
);

COMMENT ON TABLE projection_failure IS
  'Rows of the journal that the table of executions could not take in. They are still in the journal; what else is known of their executions is in the table.';

CREATE TABLE event_log (
  ordering bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
  published_at timestamptz NOT NULL DEFAULT now(),
  tenant text COLLATE "C" NOT NULL,
  topic text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  payload json NOT NULL,
  PRIMARY KEY (tenant, event_id)
);

COMMENT ON TABLE event_log IS
  'Events that were published, until their retention is over. Read like the journal: below pg_snapshot_xmin, by (tx, ordering).';

CREATE INDEX event_log_by_topic ON event_log (tenant, topic, tx, ordering);
CREATE INDEX event_log_tx_ordering ON event_log (tx, ordering);
CREATE INDEX event_log_by_time ON event_log (published_at);

CREATE TABLE event_wait (
  told_at timestamptz,
  task integer NOT NULL,
  untold boolean NOT NULL DEFAULT true,
  tenant text COLLATE "C" NOT NULL,
  execution_id text COLLATE "C" NOT NULL,
  topic text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, execution_id, task)
) WITH (fillfactor = 75);

CREATE INDEX event_wait_by_topic ON event_wait (tenant, topic);
CREATE INDEX event_wait_untold ON event_wait (tenant, execution_id) WHERE untold;
CREATE INDEX event_wait_by_told ON event_wait (told_at) WHERE told_at IS NOT NULL;

COMMENT ON TABLE event_wait IS
  'Which tasks wait for an event of which topic; kept by the projection.';
COMMENT ON COLUMN event_wait.untold IS
  'Whether the execution is to be told to look at the events: the wait was just listed, or something was published since.';
COMMENT ON COLUMN event_wait.told_at IS
  'When it was told last. What was told to a node that died at that moment is told again.';
