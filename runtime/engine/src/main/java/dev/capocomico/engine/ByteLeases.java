package dev.capocomico.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many bytes of large values are in memory at once for one purpose; who wants more waits. What is larger than all of it is let in alone.
 * Thread-safe.
 */
final class ByteLeases {
    private static final int UNIT = 1024;

    private final int unitsMax;
    private final Semaphore units;

    ByteLeases(long bytesMax) {
        this.unitsMax = Math.clamp(bytesMax / UNIT, 1, Integer.MAX_VALUE);
        this.units = new Semaphore(unitsMax, true);
    }

    /** To be given back once; doing so again changes nothing. */
    final class Lease implements AutoCloseable {
        private final int held;
        private final AtomicBoolean over = new AtomicBoolean();

        private Lease(int held) {
            this.held = held;
        }

        @Override
        public void close() {
            if (over.compareAndSet(false, true)) {
                units.release(held);
            }
        }

        /** For one that is handed to somebody who may be gone. */
        void closeAfter(Duration time) {
            Executor later = CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS);
            later.execute(this::close);
        }
    }

    Lease take(long bytes) throws InterruptedException {
        int wanted = Math.clamp((bytes + UNIT - 1) / UNIT, 0, unitsMax);
        units.acquire(wanted);
        return new Lease(wanted);
    }
}
