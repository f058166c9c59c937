package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.Priority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalPoolTest {
    private final CountDownLatch open = new CountDownLatch(1);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private LocalPool pool = new LocalPool(1, 100);

    @AfterEach
    void close() {
        open.countDown();
        pool.close();
    }

    @Test
    void what_waits_is_taken_by_priority_and_in_order_within_one() throws Exception {
        submit(Priority.NORMAL, false, this::waitUntilOpen);
        CountDownLatch all = new CountDownLatch(6);
        for (String name : List.of("low 1", "normal 1", "critical 1", "low 2", "normal 2", "critical 2")) {
            Priority priority =
                    Priority.valueOf(name.substring(0, name.indexOf(' ')).toUpperCase(Locale.ROOT));
            submit(priority, false, () -> {
                order.add(name);
                all.countDown();
            });
        }
        open.countDown();
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("critical 1", "critical 2", "normal 1", "normal 2", "low 1", "low 2");
    }

    @Test
    void no_more_run_at_once_than_there_are_threads_and_one_that_is_to_be_alone_is() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        pool = new LocalPool(3, 1_000);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger beside = new AtomicInteger();
        int count = 500;
        List<Priority> priorities = List.of(Priority.values());
        CountDownLatch all = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            boolean alone = random.nextInt(10) == 0;
            Priority priority = priorities.get(random.nextInt(priorities.size()));
            submit(priority, alone, () -> {
                int now = running.incrementAndGet();
                most.accumulateAndGet(now, Math::max);
                LockSupport.parkNanos(20_000);
                if (alone) {
                    beside.accumulateAndGet(running.get() - 1, Math::max);
                }
                running.decrementAndGet();
                all.countDown();
            });
        }
        assertThat(all.await(30, TimeUnit.SECONDS)).as("-Dseed=" + seed).isTrue();
        assertThat(most.get()).as("-Dseed=" + seed).isLessThanOrEqualTo(3);
        assertThat(beside.get())
                .as("beside one that is to be alone, -Dseed=" + seed)
                .isZero();
    }

    @Test
    void a_full_queue_takes_nothing_more_until_there_is_room() {
        pool = new LocalPool(1, 1);
        submit(Priority.NORMAL, false, this::waitUntilOpen);
        LocalPool.Job waits = pool.submit(Priority.NORMAL, false, () -> {}).orElseThrow();
        assertThat(pool.submit(Priority.CRITICAL, false, () -> {})).isEmpty();
        assertThat(waits.cancel()).isTrue();
        assertThat(pool.submit(Priority.CRITICAL, false, () -> {})).isPresent();
    }

    @Test
    void a_cancelled_job_that_waits_never_begins_and_one_that_runs_is_interrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        LocalPool.Job runs = pool.submit(Priority.NORMAL, false, () -> {
                    begun.countDown();
                    try {
                        open.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                })
                .orElseThrow();
        LocalPool.Job waits =
                pool.submit(Priority.NORMAL, false, () -> order.add("waits")).orElseThrow();
        begun.await();
        assertThat(waits.cancel()).isTrue();
        assertThat(runs.cancel()).isFalse();
        assertThat(runs.cancelled()).isTrue();
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        CountDownLatch after = new CountDownLatch(1);
        submit(Priority.NORMAL, false, after::countDown);
        assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).isEmpty();
    }

    @Test
    void a_job_that_throws_gives_its_place_back() throws Exception {
        submit(Priority.NORMAL, false, () -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, expected) -> {});
            throw new IllegalStateException("broken");
        });
        CountDownLatch after = new CountDownLatch(1);
        submit(Priority.NORMAL, false, after::countDown);
        assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private void submit(Priority priority, boolean alone, Runnable work) {
        assertThat(pool.submit(priority, alone, work)).isPresent();
    }

    private void waitUntilOpen() {
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
