-- The one node that works on this database. A node renews its lease; one whose lease has ended is followed by the next. All times are
-- those of the database.
CREATE TABLE node_lease (
    only_row    boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Null when the last holder has given it back.
    holder      uuid,
    -- Who that is or was, for a person.
    description text        NOT NULL,
    -- Grows by one with each holder.
    fence       bigint      NOT NULL,
    taken_at    timestamptz NOT NULL,
    renewed_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);

COMMENT ON TABLE node_lease IS 'Which node works on the database, and until when.';
