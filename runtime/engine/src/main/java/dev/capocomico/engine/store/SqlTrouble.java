package dev.capocomico.engine.store;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a row that the database cannot take or give from a database that is not well. */
public final class SqlTrouble {
    /**
     * Classes of SQLSTATE that say nothing about a row: connections, plans of statements that a migration has made stale, transactions that
     * met others, privileges and settings, a server that stops or has no room, tables that are not there, and what the driver says of
     * itself. Each would be said of the next row too.
     */
    private static final Set<String> OF_THE_DATABASE = Set.of(
            "08", "0A", "25", "26", "28", "34", "3D", "3F", "40", "42", "53", "55", "57", "58", "60", "99", "F0", "HV");

    /** The server found something that cannot be: that may be the row's, or a moment's. */
    private static final String INTERNAL = "XX000";

    /** Connections, sessions and transactions that broke off, and a server that is not there, has no room, stops, or was too slow. */
    private static final Set<String> OF_AN_ABSENCE = Set.of("08", "25", "26", "28", "3D", "40", "53", "57");

    private SqlTrouble() {}

    /** Whether another row might do better. What the driver itself finds has no state, and is about the connection. */
    public static boolean isAboutTheRow(SQLException e) {
        @Nullable String state = e.getSQLState();
        return state != null
                && state.length() == 5
                && !state.equals(INTERNAL)
                && !OF_THE_DATABASE.contains(state.substring(0, 2));
    }

    /** The same, and what the server cannot explain itself, which may be about any row. */
    public static boolean mayBeAboutTheRow(SQLException e) {
        return isAboutTheRow(e) || INTERNAL.equals(e.getSQLState());
    }

    /** Whether the database was away, or too busy: then what was asked for may be well. */
    public static boolean isOfAnAbsence(SQLException e) {
        @Nullable String state = e.getSQLState();
        return state == null || state.length() != 5 || OF_AN_ABSENCE.contains(state.substring(0, 2));
    }
}
