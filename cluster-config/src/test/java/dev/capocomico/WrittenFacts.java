package dev.capocomico;

import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.persistence.wire.StepCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What the journal says, read without the engine. */
final class WrittenFacts {
    private final DataSource database;

    WrittenFacts(DataSource database) {
        this.database = database;
    }

    /** Of all executions whose id is like this. */
    List<Step> steps(String pattern) throws SQLException {
        List<Step> steps = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT event_ser_manifest, event_payload FROM event_journal WHERE persistence_id LIKE ?"
                                + " ORDER BY persistence_id, sequence_number")) {
            select.setString(1, "%" + pattern);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    steps.add(StepCodec.decode(row.getString(1), row.getBytes(2)));
                }
            }
        }
        return steps;
    }

    <T extends Fact> List<T> all(Class<T> kind) throws SQLException {
        return of("%", kind);
    }

    <T extends Fact> List<T> of(String pattern, Class<T> kind) throws SQLException {
        return steps(pattern).stream()
                .flatMap(step -> step.facts().stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }
}
