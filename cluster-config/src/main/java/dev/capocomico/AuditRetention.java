package dev.capocomico;

import dev.capocomico.engine.store.AuditLog;
import dev.capocomico.engine.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes old entries of the audit, an hour's worth at a time. Every node that serves does: what another has removed is not there. */
final class AuditRetention implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofHours(1);
    private static final int AT_ONCE_MAX = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(AuditRetention.class);

    private final AuditLog log;
    private final Duration kept;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);

    AuditRetention(AuditLog log, Duration kept, InstantSource clock) {
        this.log = log;
        this.kept = kept;
        this.clock = clock;
        Thread.ofVirtual().name("audit-retention").start(this::run);
    }

    private void run() {
        do {
            try {
                removeOld();
            } catch (StoreException e) {
                LOG.warn("old entries of the audit could not be removed, and will be in an hour", e);
            }
        } while (!isClosedWithin(PAUSE));
    }

    private void removeOld() {
        Instant before = clock.instant().minus(kept);
        boolean more = true;
        while (more && closed.getCount() > 0) {
            more = log.removeBefore(before, AT_ONCE_MAX) == AT_ONCE_MAX;
        }
    }

    private boolean isClosedWithin(Duration pause) {
        try {
            return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
