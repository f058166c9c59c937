-- What is read by others than the execution itself. Texts that are keys compare as bytes. Values that nobody searches are json,
-- not jsonb: jsonb refuses strings with a zero character, and an agent's error message may hold one.

CREATE TABLE execution (
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  updated_at timestamptz NOT NULL,
  wake_at timestamptz,
  seq_nr bigint NOT NULL,
  slice smallint NOT NULL,
  priority smallint NOT NULL,
  parked boolean NOT NULL DEFAULT false,
  tenant text COLLATE "C" NOT NULL,
  execution_id text COLLATE "C" NOT NULL,
  workflow_name text COLLATE "C" NOT NULL,
  workflow_version text COLLATE "C" NOT NULL,
  workflow_digest text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  parent_execution_id text COLLATE "C",
  parent_task_id text COLLATE "C",
  labels jsonb NOT NULL DEFAULT '{}',
  summary json,
  PRIMARY KEY (tenant, execution_id),
  CONSTRAINT execution_status CHECK (status IN
    ('planning', 'executing', 'paused', 'compensating', 'completed', 'failed', 'cancelled', 'timed_out')),
  CONSTRAINT execution_ended CHECK
    ((ended_at IS NOT NULL) = (status IN ('completed', 'failed', 'cancelled', 'timed_out'))),
  CONSTRAINT execution_parked_not_ended CHECK (NOT (parked AND ended_at IS NOT NULL))
) WITH (
  -- A row changes a few times in its life. With room in its page, and as no index below names what changes often (updated_at,
  -- seq_nr, summary), most changes touch no index.
  fillfactor = 75
);

COMMENT ON TABLE execution IS
  'One row for each execution, kept by a projection of the journal; for lists, for the status of what has ended, and for waking. Lags behind the journal by moments.';
COMMENT ON COLUMN execution.wake_at IS 'When a parked execution is due at the latest; null if nothing but a message can wake it.';
COMMENT ON COLUMN execution.parked IS 'Whether it has left memory on purpose. What has not ended and is not parked should be alive somewhere.';
COMMENT ON COLUMN execution.slice IS 'Which of the daemons looks after it; derived from its id.';
COMMENT ON COLUMN execution.seq_nr IS 'The last step that this row knows of; an older one changes nothing.';
COMMENT ON COLUMN execution.priority IS '0 critical, 1 high, 2 normal, 3 low, 4 background.';

-- Lists, newest first. A cursor is (started_at, execution_id) of the last row seen.
CREATE INDEX execution_by_start ON execution (tenant, started_at DESC, execution_id DESC);
CREATE INDEX execution_by_workflow ON execution (tenant, workflow_name, started_at DESC, execution_id DESC);
-- Completed ones are most of them, so that the list by start finds a page of them quickly.
CREATE INDEX execution_by_status ON execution (tenant, status, started_at DESC, execution_id DESC)
  WHERE status <> 'completed';
CREATE INDEX execution_by_label ON execution USING gin (labels jsonb_path_ops) WHERE labels <> '{}';
CREATE INDEX execution_by_parent ON execution (tenant, parent_execution_id) WHERE parent_execution_id IS NOT NULL;

-- The two questions of the wake daemon of a slice: what should be alive, and what is parked and due. Neither reads a row of the
-- parked executions that wait for later or for a message.
CREATE INDEX execution_awake ON execution (slice) WHERE ended_at IS NULL AND NOT parked;
CREATE INDEX execution_due ON execution (slice, wake_at) WHERE ended_at IS NULL AND parked AND wake_at IS NOT NULL;

-- Retention asks for what ended before a time.
CREATE INDEX execution_by_end ON execution (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE projection_offset (
  ordering bigint NOT NULL,
  tx xid8 NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  slice smallint NOT NULL,
  projection text COLLATE "C" NOT NULL,
  PRIMARY KEY (projection, slice)
) WITH (fillfactor = 10);

COMMENT ON TABLE projection_offset IS
  'How far each reader of the journal has come: the last row it has handled. Written in the transaction that holds what came of it.';

CREATE TABLE payload (
  created_at timestamptz NOT NULL DEFAULT now(),
  tenant text COLLATE "C" NOT NULL,
  execution_id text COLLATE "C" NOT NULL,
  digest bytea NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (tenant, execution_id, digest),
  CONSTRAINT payload_digest CHECK (octet_length(digest) = 32)
);

COMMENT ON TABLE payload IS
  'Values too large for a step, each once per execution under its SHA-256. Written before the step that names it; goes with its execution.';

CREATE TABLE definition (
  created_at timestamptz NOT NULL DEFAULT now(),
  definition_id uuid NOT NULL DEFAULT gen_random_uuid(),
  registered boolean NOT NULL,
  tenant text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  created_by text COLLATE "C",
  tree json NOT NULL,
  PRIMARY KEY (tenant, digest),
  CONSTRAINT definition_id_unique UNIQUE (tenant, definition_id)
);

-- A file that is run, not registered, may say something else under a name and version that are taken.
CREATE UNIQUE INDEX definition_registered ON definition (tenant, name, version) WHERE registered;

COMMENT ON TABLE definition IS
  'Every definition that an execution was started from or that was registered, by its digest. Rows never change, except that one that was run can become registered.';
COMMENT ON COLUMN definition.tree IS 'The definition as JSON, letter for letter what its digest was taken from.';
