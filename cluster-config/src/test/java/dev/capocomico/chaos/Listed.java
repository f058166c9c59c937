package dev.capocomico.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * What the table of executions says of one.
 *
 * @param lastStep that the row knows of
 */
record Listed(String status, long lastStep) {
    static Map<String, Listed> read(Connection connection) throws SQLException {
        Map<String, Listed> listed = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT execution_id, status, seq_nr FROM execution")) {
            while (row.next()) {
                listed.put(row.getString(1), new Listed(row.getString(2), row.getLong(3)));
            }
        }
        return listed;
    }

    /** Whether it knows all of the history. */
    boolean knows(History history) {
        return !history.rows().isEmpty() && history.rows().getLast().number() == lastStep;
    }
}
