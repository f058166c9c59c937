package dev.capocomico.persistence.embedded;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** A program with an embedded server, run by tests in a JVM of its own: starts, commits a row, says so, waits for its end. */
final class NodeToBeKilled {
    private NodeToBeKilled() {}

    public static void main(String[] arguments) throws Exception {
        // Not closed: whoever started this JVM ends it.
        @SuppressWarnings("resource")
        EmbeddedPostgres postgres =
                EmbeddedPostgres.start(EmbeddedPostgresSettings.in(Path.of(arguments[0])), Progress.silent());
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS kept (word text)");
            statement.execute("INSERT INTO kept VALUES ('committed')");
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO kept VALUES ('not committed')");
            System.out.println("ready " + postgres.pid());
            System.in.read();
        }
    }
}
