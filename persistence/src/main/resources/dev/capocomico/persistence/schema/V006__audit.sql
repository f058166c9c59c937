-- Who has done what from outside, and who was not let. Rows are added and, when they are old, removed; nothing changes one.
CREATE TABLE audit (
  audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  times integer NOT NULL DEFAULT 1,
  tenant text COLLATE "C",
  subject text COLLATE "C",
  action text COLLATE "C" NOT NULL,
  outcome text COLLATE "C" NOT NULL,
  workflow text COLLATE "C",
  execution_id text COLLATE "C",
  target text COLLATE "C",
  reason text,
  address text COLLATE "C",
  trace_id text COLLATE "C",
  CONSTRAINT audit_outcome CHECK (outcome IN ('accepted', 'denied'))
);

COMMENT ON TABLE audit IS
  'One row for each change that somebody from outside made, written with the change or by the projection of the journal, and for each refusal of the right to make one, of which some may be lost when a node dies.';
COMMENT ON COLUMN audit.at IS 'When it was done; rows appear in the order of audit_id, and may be moments later.';
COMMENT ON COLUMN audit.times IS 'How often it was so within a moment. Only refusals are added up.';
COMMENT ON COLUMN audit.tenant IS 'Null when nobody knows who it was.';

CREATE INDEX audit_by_tenant ON audit (tenant, audit_id);
CREATE INDEX audit_by_subject ON audit (tenant, subject, audit_id);
CREATE INDEX audit_by_execution ON audit (tenant, execution_id, audit_id) WHERE execution_id IS NOT NULL;
-- Rows come nearly in the order of time, so that the summary of each range of pages is enough for retention.
CREATE INDEX audit_by_time ON audit USING brin (at);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('capocomico.audit_retention', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
