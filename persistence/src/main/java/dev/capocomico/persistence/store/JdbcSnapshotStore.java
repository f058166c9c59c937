package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.SnapshotStore;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.persistence.wire.Payloads;
import dev.capocomico.persistence.wire.StateCodec;
import dev.capocomico.persistence.wire.StateSerializer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;

/**
 * Snapshots in the table {@code snapshot}, in the form in which Pekko's plugin reads them. Few are written at once, so that they leave
 * connections to those who wait for them. Fails with {@link StoreException}.
 */
public final class JdbcSnapshotStore implements SnapshotStore {
    private static final int AT_ONCE_MAX = 2;

    private final DataSource database;
    private final Semaphore turns = new Semaphore(AT_ONCE_MAX);

    public JdbcSnapshotStore(DataSource database) {
        this.database = database;
    }

    @Override
    public int write(ExecutionKey key, ExecutionState state) {
        turns.acquireUninterruptibly();
        try {
            Payloads payloads = new Payloads();
            byte[] bytes = StateCodec.encode(state, payloads::slim);
            return Transactions.run(database, connection -> {
                if (!payloads.bytes().isEmpty()) {
                    JdbcPayloadStore.write(connection, key, payloads.bytes());
                }
                insert(connection, JournalRows.persistenceId(key), state, bytes);
                deleteOlder(connection, JournalRows.persistenceId(key), state.steps());
                return bytes.length;
            });
        } catch (SQLException e) {
            throw new StoreException("no snapshot of execution " + key + " could be written", e);
        } finally {
            turns.release();
        }
    }

    private static void insert(Connection connection, String id, ExecutionState state, byte[] bytes)
            throws SQLException {
        String sql = """
                INSERT INTO snapshot
                  (persistence_id, sequence_number, created, snapshot_ser_id, snapshot_ser_manifest, snapshot_payload)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET
                  created = excluded.created, snapshot_ser_id = excluded.snapshot_ser_id,
                  snapshot_ser_manifest = excluded.snapshot_ser_manifest, snapshot_payload = excluded.snapshot_payload""";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, id);
            insert.setLong(2, state.steps());
            insert.setLong(3, state.atMillis());
            insert.setInt(4, StateSerializer.IDENTIFIER);
            insert.setString(5, StateCodec.manifest());
            insert.setBytes(6, bytes);
            insert.executeUpdate();
        }
    }

    private static void deleteOlder(Connection connection, String id, long step) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM snapshot WHERE persistence_id = ? AND sequence_number < ?")) {
            delete.setString(1, id);
            delete.setLong(2, step);
            delete.executeUpdate();
        }
    }
}
