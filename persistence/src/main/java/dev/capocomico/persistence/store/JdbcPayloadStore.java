package dev.capocomico.persistence.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import dev.capocomico.engine.store.PayloadStore;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.persistence.wire.Payloads;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Payloads in the table {@code payload}. Fails with {@link StoreException}, or says that a payload is missing or damaged. Few are
 * under way at once: they are large, and a hundred executions that come with theirs together must wait for each other and not for
 * a connection, which is given up for lost after seconds.
 */
public final class JdbcPayloadStore implements PayloadStore {
    private static final int AT_ONCE_MAX = 4;
    private static final Duration WAIT_MAX = Duration.ofSeconds(20);

    private final DataSource database;
    private final Semaphore turns = new Semaphore(AT_ONCE_MAX);

    public JdbcPayloadStore(DataSource database) {
        this.database = database;
    }

    @Override
    public List<JsonNode> keep(ExecutionKey key, List<JsonNode> values) {
        return inTurn(() -> keepNow(key, values));
    }

    private List<JsonNode> keepNow(ExecutionKey key, List<JsonNode> values) {
        Payloads payloads = new Payloads();
        List<JsonNode> slim = values.stream().map(payloads::slim).toList();
        if (!payloads.bytes().isEmpty()) {
            try {
                Transactions.run(database, connection -> {
                    write(connection, key, payloads.bytes());
                    return slim;
                });
            } catch (SQLException e) {
                throw new StoreException("large values of execution " + key + " could not be kept", e);
            }
        }
        return slim;
    }

    /** Those that are there are not sent again: they may be megabytes. */
    static void write(Connection connection, ExecutionKey key, Map<BinaryNode, byte[]> payloads) throws SQLException {
        Set<BinaryNode> there = new HashSet<>();
        try (PreparedStatement statement = select(connection, "digest", key, payloads.keySet());
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                there.add(BinaryNode.valueOf(row.getBytes(1)));
            }
        }
        String sql = """
                INSERT INTO payload (tenant, execution_id, digest, bytes) VALUES (?, ?, ?, ?)
                ON CONFLICT (tenant, execution_id, digest) DO NOTHING""";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            // In one order, so that a snapshot and a step that bring the same values do not wait for each other.
            for (BinaryNode reference : payloads.keySet().stream()
                    .filter(one -> !there.contains(one))
                    .sorted(Comparator.comparing(BinaryNode::asText))
                    .toList()) {
                insert.setString(1, key.tenant());
                insert.setString(2, key.id());
                insert.setBytes(3, reference.binaryValue());
                insert.setBytes(4, payloads.get(reference));
                insert.executeUpdate();
            }
        }
    }

    @Override
    public List<JsonNode> fetch(ExecutionKey key, List<JsonNode> values) {
        return inTurn(() -> fetchNow(key, values));
    }

    private <T> T inTurn(Supplier<T> work) {
        try {
            if (!turns.tryAcquire(WAIT_MAX.toSeconds(), TimeUnit.SECONDS)) {
                throw new SQLTimeoutException(
                        "%d others are under way, for more than %d s".formatted(AT_ONCE_MAX, WAIT_MAX.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("large values were not asked for", new SQLException("the node stops", e));
        } catch (SQLTimeoutException e) {
            throw new StoreException("large values were not asked for", e);
        }
        try {
            return work.get();
        } finally {
            turns.release();
        }
    }

    private List<JsonNode> fetchNow(ExecutionKey key, List<JsonNode> values) {
        Map<BinaryNode, JsonNode> known = new HashMap<>();
        Set<BinaryNode> wanted = new HashSet<>();
        Payloads.references(values, wanted);
        if (!wanted.isEmpty()) {
            try (Connection connection = database.getConnection()) {
                // Payloads refer to others; the nesting of JSON bounds how deep.
                while (!wanted.isEmpty()) {
                    Map<BinaryNode, JsonNode> read = read(connection, key, wanted);
                    known.putAll(read);
                    wanted = new HashSet<>();
                    Payloads.references(read.values(), wanted);
                    wanted.removeAll(known.keySet());
                }
            } catch (SQLException e) {
                throw new StoreException("large values of execution " + key + " could not be read", e);
            }
        }
        return values.stream().map(value -> Payloads.whole(value, known)).toList();
    }

    private static Map<BinaryNode, JsonNode> read(
            Connection connection, ExecutionKey key, Collection<BinaryNode> wanted) throws SQLException {
        Map<BinaryNode, JsonNode> read = new HashMap<>();
        try (PreparedStatement statement = select(connection, "digest, bytes", key, wanted);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                BinaryNode reference = BinaryNode.valueOf(row.getBytes(1));
                read.put(reference, Payloads.read(reference, row.getBytes(2)));
            }
        }
        return read;
    }

    private static PreparedStatement select(
            Connection connection, String columns, ExecutionKey key, Collection<BinaryNode> references)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(
                "SELECT " + columns + " FROM payload WHERE tenant = ? AND execution_id = ? AND digest = ANY (?)");
        Array digests = connection.createArrayOf(
                "bytea", references.stream().map(BinaryNode::binaryValue).toArray(byte[][]::new));
        statement.setString(1, key.tenant());
        statement.setString(2, key.id());
        statement.setArray(3, digests);
        return statement;
    }
}
