package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server of this process's own, on a data directory that outlives it.
 *
 * <p>{@link #start} returns when the server takes connections. The directory is locked for other nodes until {@link #close}. A
 * normal exit of the JVM stops the server (see {@link EmbeddedPostgresSettings#stopOnExit}). When the JVM is killed the server
 * lives on, with all that was committed; the next start on the directory adopts it, after it has thrown out what connections the
 * dead one left, so that no statement of a former life is still at work.
 *
 * <p>{@link #stopServer}, {@link #killServer} and {@link #restart} exist to see what a program does when its database is lost.
 * The server comes back under the same address.
 *
 * <p>All methods may be called from any thread.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final int PORT_ATTEMPTS_MAX = 8;
    private static final Duration PREDECESSOR_LIMIT = Duration.ofSeconds(30);
    private static final Duration PREDECESSOR_PAUSE = Duration.ofMillis(100);

    private final EmbeddedPostgresSettings settings;
    private final Path directory;
    private final DataDirectoryLock lock;
    private final DatabaseFiles files;
    private final Server server;
    private final ServerStarter starter;
    private final Platform platform;
    private final String password;
    private final String superuserPassword;
    private final Thread stopAtExit = new Thread(this::close, "embedded-postgres-stop");
    private int port;
    private long pid;
    private boolean closed;

    private EmbeddedPostgres(
            EmbeddedPostgresSettings settings,
            Path directory,
            DataDirectoryLock lock,
            DatabaseFiles files,
            Server server,
            ServerStarter starter,
            Platform platform,
            String password,
            String superuserPassword) {
        this.settings = settings;
        this.directory = directory;
        this.lock = lock;
        this.files = files;
        this.server = server;
        this.starter = starter;
        this.platform = platform;
        this.password = password;
        this.superuserPassword = superuserPassword;
    }

    /**
     * Starts, or adopts, the server of a data directory, which is created when absent.
     *
     * @throws EmbeddedPostgresException if there can be no server; nothing of it keeps running then, and the directory is free
     */
    public static EmbeddedPostgres start(EmbeddedPostgresSettings settings, Progress progress) {
        return start(settings, progress, ServerAccount::choose);
    }

    /** How the account is found, which tests want to say. */
    @FunctionalInterface
    interface AccountChoice {
        ServerAccount in(Path directory);
    }

    static EmbeddedPostgres start(EmbeddedPostgresSettings settings, Progress progress, AccountChoice choice) {
        Platform platform = Platform.current();
        Path directory = DatabaseFiles.realDirectory(settings.directory());
        DataDirectoryLock lock = DataDirectoryLock.acquire(directory);
        try {
            EmbeddedPostgres postgres = prepare(settings, platform, directory, lock, progress, choice);
            postgres.adoptOrStart(progress);
            if (settings.stopOnExit()) {
                Runtime.getRuntime().addShutdownHook(postgres.stopAtExit);
            }
            return postgres;
        } catch (IOException e) {
            lock.close();
            throw Diagnosis.ofFile(e, directory);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static EmbeddedPostgres prepare(
            EmbeddedPostgresSettings settings,
            Platform platform,
            Path directory,
            DataDirectoryLock lock,
            Progress progress,
            AccountChoice choice)
            throws IOException {
        DatabaseFiles files = DatabaseFiles.in(directory);
        if (files.hasDatabase()) {
            files.checkVersion();
        }
        ServerAccount account = choice.in(directory);
        Server server = new Server(files);
        if (ServerAccount.effectiveUid() == 0
                && files.hasDatabase()
                && DirectoryTree.ownerOf(files.database()) != account.uid()) {
            // Its files are about to change hands, if that can be.
            server.stop(settings.stopLimit());
        }
        files.giveTo(account);
        Optional<Path> cache = settings.binariesCache().or(() -> Binaries.userCache(platform));
        Binaries binaries = Binaries.in(cache.orElse(files.binaries()), files.binaries(), platform, progress);
        if (account instanceof ServerAccount.SomebodyElse other && !other.mayEnter(binaries.home())) {
            binaries = Binaries.in(files.binaries(), platform, progress);
        }
        if (!files.hasDatabase()) {
            progress.now("creating the database in " + directory);
            files.createDatabase(binaries, account, settings.durability());
        }
        String nodePassword = files.nodePassword();
        files.giveTo(account);
        ServerStarter starter = new ServerStarter(files, server, binaries, account);
        return new EmbeddedPostgres(
                settings, directory, lock, files, server, starter, platform, nodePassword, files.password());
    }

    private synchronized void adoptOrStart(Progress progress) throws IOException {
        Optional<PostmasterFile> leftOver = server.running();
        if (leftOver.isPresent() && !adopt(leftOver.get(), progress)) {
            progress.now("stopping the PostgreSQL that an earlier run left behind (process %d)"
                    .formatted(leftOver.get().pid()));
            server.stop(settings.stopLimit());
        }
        if (pid == 0) {
            startOnSomePort(progress);
        }
        try {
            setUpIfNecessary();
        } catch (SQLException e) {
            server.stop(settings.stopLimit());
            throw unreachable(e);
        }
    }

    /** Takes over a left-over that is as this process would have started it. */
    private boolean adopt(PostmasterFile leftOver, Progress progress) throws IOException {
        String running = files.configuration();
        int itsPort = ServerConfiguration.portIn(running);
        boolean asWanted = running.equals(ServerConfiguration.render(settings.durability(), itsPort, platform))
                && (settings.port() == 0 || settings.port() == itsPort)
                && starter.isOfTheseBinaries(leftOver.pid());
        if (!asWanted || leftOver.isStopping()) {
            return false;
        }
        progress.now("adopting the PostgreSQL that an earlier run left behind (process %d)".formatted(leftOver.pid()));
        if (!server.awaitReady(settings.startLimit(), progress)) {
            return false;
        }
        port = itsPort;
        try {
            if (!endOtherSessions()) {
                return false;
            }
        } catch (SQLException e) {
            // Whatever is wrong with it, a server that is started anew will not have it, or will say so itself.
            return false;
        }
        pid = leftOver.pid();
        return true;
    }

    /** Whether the dead node's sessions are gone: a statement that is still at work could commit after we have read. */
    private boolean endOtherSessions() throws SQLException {
        String others = " FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        try (Connection connection = superuser("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            // Waits up to ten seconds for each.
            statement.execute("SELECT pg_terminate_backend(pid, 10000)" + others);
            try (ResultSet row = statement.executeQuery("SELECT count(*)" + others)) {
                return row.next() && row.getInt(1) == 0;
            }
        }
    }

    private void startOnSomePort(Progress progress) throws IOException {
        int wanted = settings.port() != 0 ? settings.port() : ServerConfiguration.portIn(files.configuration());
        for (int attempt = 1; ; attempt++) {
            boolean asWanted = settings.port() != 0 || (attempt == 1 && wanted != 0 && LoopbackPort.isFree(wanted));
            port = asWanted ? wanted : LoopbackPort.anyFree();
            ServerStarter.Started started = startServer(progress);
            if (started.isReady()) {
                pid = started.pid();
                return;
            }
            if (settings.port() != 0 || !Diagnosis.isPortTaken(started.complaint()) || attempt == PORT_ATTEMPTS_MAX) {
                throw notStarted(started);
            }
        }
    }

    private ServerStarter.Started startServer(Progress progress) throws IOException {
        progress.now("starting PostgreSQL %s on 127.0.0.1:%d".formatted(Binaries.version(), port));
        files.writeConfiguration(ServerConfiguration.render(settings.durability(), port, platform));
        long giveUpAt = System.nanoTime() + PREDECESSOR_LIMIT.toNanos();
        while (true) {
            ServerStarter.Started started = starter.start(settings.startLimit(), progress);
            if (started.isReady()
                    || !Diagnosis.isPredecessorDying(started.complaint())
                    || System.nanoTime() > giveUpAt) {
                return started;
            }
            progress.now("waiting for the processes of a killed PostgreSQL to end");
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PREDECESSOR_PAUSE);
        } catch (InterruptedException e) {
            throw Command.interrupted(e);
        }
    }

    private EmbeddedPostgresException notStarted(ServerStarter.Started started) {
        return Diagnosis.ofOutput(
                "PostgreSQL did not start on 127.0.0.1:%d".formatted(port),
                started.complaint(),
                files.database(),
                files.logs());
    }

    private void setUpIfNecessary() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            connection.isValid(1);
            return;
        } catch (SQLException e) {
            if (!Roles.isNotSetUp(e)) {
                throw e;
            }
        }
        Roles.setUp(this::superuser, password);
    }

    private EmbeddedPostgresException unreachable(SQLException e) {
        return Roles.isWrongPassword(e)
                ? new EmbeddedPostgresException(
                        Reason.DIRECTORY_DAMAGED,
                        "The password in %s is not that of the database beside it. Restore that file from a backup, or choose an empty data directory."
                                .formatted(files.home().resolve("password")),
                        e)
                : new EmbeddedPostgresException(
                        Reason.SERVER_FAILED,
                        "PostgreSQL on 127.0.0.1:%d started and then refused the first connection: %s. Its log is in %s."
                                .formatted(port, e.getMessage(), files.logs()),
                        e);
    }

    private DataSource superuser(String database) {
        return dataSource(database, Roles.SUPERUSER, superuserPassword);
    }

    private DataSource dataSource(String database, String user, String secret) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl(database));
        source.setUser(user);
        source.setPassword(secret);
        source.setConnectTimeout(10);
        source.setSocketTimeout(120);
        return source;
    }

    /** Opens connections to the server as it is now; each a new one, there is no pool. */
    public DataSource dataSource() {
        return dataSource(Roles.DATABASE, Roles.NODE, password);
    }

    private synchronized String jdbcUrl(String database) {
        return jdbcUrl(port, database);
    }

    /**
     * Another program may have taken the port of a server that died. With SCRAM the server proves that it knows the password before it
     * is believed, and is not told it; a server that asks for the password itself, or for none, is refused.
     */
    static String jdbcUrl(int port, String database) {
        // On the loopback address an offer of encryption costs round trips and brings nothing.
        return "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable&gssEncMode=disable&requireAuth=scram-sha-256"
                .formatted(port, database);
    }

    public String jdbcUrl() {
        return jdbcUrl(Roles.DATABASE);
    }

    /** The role of the node, which owns its database and is no superuser. */
    public String user() {
        return Roles.NODE;
    }

    /** The password of {@link #user}; it lies in the data directory too, readable by its owner. */
    public String password() {
        return password;
    }

    public synchronized int port() {
        return port;
    }

    /** The real path of the data directory that was asked for. */
    public Path dataDirectory() {
        return directory;
    }

    /** The process number of the server as it was started last. */
    public synchronized long pid() {
        return pid;
    }

    /** Whether the server's process lives. It may still be recovering from a crash of one of its parts. */
    public synchronized boolean isRunning() {
        return PostmasterFile.serves(pid, files.database());
    }

    /** Stops the server in order and keeps the directory, for {@link #restart}. */
    public synchronized void stopServer() {
        try {
            server.stop(settings.stopLimit());
        } catch (IOException e) {
            throw Diagnosis.ofFile(e, directory);
        }
    }

    /** Kills the server as {@code kill -9} does, and returns when its main process is gone. */
    public synchronized void killServer() {
        server.kill(pid);
    }

    /** Brings the server up again under the same address, after stopping it if it runs. */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("the embedded PostgreSQL of " + directory + " has been closed");
        }
        try {
            server.stop(settings.stopLimit());
            ServerStarter.Started started = startServer(Progress.silent());
            if (!started.isReady()) {
                throw notStarted(started);
            }
            pid = started.pid();
        } catch (IOException e) {
            throw Diagnosis.ofFile(e, directory);
        }
    }

    /** Stops the server in order, waits for its end, and frees the directory. Does nothing the second time. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            stopServer();
        } finally {
            lock.close();
            forgetExit();
        }
    }

    private void forgetExit() {
        if (settings.stopOnExit() && !Thread.currentThread().equals(stopAtExit)) {
            try {
                Runtime.getRuntime().removeShutdownHook(stopAtExit);
            } catch (IllegalStateException e) {
                // The JVM is going down already, and the hook will find nothing to do.
            }
        }
    }
}
