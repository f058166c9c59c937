package dev.capocomico.persistence.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.capocomico.engine.store.PayloadStore;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.ValueLostException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.value.Reference;
import dev.capocomico.persistence.wire.Payloads;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
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
 * Payloads in the table {@code payload}. Fails with {@link StoreException}. Few are under way at once: they are large, and a hundred
 * executions that come with theirs together must wait for each other and not for a connection, which is given up for lost after seconds.
 */
public final class JdbcPayloadStore implements PayloadStore {
    private static final int AT_ONCE_MAX = 4;
    private static final long BYTES_AT_A_TIME = 4L * 1024 * 1024;
    private static final Duration WAIT_MAX = Duration.ofSeconds(20);

    private final DataSource database;
    private final Semaphore turns = new Semaphore(AT_ONCE_MAX, true);

    public JdbcPayloadStore(DataSource database) {
        this.database = database;
    }

    /** Something to be done with the database, and how it is told that it failed. */
    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    @Override
    public List<JsonNode> keep(ExecutionKey key, List<JsonNode> values) {
        return inTurn(() -> {
            Payloads payloads = new Payloads();
            List<JsonNode> slim = values.stream().map(payloads::slim).toList();
            if (!payloads.bytes().isEmpty()) {
                inTransaction("large values of execution " + key + " could not be kept", connection -> {
                    write(connection, key, payloads.bytes());
                    return slim;
                });
            }
            return slim;
        });
    }

    /** Those that are there are not sent again: they may be megabytes. */
    static void write(Connection connection, ExecutionKey key, Map<Reference, byte[]> payloads) throws SQLException {
        Set<Reference> there = those(connection, key, payloads.keySet());
        String sql = """
                INSERT INTO payload (tenant, execution_id, digest, bytes) VALUES (?, ?, ?, ?)
                ON CONFLICT (tenant, execution_id, digest) DO NOTHING""";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (Reference reference : inOneOrder(payloads.keySet(), there)) {
                insert.setString(1, key.tenant());
                insert.setString(2, key.id());
                insert.setBytes(3, reference.digest());
                insert.setBytes(4, payloads.get(reference));
                insert.executeUpdate();
            }
        }
    }

    /** So that two who bring the same values do not wait for each other. */
    private static List<Reference> inOneOrder(Collection<Reference> all, Set<Reference> without) {
        return all.stream()
                .filter(one -> !without.contains(one))
                .sorted(Comparator.comparingLong(Reference::first).thenComparingLong(Reference::second))
                .toList();
    }

    private static Set<Reference> those(Connection connection, ExecutionKey key, Collection<Reference> wanted)
            throws SQLException {
        Set<Reference> there = new HashSet<>();
        try (PreparedStatement statement = select(connection, "digest", key, wanted);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                there.add(Reference.of(row.getBytes(1), 0, 0));
            }
        }
        return there;
    }

    @Override
    public Map<Reference, JsonNode> open(ExecutionKey key, Collection<Reference> references) {
        return inTurn(() -> reading(key, connection -> {
            Map<Reference, JsonNode> read = read(connection, key, references);
            references.forEach(reference -> read.putIfAbsent(reference, MissingNode.getInstance()));
            return read;
        }));
    }

    @Override
    public JsonNode whole(ExecutionKey key, JsonNode value) {
        Set<Reference> first = new HashSet<>();
        Reference.collect(value, first);
        if (first.isEmpty()) {
            return value;
        }
        Map<Reference, JsonNode> known = inTurn(() -> reading(key, connection -> {
            Map<Reference, JsonNode> all = new HashMap<>();
            Set<Reference> wanted = first;
            // Payloads refer to others; the nesting of JSON bounds how deep.
            while (!wanted.isEmpty()) {
                Map<Reference, JsonNode> read = read(connection, key, wanted);
                all.putAll(read);
                Set<Reference> inside = new HashSet<>();
                read.values().forEach(one -> Reference.collect(one, inside));
                inside.removeAll(all.keySet());
                wanted = inside;
            }
            return all;
        }));
        return Payloads.whole(value, known);
    }

    @Override
    public void copy(ExecutionKey from, ExecutionKey to, JsonNode value) {
        Set<Reference> wanted = new HashSet<>();
        Reference.collect(value, wanted);
        if (!wanted.isEmpty()) {
            inTurn(() -> inTransaction("large values of execution " + to + " could not be kept", connection -> {
                copy(connection, from, to, wanted);
                return value;
            }));
        }
    }

    /** What is there has all that it refers to, because it was put there in one transaction. */
    private static void copy(Connection connection, ExecutionKey from, ExecutionKey to, Set<Reference> first)
            throws SQLException {
        Set<Reference> wanted = first;
        Set<Reference> done = new HashSet<>();
        while (!wanted.isEmpty()) {
            Set<Reference> there = those(connection, to, wanted);
            Set<Reference> inside = new HashSet<>();
            for (Reference reference : inOneOrder(wanted, there)) {
                byte[] payload = payload(connection, from, reference);
                Payloads.references(payload, inside);
                write(connection, to, Map.of(reference, payload));
            }
            done.addAll(wanted);
            inside.removeAll(done);
            wanted = inside;
        }
    }

    private static byte[] payload(Connection connection, ExecutionKey key, Reference reference) throws SQLException {
        try (PreparedStatement statement = select(connection, "bytes", key, List.of(reference));
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new ValueLostException("execution %s has no such value".formatted(key));
            }
            return row.getBytes(1);
        }
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

    private <T> T inTransaction(String failure, Work<T> work) {
        try {
            return Transactions.run(database, work::with);
        } catch (SQLException e) {
            throw new StoreException(failure, e);
        }
    }

    private <T> T reading(ExecutionKey key, Work<T> work) {
        try (Connection connection = database.getConnection()) {
            return work.with(connection);
        } catch (SQLException e) {
            throw new StoreException("large values of execution " + key + " could not be read", e);
        }
    }

    private static Map<Reference, JsonNode> read(Connection connection, ExecutionKey key, Collection<Reference> wanted)
            throws SQLException {
        Map<Reference, JsonNode> read = new HashMap<>();
        for (List<Reference> some : atATime(wanted)) {
            readSome(connection, key, some, read);
        }
        return read;
    }

    /** The driver holds all rows of an answer. */
    private static List<List<Reference>> atATime(Collection<Reference> wanted) {
        List<List<Reference>> groups = new ArrayList<>();
        long bytes = Long.MAX_VALUE;
        for (Reference reference : wanted) {
            if (bytes > BYTES_AT_A_TIME) {
                groups.add(new ArrayList<>());
                bytes = 0;
            }
            groups.getLast().add(reference);
            bytes += reference.size();
        }
        return groups;
    }

    private static void readSome(
            Connection connection, ExecutionKey key, List<Reference> wanted, Map<Reference, JsonNode> read)
            throws SQLException {
        try (PreparedStatement statement = select(connection, "digest, bytes", key, wanted);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Reference reference = Reference.of(row.getBytes(1), 0, 0);
                read.put(reference, Payloads.read(reference, row.getBytes(2)));
            }
        }
    }

    private static PreparedStatement select(
            Connection connection, String columns, ExecutionKey key, Collection<Reference> references)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(
                "SELECT " + columns + " FROM payload WHERE tenant = ? AND execution_id = ? AND digest = ANY (?)");
        Array digests = connection.createArrayOf(
                "bytea", references.stream().map(Reference::digest).toArray(byte[][]::new));
        statement.setString(1, key.tenant());
        statement.setString(2, key.id());
        statement.setArray(3, digests);
        return statement;
    }
}
