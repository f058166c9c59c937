package dev.capocomico.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What lives on the heap of this JVM. */
final class Heap {
    private static final int COLLECTIONS = 3;
    private static final int LOOKS_MAX = 30;
    private static final long LOOK_MILLIS = 500;
    /** How little less is nothing. */
    private static final double SETTLED = 0.005;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private Heap() {}

    /** What is still in use after full collections. */
    static long usedBytes() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** The same, once it has stopped getting less: what has let go of its memory may not have ended yet. */
    static long settledBytes() throws InterruptedException {
        long used = usedBytes();
        for (int look = 0; look < LOOKS_MAX; look++) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            long now = usedBytes();
            if (now > used * (1 - SETTLED)) {
                return now;
            }
            used = now;
        }
        return used;
    }

    static void await(BooleanSupplier condition, String otherwise) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(otherwise + " within " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
