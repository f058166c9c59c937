package dev.capocomico;

import dev.capocomico.engine.LocalPool;
import dev.capocomico.persistence.lease.NodeLease;
import dev.capocomico.persistence.schema.Schema;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A node's lease on its database, and what follows for the node when it is gone. */
final class DatabaseLease implements AutoCloseable {
    /** Whom to tell; known only when the node has been built. */
    private final CompletableFuture<LocalPool> pool = new CompletableFuture<>();

    private final CompletableFuture<Capocomico> node = new CompletableFuture<>();
    private @Nullable NodeLease lease;

    /**
     * Brings the tables up to date and takes the lease, in this order only where there is no table of leases yet: a newer version does
     * not change the tables of a node that works.
     *
     * @param atOnce because a directory's lock has shown that its last holder is dead
     */
    void acquire(DataSource database, Duration term, boolean atOnce, Consumer<String> progress)
            throws InterruptedException {
        try {
            if (NodeLease.isKnownIn(database)) {
                take(database, term, atOnce, progress);
            }
        } catch (SQLException e) {
            // The migration says what is wrong with the database.
        }
        Schema.migrate(database);
        if (lease == null) {
            try {
                take(database, term, atOnce, progress);
            } catch (SQLException e) {
                throw new Unavailable("the lease on the database could not be taken: " + e.getMessage(), e);
            }
        }
    }

    private void take(DataSource database, Duration term, boolean atOnce, Consumer<String> progress)
            throws InterruptedException, SQLException {
        lease = NodeLease.acquire(database, description(), term, atOnce, progress, new NodeLease.Holder() {
            @Override
            public void renewed() {
                var unused = pool.thenAccept(LocalPool::lookAgain);
            }

            @Override
            public void lost(String why) {
                var unused = node.thenAccept(told -> told.follow(why));
            }
        });
    }

    /** Agents begin only while the lease is good. */
    void guard(LocalPool guarded) {
        NodeLease taken = lease;
        if (taken != null) {
            guarded.beginOnlyWhile(taken::isGood);
            pool.complete(guarded);
        }
    }

    void belongsTo(Capocomico capocomico) {
        node.complete(capocomico);
    }

    private static String description() {
        return "process %d on %s".formatted(ProcessHandle.current().pid(), hostName());
    }

    private static String hostName() {
        try {
            Path linux = Path.of("/proc/sys/kernel/hostname");
            return Files.exists(linux)
                    ? Files.readString(linux).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "an unknown machine";
        }
    }

    @Override
    public void close() {
        Optional.ofNullable(lease).ifPresent(NodeLease::close);
    }
}
