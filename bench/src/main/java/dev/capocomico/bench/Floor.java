package dev.capocomico.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** What the same database does without anything of ours: the measure of what durability costs. */
final class Floor {
    private static final long NANOS = 1_000_000_000L;

    private Floor() {}

    /** Commits of one small row, one after the other on one connection. */
    static double commitsPerSecond(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS bench_floor (n bigint, payload bytea)");
            // Not temporary: rows of such tables are not written to the log that a commit waits for.
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO bench_floor VALUES (?, ?)")) {
                byte[] payload = new byte[150];
                long from = System.nanoTime();
                long commits = 0;
                while (System.nanoTime() - from < 2 * NANOS) {
                    insert.setLong(1, commits++);
                    insert.setBytes(2, payload);
                    insert.executeUpdate();
                }
                return (double) commits * NANOS / (System.nanoTime() - from);
            } finally {
                statement.execute("DROP TABLE bench_floor");
            }
        }
    }
}
