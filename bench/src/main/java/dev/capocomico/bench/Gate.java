package dev.capocomico.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Holds agents in the middle of their work while it is closed, so that executions can be looked at that are under way. */
final class Gate {
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable CountDownLatch closed;

    void close() {
        closed = new CountDownLatch(1);
    }

    void open() {
        CountDownLatch latch = closed;
        closed = null;
        if (latch != null) {
            latch.countDown();
        }
    }

    void pass() throws InterruptedException {
        CountDownLatch latch = closed;
        if (latch == null) {
            return;
        }
        waiting.incrementAndGet();
        try {
            latch.await();
        } finally {
            waiting.decrementAndGet();
        }
    }

    int waiting() {
        return waiting.get();
    }
}
