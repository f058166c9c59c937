package dev.capocomico.bench;

import dev.capocomico.model.execution.Step;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.wire.StepCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The database of a measurement, and what can be seen of it from outside. */
final class BenchDatabase implements AutoCloseable {
    private final DataSource source;
    private final Place.Address address;
    private final @Nullable EmbeddedPostgres server;
    private final @Nullable Path removedAtEnd;
    /** Who interrupts a measurement does not want to keep its database. */
    private final Thread closeAtExit = new Thread(this::close, "bench-database-close");

    /** The server's first process; 0 when it is not on this machine, or cannot be told. */
    private final long pid;

    private boolean closed;

    private BenchDatabase(Place.Address address, @Nullable EmbeddedPostgres server, @Nullable Path removedAtEnd)
            throws SQLException {
        this.address = address;
        this.server = server;
        this.removedAtEnd = removedAtEnd;
        PGSimpleDataSource plain = new PGSimpleDataSource();
        plain.setUrl(address.jdbcUrl());
        plain.setUser(address.user());
        plain.setPassword(address.password());
        this.source = plain;
        this.pid = server == null ? pidOfServer() : server.pid();
    }

    static BenchDatabase open(Place place, Consumer<String> progress) throws IOException, SQLException {
        return switch (place) {
            case Place.Address given -> new BenchDatabase(given, null, null);
            case Place.Kept kept -> embedded(kept.directory(), false, progress);
            case Place.Fresh fresh -> embedded(Files.createTempDirectory("capo-bench-"), true, progress);
        };
    }

    private static BenchDatabase embedded(Path directory, boolean remove, Consumer<String> progress)
            throws SQLException {
        try {
            EmbeddedPostgresSettings settings =
                    EmbeddedPostgresSettings.in(directory).withStopOnExit(false);
            EmbeddedPostgres server = EmbeddedPostgres.start(settings, progress::accept);
            BenchDatabase database = new BenchDatabase(
                    new Place.Address(server.jdbcUrl(), server.user(), server.password()),
                    server,
                    remove ? directory : null);
            Runtime.getRuntime().addShutdownHook(database.closeAtExit);
            return database;
        } catch (RuntimeException e) {
            if (remove) {
                remove(directory);
            }
            throw e;
        }
    }

    Place.Address address() {
        return address;
    }

    DataSource source() {
        return source;
    }

    /** How long the server's processes have kept a core busy; empty when it is not on this machine. */
    OptionalLong cpuNanos() {
        return pid == 0 ? OptionalLong.empty() : OptionalLong.of(CpuTime.ofFamilyNanos(pid));
    }

    /**
     * How far the server's log (WAL) has come. It holds everything that is written before it is confirmed: rows, entries of
     * indexes, and whole pages after a checkpoint; of every client of the server.
     */
    long logBytes() throws SQLException {
        return Long.parseLong(ask("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"));
    }

    /** How many rows the journal was ever given. */
    long journalRows() throws SQLException {
        return Long.parseLong(
                ask("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM event_journal_ordering_seq"));
    }

    /** The steps that were written last. */
    List<Step> lastSteps(int limit) throws SQLException {
        List<Step> steps = new ArrayList<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT event_ser_manifest, event_payload FROM event_journal"
                        + " ORDER BY tx DESC, ordering DESC LIMIT " + limit)) {
            while (row.next()) {
                steps.add(StepCodec.decode(row.getString(1), row.getBytes(2)));
            }
        }
        return steps;
    }

    void forgetRowsOf(String kind) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement delete = connection.prepareStatement(
                        "DELETE FROM event_journal WHERE persistence_id >= ? AND persistence_id < ?")) {
            delete.setString(1, kind + "|");
            delete.setString(2, kind + "}");
            delete.executeUpdate();
        }
    }

    /** What a commit means, as the server says it for the user that the node writes as. */
    Map<String, String> durability() throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String name : new String[] {"fsync", "synchronous_commit", "full_page_writes", "wal_sync_method"}) {
            settings.put(name, ask("SHOW " + name));
        }
        return settings;
    }

    String version() throws SQLException {
        return ask("SHOW server_version");
    }

    boolean isEmbedded() {
        return server != null;
    }

    /** The kind of file system under an embedded server; null for one that is elsewhere. */
    @Nullable String fileSystem() {
        try {
            return server == null
                    ? null
                    : Files.getFileStore(server.dataDirectory()).type();
        } catch (IOException e) {
            return null;
        }
    }

    private String ask(String query) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** The parent of our session's process, if that process is here and is a session of PostgreSQL. */
    private long pidOfServer() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid(), host(inet_server_addr())")) {
            row.next();
            String host = row.getString(2);
            boolean here = host == null || host.startsWith("127.") || host.equals("::1");
            return here ? parentIfPostgres(row.getLong(1)) : 0;
        }
    }

    private static long parentIfPostgres(long session) {
        try {
            boolean postgres = Files.readString(Path.of("/proc", Long.toString(session), "comm"))
                    .startsWith("postgres");
            return postgres
                    ? ProcessHandle.of(session)
                            .flatMap(ProcessHandle::parent)
                            .map(ProcessHandle::pid)
                            .orElse(0L)
                    : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (server != null) {
            server.close();
        }
        if (removedAtEnd != null) {
            remove(removedAtEnd);
        }
        if (!Thread.currentThread().equals(closeAtExit)) {
            forgetExit();
        }
    }

    private void forgetExit() {
        try {
            Runtime.getRuntime().removeShutdownHook(closeAtExit);
        } catch (IllegalStateException e) {
            // The JVM is going down already, and will find nothing to do.
        }
    }

    private static void remove(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the directory " + directory + " could not be removed", e);
        }
    }
}
