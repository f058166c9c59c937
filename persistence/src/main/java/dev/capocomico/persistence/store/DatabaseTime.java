package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import javax.sql.DataSource;

/** The clock of the database, which is another one than that of a node. */
final class DatabaseTime {
    private DatabaseTime() {}

    static Instant now(DataSource database) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT now()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        } catch (SQLException e) {
            throw new StoreException("the time of the database could not be read", e);
        }
    }
}
