package dev.capocomico.persistence.embedded;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Who works in an embedded database. The superuser, whom {@code initdb} has made and whom PostgreSQL does not let go, sets up; the
 * node connects as a role that owns the node's database and may do nothing outside of it: no files, no programs, no other roles.
 *
 * <p>A database that was made before there was a role for the node is brought to the same shape. The role gets its password last:
 * until everything is its own it cannot connect, so that a set-up that was interrupted is done again.
 */
final class Roles {
    static final String SUPERUSER = "capo";
    static final String NODE = "capo_node";
    static final String DATABASE = "capo";

    private static final String WRONG_PASSWORD = "28P01";
    private static final String MAY_NOT_CONNECT = "28000";
    private static final String NO_SUCH_DATABASE = "3D000";

    /** Tables take their indexes, their own sequences and their row types along. */
    private static final String GIVE_EVERYTHING = """
            DO $$
            DECLARE
              one record;
            BEGIN
              FOR one IN
                SELECT format('ALTER %s %s OWNER TO capo_node',
                              CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                                             ELSE 'TABLE' END,
                              c.oid::regclass) AS command
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
                  AND c.relowner <> 'capo_node'::regrole
                  AND NOT EXISTS (SELECT FROM pg_depend d
                                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
                UNION ALL
                SELECT format('ALTER ROUTINE %s OWNER TO capo_node', p.oid::regprocedure)
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE n.nspname = 'public' AND p.proowner <> 'capo_node'::regrole
                  AND NOT EXISTS (SELECT FROM pg_depend d
                                  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
              LOOP
                EXECUTE one.command;
              END LOOP;
            END $$""";

    private Roles() {}

    /** Connections to a database as the superuser. */
    @FunctionalInterface
    interface AsSuperuser {
        DataSource to(String database);
    }

    /** Whether a connection of the node was refused because it is not set up, or not yet. */
    static boolean isNotSetUp(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.equals(WRONG_PASSWORD) || state.equals(MAY_NOT_CONNECT) || state.equals(NO_SUCH_DATABASE);
    }

    static boolean isWrongPassword(SQLException e) {
        return WRONG_PASSWORD.equals(e.getSQLState());
    }

    /** Makes the role and the database, or what is missing of them. */
    static void setUp(AsSuperuser superuser, String nodePassword) throws SQLException {
        try (Connection connection = superuser.to("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            beDurable(statement);
            if (!isThere(statement, "SELECT FROM pg_roles WHERE rolname = '" + NODE + "'")) {
                statement.execute("CREATE ROLE " + NODE + " NOLOGIN");
            }
            // Whether somebody's open transaction holds back the readers of the journal is seen in the statistics of
            // all.
            statement.execute("GRANT pg_read_all_stats TO " + NODE);
            if (isThere(statement, "SELECT FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                statement.execute("ALTER DATABASE " + DATABASE + " OWNER TO " + NODE);
            } else {
                statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + NODE);
            }
        }
        try (Connection connection = superuser.to(DATABASE).getConnection();
                Statement statement = connection.createStatement()) {
            beDurable(statement);
            statement.execute(GIVE_EVERYTHING);
            // It is of letters, digits, - and _ only.
            statement.execute("ALTER ROLE " + NODE + " NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
                    + " LOGIN PASSWORD '" + nodePassword + "'");
        }
    }

    /** A server that is set up to forget its last moments must not forget who may connect. */
    private static void beDurable(Statement statement) throws SQLException {
        statement.execute("SET synchronous_commit = on");
    }

    private static boolean isThere(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next();
        }
    }
}
