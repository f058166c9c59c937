package dev.capocomico.persistence.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The connections that all stores of a node share; the journal's writer has its own. When the database is away, whoever asks for a
 * connection hears so after seconds, and gets one again as soon as it is back.
 */
public final class ConnectionPool implements AutoCloseable {
    /** What is asked of the database takes milliseconds; a few connections serve a node, and many nodes a database. */
    private static final int CONNECTIONS_MAX = 8;

    private static final Duration WAIT_MAX = Duration.ofSeconds(3);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
    private static final Duration CHECK_MAX = Duration.ofSeconds(1);
    private static final Duration IDLE_MAX = Duration.ofSeconds(60);

    /** The server gives up first, so that it does not go on with what nobody waits for. */
    private static final Duration STATEMENT_MAX = Duration.ofSeconds(25);

    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private final HikariDataSource pool;

    private ConnectionPool(HikariDataSource pool) {
        this.pool = pool;
    }

    /** Opens no connection before one is asked for. Limits that the address itself names stay. */
    public static ConnectionPool of(String jdbcUrl, String user, String password) {
        PGSimpleDataSource server = new PGSimpleDataSource();
        server.setConnectTimeout((int) CONNECT_MAX.toSeconds());
        server.setSocketTimeout((int) SILENCE_MAX.toSeconds());
        server.setTcpKeepAlive(true);
        server.setApplicationName("capocomico");
        server.setUrl(jdbcUrl);
        server.setUser(user);
        server.setPassword(password);
        HikariConfig config = new HikariConfig();
        config.setPoolName("capocomico");
        config.setDataSource(server);
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(WAIT_MAX.toMillis());
        config.setValidationTimeout(CHECK_MAX.toMillis());
        config.setIdleTimeout(IDLE_MAX.toMillis());
        config.setConnectionInitSql("SET statement_timeout = " + STATEMENT_MAX.toMillis());
        return new ConnectionPool(new HikariDataSource(config));
    }

    public DataSource dataSource() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }
}
