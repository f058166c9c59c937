package dev.capocomico.chaos;

import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The real database of a run, which can be killed. It knows when its transactions were committed. */
sealed interface Database extends AutoCloseable {
    /** What a node must be told of it. */
    Map<String, String> properties();

    /**
     * Ends it without a word.
     *
     * @param wholeGroup its processes too, and not only the one that watches over them
     * @return whether it was there: a node may have been killed before it started the one inside
     */
    boolean kill(boolean wholeGroup) throws IOException;

    /** What must be done before a node can have it again. */
    void bringBack();

    Connection connect() throws SQLException, IOException;

    @Override
    void close();

    /** A server that stands beside the node, and comes back under the same address. */
    static Database beside(Path directory) throws SQLException, IOException {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(EmbeddedPostgresSettings.in(directory), Progress.silent());
        rememberCommits(postgres);
        postgres.restart();
        return new Beside(postgres);
    }

    /** A server that the node starts itself, in its data directory, and that outlives a killed node. */
    static Database inside(Path directory) throws SQLException, IOException {
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.start(EmbeddedPostgresSettings.in(directory), Progress.silent())) {
            rememberCommits(postgres);
        }
        return new Inside(directory);
    }

    /** Which the node itself may not. */
    private static void rememberCommits(EmbeddedPostgres postgres) throws SQLException, IOException {
        try (Connection connection = superuser(postgres.jdbcUrl(), postgres.dataDirectory());
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET track_commit_timestamp = on");
        }
    }

    private static Connection superuser(String url, Path directory) throws SQLException, IOException {
        String password =
                Files.readString(directory.resolve("postgresql/password")).strip();
        return DriverManager.getConnection(url, "capo", password);
    }

    private static boolean killProcesses(long postmaster, boolean wholeGroup) {
        List<ProcessHandle> group = ProcessHandle.of(postmaster)
                .map(process -> process.descendants().toList())
                .orElse(List.of());
        boolean there =
                ProcessHandle.of(postmaster).map(ProcessHandle::destroyForcibly).orElse(false);
        if (wholeGroup) {
            group.forEach(ProcessHandle::destroyForcibly);
        }
        return there;
    }

    /** See {@link #beside}. */
    record Beside(EmbeddedPostgres postgres) implements Database {
        @Override
        public Map<String, String> properties() {
            return Map.of("url", postgres.jdbcUrl(), "user", postgres.user(), "password", postgres.password());
        }

        @Override
        public boolean kill(boolean wholeGroup) {
            boolean there = killProcesses(postgres.pid(), wholeGroup);
            postgres.killServer();
            return there;
        }

        @Override
        public void bringBack() {
            postgres.restart();
        }

        @Override
        public Connection connect() throws SQLException {
            return postgres.dataSource().getConnection();
        }

        @Override
        public void close() {
            postgres.close();
        }
    }

    /** See {@link #inside}. */
    record Inside(Path directory) implements Database {
        private static final int LINE_OF_PID = 0;
        private static final int LINE_OF_PORT = 3;

        /** Nothing while no server is there, or one that is just being started. */
        private Optional<String> line(int number) throws IOException {
            try {
                List<String> lines = Files.readAllLines(home().resolve("data/postmaster.pid"));
                return number < lines.size() ? Optional.of(lines.get(number).strip()) : Optional.empty();
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }

        private Path home() {
            return directory.resolve("postgresql");
        }

        @Override
        public Map<String, String> properties() {
            return Map.of("embedded", directory.toString());
        }

        @Override
        public boolean kill(boolean wholeGroup) throws IOException {
            return line(LINE_OF_PID)
                    .map(pid -> killProcesses(Long.parseLong(pid), wholeGroup))
                    .orElse(false);
        }

        @Override
        public void bringBack() {
            // The next node does.
        }

        @Override
        public Connection connect() throws SQLException, IOException {
            String port = line(LINE_OF_PORT).orElseThrow(() -> new SQLException("no server is there"));
            String url = "jdbc:postgresql://127.0.0.1:" + port + "/capo?sslmode=disable";
            return superuser(url, directory);
        }

        @Override
        public void close() {
            // Adopts it if it lives, and stops it.
            EmbeddedPostgres.start(EmbeddedPostgresSettings.in(directory), Progress.silent())
                    .close();
        }
    }
}
