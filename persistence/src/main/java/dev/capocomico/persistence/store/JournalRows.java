package dev.capocomico.persistence.store;

import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Step;
import dev.capocomico.persistence.wire.StepCodec;
import dev.capocomico.persistence.wire.StepSerializer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the rows of an execution are found in the journal. */
final class JournalRows {
    /** Of all who keep an offset, the one who reads published events and not the journal. */
    static final String READER_OF_OTHERS = "event";

    /** What the rows of all executions begin with. */
    static final String EXECUTIONS = "execution|";

    /** Who writes the mark that ends a history which can be removed. */
    static final String WRITER_OF_ARCHIVE = "archive";

    /** Who writes the mark that ends an execution which could not be read. */
    static final String WRITER_OF_QUARANTINE = "quarantine";

    private JournalRows() {}

    /** As Pekko joins the type of an entity and its id. */
    static String persistenceId(ExecutionKey key) {
        return "execution|" + key;
    }

    /** Reads what {@link #persistenceId} wrote; null for a row of somebody else, and for one whose name no execution can have. */
    static @Nullable ExecutionKey key(String persistenceId) {
        if (!persistenceId.startsWith(EXECUTIONS)) {
            return null;
        }
        try {
            return ExecutionKey.parse(persistenceId.substring(EXECUTIONS.length()));
        } catch (IllegalArgumentException e) {
            UnreadableRows.passedOver("the name \"" + persistenceId + "\" in the journal", e);
            return null;
        }
    }

    /**
     * Writes an empty step that counts and is not read: from then on nobody writes a step of this number. False when somebody has.
     *
     * @param atMillis the time of the step
     */
    static boolean mark(Connection connection, ExecutionKey key, long number, long atMillis, String writer)
            throws SQLException {
        String sql = """
                INSERT INTO event_journal
                  (persistence_id, sequence_number, writer, write_timestamp, adapter_manifest, event_ser_id,
                   event_ser_manifest, event_payload, deleted)
                VALUES (?, ?, ?, ?, '', ?, ?, ?, true)
                ON CONFLICT DO NOTHING""";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, persistenceId(key));
            insert.setLong(2, number);
            insert.setString(3, writer);
            insert.setLong(4, atMillis);
            insert.setInt(5, StepSerializer.IDENTIFIER);
            insert.setString(6, StepCodec.manifest());
            insert.setBytes(7, StepCodec.encode(new Step(number, atMillis, List.of())));
            return insert.executeUpdate() == 1;
        }
    }

    /** What those of a tenant begin with. */
    static String persistenceIds(String tenant) {
        return "execution|" + tenant + "/";
    }
}
