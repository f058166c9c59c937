package dev.capocomico;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * An answer that is asked for in the background, again and again, and told to whoever wants it with its age. So telling it costs
 * nothing, however often and by whomever it is wanted. Thread-safe.
 */
final class Sampled<T> implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Sample<T> last;

    private record Sample<T>(T value, long atNanos) {}

    /**
     * Asks once before it returns, and then after each pause.
     *
     * @param question answers with what can be told of it, and does not throw
     */
    Sampled(String name, Duration pause, Supplier<T> question) {
        last = new Sample<>(question.get(), System.nanoTime());
        Thread.ofVirtual().name(name).start(() -> {
            while (!isClosedWithin(pause)) {
                last = new Sample<>(question.get(), System.nanoTime());
            }
        });
    }

    private boolean isClosedWithin(Duration pause) {
        try {
            return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    T value() {
        return last.value();
    }

    /** Since when it has not been asked, or not answered. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - last.atNanos());
    }

    /** Asks no more. */
    @Override
    public void close() {
        closed.countDown();
    }
}
