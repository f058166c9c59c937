package dev.capocomico.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.engine.store.Archive;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetentionDaemonTest {
    private static final Instant NOW = Instant.parse("2026-01-08T00:00:00Z");

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    private final ManualTime time = ManualTime.get(kit.system());
    private final BlockingQueue<Instant> asked = new LinkedBlockingQueue<>();

    private volatile Instant databaseTime = NOW;
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    @Test
    void what_ended_before_its_retention_goes_lot_by_lot_and_then_there_is_a_pause() throws Exception {
        start(100, 100, 3);
        assertThat(next()).isEqualTo(NOW.minus(Duration.ofDays(7)));
        passUntilAsked(Duration.ofMillis(50));
        passUntilAsked(Duration.ofMillis(50));
        time.expectNoMessageFor(Duration.ofMinutes(2));
        assertThat(asked).isEmpty();
        passUntilAsked(Duration.ofMinutes(1));
    }

    @Test
    void a_failure_is_tried_again_at_the_next_turn() throws Exception {
        start(-1, 0);
        next();
        passUntilAsked(Duration.ofMinutes(3));
    }

    @Test
    void a_clock_that_jumps_a_week_ahead_and_back_makes_nothing_older() throws Exception {
        Integer[] turns = new Integer[6];
        Arrays.fill(turns, 100);
        start(turns);
        assertThat(next()).isEqualTo(NOW.minus(Duration.ofDays(7)));
        pass(Duration.ofMinutes(1), Duration.ofDays(7));
        assertThat(nextAfter(Duration.ofMillis(50)))
                .as("what ended at NOW is a minute old")
                .isEqualTo(NOW.plus(Duration.ofMinutes(1)).minus(Duration.ofDays(7)));
        pass(Duration.ofMinutes(1), Duration.ofDays(-8));
        Instant back = databaseTime;
        assertThat(back).isBefore(NOW);
        assertThat(nextAfter(Duration.ofMillis(50))).isEqualTo(back.minus(Duration.ofDays(7)));
        pass(Duration.ofHours(1), Duration.ofDays(30));
        assertThat(nextAfter(Duration.ofMillis(50)))
                .isEqualTo(back.plus(Duration.ofHours(1)).minus(Duration.ofDays(7)));
    }

    /** Time passes, and the database's clock is set as well. */
    private void pass(Duration passed, Duration set) {
        nanos.addAndGet(passed.toNanos());
        databaseTime = databaseTime.plus(passed).plus(set);
    }

    private Instant nextAfter(Duration pause) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        time.timePasses(pause);
        Instant before = asked.poll(20, TimeUnit.MILLISECONDS);
        while (before == null) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            time.timePasses(pause);
            before = asked.poll(20, TimeUnit.MILLISECONDS);
        }
        return before;
    }

    /** @param removed what each turn comes to; negative for a failure */
    private void start(Integer... removed) {
        Queue<Integer> results = new ArrayDeque<>(List.of(removed));
        Archive archive = new Archive() {
            @Override
            public Instant now() {
                return databaseTime;
            }

            @Override
            public synchronized int removeEndedBefore(Instant before, int limit) {
                asked.add(before);
                int result = results.isEmpty() ? 0 : results.remove();
                if (result < 0) {
                    throw new IllegalStateException("there is no database");
                }
                return result;
            }

            @Override
            public Optional<Summary> find(ExecutionKey key) {
                return Optional.empty();
            }
        };
        kit.spawn(RetentionDaemon.create(archive, Duration.ofDays(7), Runnable::run, nanos::get));
    }

    private Instant next() throws InterruptedException {
        Instant before = asked.poll(10, TimeUnit.SECONDS);
        assertThat(before).as("a turn").isNotNull();
        return before;
    }

    /** The timer is set by the actor a moment after it has asked. */
    private void passUntilAsked(Duration pause) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        time.timePasses(pause);
        while (asked.poll(20, TimeUnit.MILLISECONDS) == null) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            time.timePasses(pause);
        }
    }
}
