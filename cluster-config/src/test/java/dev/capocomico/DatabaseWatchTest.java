package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class DatabaseWatchTest {
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean away;
    private final CountDownLatch silence = new CountDownLatch(1);
    private volatile boolean silent;

    /** Counts who asks, and can say no more than that it is there. */
    private DataSource counting() {
        Connection connection = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("isValid")) {
                        return true;
                    }
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    throw new SQLException("nothing is known");
                });
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    asked.incrementAndGet();
                    if (silent) {
                        silence.await();
                    }
                    if (away) {
                        throw new SQLException("away");
                    }
                    return connection;
                });
    }

    private static Optional<String> complaint(DatabaseWatch watch) {
        return watch.complaint().toCompletableFuture().join();
    }

    @Test
    void what_machines_ask_of_a_node_costs_the_database_nothing() {
        try (DatabaseWatch watch = new DatabaseWatch(counting(), () -> 0, Duration.ofHours(1), Duration.ofHours(1))) {
            int before = asked.get();
            for (int i = 0; i < 100_000; i++) {
                assertThat(complaint(watch)).isEmpty();
                assertThat(watch.last().available()).isTrue();
            }
            assertThat(asked).hasValue(before);
        }
    }

    @Test
    void it_is_noticed_soon_when_the_database_goes_and_when_it_is_back() throws InterruptedException {
        try (DatabaseWatch watch =
                new DatabaseWatch(counting(), () -> 0, Duration.ofMillis(10), Duration.ofMillis(10))) {
            away = true;
            await(watch, true);
            assertThat(watch.last().available()).isFalse();
            away = false;
            await(watch, false);
            assertThat(watch.last().available()).isTrue();
        }
    }

    private static void await(DatabaseWatch watch, boolean complains) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (complaint(watch).isPresent() != complains) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** A question that hangs is no answer: after a while the last one counts no more. */
    @Test
    void a_database_that_says_nothing_is_not_taken_for_one_that_said_yes_before() throws InterruptedException {
        try (DatabaseWatch watch = new DatabaseWatch(counting(), () -> 0, Duration.ofMillis(10), Duration.ofHours(1))) {
            silent = true;
            await(watch, true);
            assertThat(complaint(watch).orElseThrow()).startsWith("the database has not answered for ");
        } finally {
            silence.countDown();
        }
    }
}
