package dev.capocomico.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** A database that answers, or does not. */
final class FakePing implements DatabaseHealth.Ping {
    final AtomicInteger asked = new AtomicInteger();
    volatile boolean lost;

    @Override
    public void ping() {
        asked.incrementAndGet();
        if (lost) {
            throw new IllegalStateException("nobody is there");
        }
    }
}
