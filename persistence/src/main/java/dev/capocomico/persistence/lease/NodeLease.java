package dev.capocomico.persistence.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The right of one node to work on a database: a row that says who has it and until when, by the database's clock, and that the holder
 * renews.
 *
 * <p>A node that wants it while another has it waits until the lease ends, which it does when its holder has died; a holder that renews
 * it meanwhile lives, and then {@link #acquire} refuses. A holder that cannot renew in time must assume that another has followed:
 * {@link #isGood} says no then, from shortly before the database would give the lease away. If nobody followed, it goes on as soon as it
 * could renew; if somebody did, it never will again, and the node is told.
 *
 * <p>Thread-safe.
 */
public final class NodeLease implements AutoCloseable {
    /** Renewals in a term, of which several may fail. */
    private static final int RENEWALS = 5;

    private static final Duration LOOK_PAUSE = Duration.ofMillis(200);

    private final DataSource database;
    private final UUID holder;
    private final String description;
    private final long fence;
    private final Duration term;
    private final Thread renewing;
    private @Nullable Connection connection;

    /** Both clocks: one that nobody sets, and one that goes on while the machine is suspended. */
    private record Until(long nanos, long wallMillis) {
        static Until after(Duration time) {
            return new Until(System.nanoTime() + time.toNanos(), System.currentTimeMillis() + time.toMillis());
        }

        boolean isOver() {
            return System.nanoTime() - nanos > 0 || System.currentTimeMillis() > wallMillis;
        }
    }

    private volatile Until goodUntil;
    private volatile boolean lost;
    private volatile boolean closed;

    /** What the holder has to do. */
    public interface Holder {
        /** The lease is good again, after it was not. */
        void renewed();

        /** Another node has it, for a reason that is a sentence: this one must do nothing more. Called once, on a thread of the lease. */
        void lost(String why);
    }

    private NodeLease(
            DataSource database,
            UUID holder,
            String description,
            long fence,
            Duration term,
            Until goodUntil,
            Holder told) {
        this.database = database;
        this.holder = holder;
        this.description = description;
        this.fence = fence;
        this.term = term;
        this.goodUntil = goodUntil;
        this.renewing = Thread.ofPlatform().name("node-lease").daemon().unstarted(() -> renew(told));
    }

    /**
     * Takes the lease.
     *
     * @param database whose connections answer or fail within seconds, each a new one
     * @param description of this node, for whoever finds the database in use
     * @param term how long it is good without being renewed
     * @param atOnce takes it whoever has it, because that one is known to be dead
     * @param progress hears that it waits
     * @throws DatabaseInUseException if another node has it, and lives
     */
    public static NodeLease acquire(
            DataSource database,
            String description,
            Duration term,
            boolean atOnce,
            Consumer<String> progress,
            Holder told)
            throws InterruptedException, SQLException {
        UUID holder = UUID.randomUUID();
        Instant renewedAt = null;
        while (true) {
            try (Connection connection = database.getConnection()) {
                Until until = goodUntil(term);
                OptionalLong fence = LeaseTable.take(connection, holder, description, term, atOnce);
                if (fence.isPresent()) {
                    NodeLease lease =
                            new NodeLease(database, holder, description, fence.getAsLong(), term, until, told);
                    lease.renewing.start();
                    return lease;
                }
                LeaseTable.Row row = LeaseTable.read(connection).orElse(null);
                if (row != null && renewedAt == null) {
                    progress.accept("waiting for the lease of " + row.description() + " to end, unless it is renewed");
                    renewedAt = row.renewedAt();
                } else if (row != null && !row.renewedAt().equals(renewedAt)) {
                    throw inUse(row);
                }
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_PAUSE.toNanos());
        }
    }

    /** Whether there is a table of leases, in a database that may be older than they are. */
    public static boolean isKnownIn(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return LeaseTable.exists(connection);
        }
    }

    /** Who works on the database now; empty when nobody does. */
    public static Optional<String> holderOf(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return LeaseTable.exists(connection)
                    ? LeaseTable.read(connection)
                            .filter(row -> row.held() && !row.over())
                            .map(LeaseTable.Row::description)
                    : Optional.empty();
        }
    }

    private static DatabaseInUseException inUse(LeaseTable.Row row) {
        return new DatabaseInUseException(
                "The database is in use by %s, since %s. Two servers cannot share a database yet. Stop that one, use it as a server, or name another database."
                        .formatted(row.description(), row.takenAt().truncatedTo(ChronoUnit.SECONDS)));
    }

    private static Until goodUntil(Duration term) {
        return Until.after(term.minus(term.dividedBy(RENEWALS)));
    }

    /** Whether this node may begin anything. Cheap. */
    public boolean isGood() {
        return !lost && !goodUntil.isOver();
    }

    private void renew(Holder told) {
        Duration pause = term.dividedBy(RENEWALS);
        try {
            while (!closed) {
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                boolean wasGood = isGood();
                if (!closed && !renewOnce()) {
                    lost = true;
                    told.lost(follower());
                    return;
                }
                if (!wasGood && isGood()) {
                    told.renewed();
                }
            }
        } catch (InterruptedException e) {
            // It is given back.
        } finally {
            disconnect();
        }
    }

    /** False when another has it; a database that does not answer says nothing about that. */
    private boolean renewOnce() {
        Until until = goodUntil(term);
        try {
            Connection open = connection;
            if (open == null) {
                open = database.getConnection();
                connection = open;
            }
            boolean mine = LeaseTable.renew(open, holder, description, fence, term);
            if (mine) {
                goodUntil = until;
            }
            return mine;
        } catch (SQLException e) {
            disconnect();
            return true;
        }
    }

    private String follower() {
        String who = "another node";
        try (Connection open = database.getConnection()) {
            who = LeaseTable.read(open).map(LeaseTable.Row::description).orElse(who);
        } catch (SQLException e) {
            // Then it is not known who.
        }
        return "this node could not renew its lease on the database in time, and %s has taken it over".formatted(who);
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                // It was of no use any more.
            }
        }
    }

    /** Gives it back, so that the next node need not wait. */
    @Override
    public void close() {
        closed = true;
        renewing.interrupt();
        if (lost) {
            return;
        }
        try (Connection open = database.getConnection()) {
            LeaseTable.giveBack(open, holder);
        } catch (SQLException e) {
            // It ends by itself.
        }
    }
}
