package dev.capocomico.persistence.embedded;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A program with an embedded server, run by tests in a JVM of its own: starts, commits a row, says so, waits for its end. */
final class NodeToBeKilled {
    private NodeToBeKilled() {}

    public static void main(String[] arguments) throws Exception {
        // Not closed: whoever started this JVM ends it.
        @SuppressWarnings("resource")
        EmbeddedPostgres postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(Path.of(arguments[0])).withDurability(Durability.valueOf(arguments[1])),
                Progress.silent());
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS kept (word text)");
            statement.execute("INSERT INTO kept VALUES ('committed')");
            Thread.ofVirtual().start(() -> commitMuchLater(postgres));
            awaitTheLateOne(statement);
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO kept VALUES ('not committed')");
            System.out.println("ready " + postgres.pid());
            System.in.read();
        }
    }

    /** A statement that the server goes on with after its client's death. */
    private static void commitMuchLater(EmbeddedPostgres postgres) {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO kept SELECT 'late' FROM pg_sleep(60)");
        } catch (SQLException e) {
            // The server was stopped.
        }
    }

    private static void awaitTheLateOne(Statement statement) throws SQLException {
        while (true) {
            try (ResultSet row =
                    statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")) {
                if (row.next() && row.getInt(1) == 1) {
                    return;
                }
            }
        }
    }
}
