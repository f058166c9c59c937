package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds executions of which the journal has fewer steps than the table of executions has taken in. No crash does that, because the table
 * is written later and is never on the disk before the journal: the journal alone was restored from an old backup, or has lost rows.
 */
public final class LostSteps {
    /** Looked at when a node starts; each costs a search in an index. */
    private static final int LOOKED_AT_MAX = 100_000;

    private static final int LOGGED_MAX = 100;
    private static final Logger LOG = LoggerFactory.getLogger(LostSteps.class);

    private LostSteps() {}

    /**
     * Quarantines those that have not ended: their next step would be given a number that was given before, and that an agent may have as
     * its fence. To be called before executions are carried on.
     *
     * @return how many there are
     * @throws StoreException if the database cannot be asked; nothing is changed then
     */
    public static int quarantine(DataSource database) {
        // The states are named, because there is an index by them.
        String sql = """
                UPDATE execution e SET quarantined_at = now(), quarantine_reason = format(
                  'the database has lost steps of it: %s were acknowledged, and the journal has %s; restore a newer backup, or release it to go on from what is left',
                  s.seq_nr, s.kept)
                FROM (
                  SELECT x.tenant, x.execution_id, x.seq_nr, coalesce((
                    SELECT max(j.sequence_number) FROM event_journal j
                    WHERE j.persistence_id = 'execution|' || x.tenant || '/' || x.execution_id), 0) AS kept
                  FROM (SELECT tenant, execution_id, seq_nr FROM execution
                        WHERE status IN ('planning', 'executing', 'paused', 'compensating') AND quarantined_at IS NULL
                        LIMIT ?) x
                ) s
                WHERE e.tenant = s.tenant AND e.execution_id = s.execution_id AND s.kept < s.seq_nr
                RETURNING e.tenant || '/' || e.execution_id, e.quarantine_reason""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, LOOKED_AT_MAX);
            int found = 0;
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (++found <= LOGGED_MAX) {
                        LOG.error("execution {} is quarantined: {}", row.getString(1), row.getString(2));
                    }
                }
            }
            if (found > 0) {
                LOG.error("the journal has lost steps of {} executions", found);
            }
            return found;
        } catch (SQLException e) {
            throw new StoreException("the journal could not be compared with the table of executions", e);
        }
    }
}
