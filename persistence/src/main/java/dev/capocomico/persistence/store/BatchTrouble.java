package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.SqlTrouble;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of the journal does about a batch that fails. One row may be at fault: then the batch is narrowed down to it, and it is
 * set aside. Or the database is: then all is tried again later, for a while. A failure that passes when it passes, and one that always
 * comes at the same row, look alike at first, so it counts how often it came. For one thread.
 */
final class BatchTrouble {
    /** Failures in a row of one kind that a database may have and get over, before one row is suspected. */
    private static final int PATIENCE = 10;

    /** Rows set aside without one between them that could be taken in. With more it is the database, whatever it says. */
    private static final int SET_ASIDE_MAX = 100;

    /** A lock or serialization failure, a statement that took too long, a server short of memory, an error of its disk, one of itself. */
    private static final Set<String> MAY_PASS = Set.of("40", "55", "58");

    private static final Set<String> STATES_THAT_MAY_PASS = Set.of("57014", "53200", "53400", "XX000");

    enum Remedy {
        TRY_LATER,
        NARROW,
        SET_ASIDE
    }

    private final int batchRows;
    private int carefulRows;
    private int failures;
    private int setAside;

    /** @param batchRows how many rows a batch has that nothing is wrong with */
    BatchTrouble(int batchRows) {
        this.batchRows = batchRows;
    }

    int limit() {
        return carefulRows > 0 ? 1 : batchRows;
    }

    void went() {
        carefulRows = Math.max(0, carefulRows - 1);
        failures = 0;
        setAside = 0;
    }

    void wentAside() {
        carefulRows = Math.max(0, carefulRows - 1);
        failures = 0;
        setAside++;
    }

    Remedy remedy(Throwable failure) {
        failures++;
        if (!mayBeTheRow(failure) || (carefulRows > 0 && setAside >= SET_ASIDE_MAX)) {
            return Remedy.TRY_LATER;
        }
        if (carefulRows == 0) {
            carefulRows = batchRows;
            failures = 0;
            return Remedy.NARROW;
        }
        return Remedy.SET_ASIDE;
    }

    private boolean mayBeTheRow(Throwable failure) {
        if (!(failure instanceof SQLException e)) {
            return UnreadableRows.isFault(failure);
        }
        @Nullable String state = e.getSQLState();
        return SqlTrouble.isAboutTheRow(e)
                || (failures > PATIENCE
                        && state != null
                        && state.length() == 5
                        && (MAY_PASS.contains(state.substring(0, 2)) || STATES_THAT_MAY_PASS.contains(state)));
    }
}
