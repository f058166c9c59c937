package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        CountDownLatch all = new CountDownLatch(6);
        for (String name : List.of("low 1", "normal 1", "critical 1", "low 2", "normal 2", "critical 2")) {
            Priority priority =
                    Priority.valueOf(name.substring(0, name.indexOf(' ')).toUpperCase(Locale.ROOT));
            submit(priority, Suspects.ANY_NUMBER, () -> {
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
        long seed = Long.getLong("capocomico.seed", 20261121L);
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
            submit(priority, alone ? 1 : Suspects.ANY_NUMBER, () -> {
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
    void suspects_run_with_as_few_as_the_most_suspected_allows_and_let_all_others_pass() throws Exception {
        pool = new LocalPool(8, 100);
        CountDownLatch three = new CountDownLatch(3);
        for (int i = 0; i < 5; i++) {
            submit(Priority.NORMAL, 3, () -> {
                three.countDown();
                waitUntilOpen();
            });
        }
        assertThat(three.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(pool.runningCount()).isEqualTo(3);
        // There are three already.
        submit(Priority.CRITICAL, 2, () -> order.add("two at most"));
        CountDownLatch others = new CountDownLatch(5);
        for (int i = 0; i < 5; i++) {
            submit(Priority.BACKGROUND, Suspects.ANY_NUMBER, () -> {
                others.countDown();
                waitUntilOpen();
            });
        }
        assertThat(others.await(10, TimeUnit.SECONDS)).as("others pass").isTrue();
        assertThat(order).isEmpty();
        open.countDown();
        CountDownLatch last = new CountDownLatch(1);
        submit(Priority.BACKGROUND, 3, last::countDown);
        assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("two at most");
    }

    @Test
    void never_do_more_suspects_run_than_each_of_them_allows() throws Exception {
        long seed = Long.getLong("capocomico.seed", 20261130L);
        SplittableRandom random = new SplittableRandom(seed);
        pool = new LocalPool(6, 1_000);
        List<Integer> running = new ArrayList<>();
        AtomicInteger broken = new AtomicInteger();
        int count = 600;
        CountDownLatch all = new CountDownLatch(count);
        List<Priority> priorities = List.of(Priority.values());
        for (int i = 0; i < count; i++) {
            int together = random.nextInt(3) == 0 ? Suspects.ANY_NUMBER : 1 + random.nextInt(5);
            submit(priorities.get(random.nextInt(priorities.size())), together, () -> {
                synchronized (running) {
                    running.add(together);
                    long suspects = running.stream()
                            .filter(one -> one != Suspects.ANY_NUMBER)
                            .count();
                    boolean tooMany = running.stream().anyMatch(one -> one < suspects)
                            || (running.contains(1) && running.size() > 1)
                            || running.size() > 6;
                    broken.addAndGet(tooMany ? 1 : 0);
                }
                LockSupport.parkNanos(20_000);
                synchronized (running) {
                    running.remove(/* element */ (Integer) together);
                }
                all.countDown();
            });
        }
        assertThat(all.await(30, TimeUnit.SECONDS))
                .as("-Dcapocomico.seed=" + seed)
                .isTrue();
        assertThat(broken).as("-Dcapocomico.seed=" + seed).hasValue(0);
    }

    @Test
    void a_pool_that_grants_nothing_more_lets_what_runs_end_and_begins_nothing() throws Exception {
        pool = new LocalPool(2, 10);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        pool.grantNothingMore();
        submit(Priority.CRITICAL, Suspects.ANY_NUMBER, () -> order.add("begun"));
        assertThat(pool.awaitIdle(Duration.ofMillis(50))).isFalse();
        open.countDown();
        assertThat(pool.awaitIdle(Duration.ofSeconds(10))).isTrue();
        assertThat(order).isEmpty();
    }

    @Test
    void a_full_queue_takes_nothing_more_until_there_is_room() {
        pool = new LocalPool(1, 1);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        LocalPool.Job waits =
                pool.submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> {}).orElseThrow();
        assertThat(pool.submit(Priority.CRITICAL, Suspects.ANY_NUMBER, () -> {}))
                .isEmpty();
        assertThat(waits.cancel()).isTrue();
        assertThat(pool.submit(Priority.CRITICAL, Suspects.ANY_NUMBER, () -> {}))
                .isPresent();
    }

    @Test
    void a_cancelled_job_that_waits_never_begins_and_one_that_runs_is_interrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        LocalPool.Job runs = pool.submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> {
                    begun.countDown();
                    try {
                        open.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                })
                .orElseThrow();
        LocalPool.Job waits = pool.submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> order.add("waits"))
                .orElseThrow();
        begun.await();
        assertThat(waits.cancel()).isTrue();
        assertThat(runs.cancel()).isFalse();
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        CountDownLatch after = new CountDownLatch(1);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, after::countDown);
        assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).isEmpty();
    }

    @Test
    void as_many_run_at_once_as_there_are_threads() throws Exception {
        pool = new LocalPool(3, 100);
        CountDownLatch three = new CountDownLatch(3);
        for (int i = 0; i < 4; i++) {
            submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> {
                three.countDown();
                waitUntilOpen();
            });
        }
        assertThat(three.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(pool.runningCount()).isEqualTo(3);
    }

    @Test
    void one_that_is_to_be_alone_holds_up_what_comes_after_it_and_nothing_begins_beside_it() throws Exception {
        pool = new LocalPool(3, 100);
        CountDownLatch aloneMayEnd = new CountDownLatch(1);
        CountDownLatch aloneRuns = new CountDownLatch(1);
        CountDownLatch after = new CountDownLatch(1);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        submit(Priority.NORMAL, 1, () -> {
            aloneRuns.countDown();
            awaitQuietly(aloneMayEnd);
        });
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, after::countDown);
        assertThat(pool.runningCount()).isEqualTo(1);
        open.countDown();
        assertThat(aloneRuns.await(10, TimeUnit.SECONDS)).isTrue();
        submit(Priority.CRITICAL, Suspects.ANY_NUMBER, after::countDown);
        assertThat(pool.runningCount()).isEqualTo(1);
        assertThat(after.getCount()).isEqualTo(1);
        aloneMayEnd.countDown();
        assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void what_is_cancelled_in_the_line_no_longer_holds_up_what_stands_behind_it() throws Exception {
        pool = new LocalPool(2, 100);
        CountDownLatch after = new CountDownLatch(1);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        LocalPool.Job alone = pool.submit(Priority.NORMAL, 1, () -> {}).orElseThrow();
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, after::countDown);
        assertThat(after.getCount()).isEqualTo(1);
        assertThat(alone.cancel()).isTrue();
        assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_job_of_the_background_is_never_passed_over_for_longer_than_its_levels_head_start() throws Exception {
        // The clock runs over its end among them.
        AtomicLong clock =
                new AtomicLong(Long.MAX_VALUE - Line.HEAD_START.multipliedBy(4).toNanos());
        pool = new LocalPool(1, 100, clock::get);
        CountDownLatch all = new CountDownLatch(5);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        later(clock, Duration.ZERO, "background", all);
        later(clock, Line.HEAD_START.multipliedBy(3), "high", all);
        later(clock, Line.HEAD_START.minusNanos(1), "critical in time", all);
        later(clock, Duration.ofNanos(1), "critical too late", all);
        later(clock, Duration.ofNanos(1), "critical even later", all);
        open.countDown();
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order)
                .containsExactly("critical in time", "background", "high", "critical too late", "critical even later");
    }

    private void later(AtomicLong clock, Duration time, String name, CountDownLatch done) {
        clock.addAndGet(time.toNanos());
        Priority priority = Priority.valueOf(name.split(" ", -1)[0].toUpperCase(Locale.ROOT));
        submit(priority, Suspects.ANY_NUMBER, () -> {
            order.add(name);
            done.countDown();
        });
    }

    @Test
    void those_who_found_it_full_are_invited_in_order_and_nobody_gets_in_before_them() throws Exception {
        pool = new LocalPool(1, 1);
        CountDownLatch all = new CountDownLatch(4);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> {});
        for (String name : List.of("normal 1", "low 1", "normal 2", "critical 1")) {
            Priority priority = Priority.valueOf(name.split(" ", -1)[0].toUpperCase(Locale.ROOT));
            Runnable work = () -> {
                order.add(name);
                all.countDown();
            };
            assertThat(pool.submit(priority, Suspects.ANY_NUMBER, work)).isEmpty();
            pool.whenRoom(priority, () -> assertThat(pool.submit(priority, Suspects.ANY_NUMBER, work, true))
                    .isPresent());
        }
        open.countDown();
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly("critical 1", "normal 1", "normal 2", "low 1");
    }

    @Test
    void who_was_not_invited_stands_behind_those_who_wait_outside() {
        pool = new LocalPool(1, 1);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        LocalPool.Job waits =
                pool.submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> {}).orElseThrow();
        List<String> invited = new ArrayList<>();
        Runnable first = () -> invited.add("first");
        Runnable second = () -> invited.add("second");
        pool.whenRoom(Priority.NORMAL, first);
        pool.whenRoom(Priority.NORMAL, second);
        assertThat(waits.cancel()).isTrue();
        assertThat(invited).containsExactly("first");
        assertThat(pool.submit(Priority.CRITICAL, Suspects.ANY_NUMBER, () -> {}))
                .isEmpty();
        LocalPool.Job guest = pool.submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> {}, true)
                .orElseThrow();
        pool.withdraw(second);
        assertThat(guest.cancel()).isTrue();
        assertThat(invited).containsExactly("first");
    }

    @Test
    void a_pool_that_is_closed_interrupts_what_runs_and_begins_nothing_more() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> {
            begun.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> order.add("waits"));
        begun.await();
        pool.close();
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(pool.submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> {})).isEmpty();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (pool.runningCount() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(pool.runningCount()).isZero();
        assertThat(order).isEmpty();
    }

    @Test
    void a_job_that_throws_gives_its_place_back() throws Exception {
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, () -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, expected) -> {});
            throw new IllegalStateException("broken");
        });
        CountDownLatch after = new CountDownLatch(1);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, after::countDown);
        assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private void submit(Priority priority, int together, Runnable work) {
        assertThat(pool.submit(priority, together, work)).isPresent();
    }

    private void waitUntilOpen() {
        awaitQuietly(open);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
