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
    private static final String TENANT = "t";

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
        LocalPool.Job waits = pool.submit(TENANT, Priority.NORMAL, Suspects.ANY_NUMBER, () -> {})
                .orElseThrow();
        assertThat(pool.submit(TENANT, Priority.CRITICAL, Suspects.ANY_NUMBER, () -> {}))
                .isEmpty();
        assertThat(waits.cancel()).isTrue();
        assertThat(pool.submit(TENANT, Priority.CRITICAL, Suspects.ANY_NUMBER, () -> {}))
                .isPresent();
    }

    @Test
    void a_cancelled_job_that_waits_never_begins_and_one_that_runs_is_interrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        LocalPool.Job runs = pool.submit(TENANT, Priority.NORMAL, Suspects.ANY_NUMBER, () -> {
                    begun.countDown();
                    try {
                        open.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                })
                .orElseThrow();
        LocalPool.Job waits = pool.submit(TENANT, Priority.NORMAL, Suspects.ANY_NUMBER, () -> order.add("waits"))
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
        LocalPool.Job alone = pool.submit(TENANT, Priority.NORMAL, 1, () -> {}).orElseThrow();
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
            assertThat(pool.submit(TENANT, priority, Suspects.ANY_NUMBER, work)).isEmpty();
            pool.whenRoom(
                    TENANT, priority, () -> assertThat(pool.submit(TENANT, priority, Suspects.ANY_NUMBER, work, true))
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
        LocalPool.Job waits = pool.submit(TENANT, Priority.NORMAL, Suspects.ANY_NUMBER, () -> {})
                .orElseThrow();
        List<String> invited = new ArrayList<>();
        Runnable first = () -> invited.add("first");
        Runnable second = () -> invited.add("second");
        pool.whenRoom(TENANT, Priority.NORMAL, first);
        pool.whenRoom(TENANT, Priority.NORMAL, second);
        assertThat(waits.cancel()).isTrue();
        assertThat(invited).containsExactly("first");
        assertThat(pool.submit(TENANT, Priority.CRITICAL, Suspects.ANY_NUMBER, () -> {}))
                .isEmpty();
        LocalPool.Job guest = pool.submit(TENANT, Priority.NORMAL, Suspects.ANY_NUMBER, () -> {}, true)
                .orElseThrow();
        pool.withdraw(TENANT, second);
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
        assertThat(pool.submit(TENANT, Priority.NORMAL, Suspects.ANY_NUMBER, () -> {}))
                .isEmpty();
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

    // --- Tenants

    @Test
    void a_tenant_with_a_thousand_jobs_waiting_delays_anothers_next_by_one() throws Exception {
        pool = new LocalPool(1, 1_000);
        CountDownLatch all = new CountDownLatch(1_003);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        for (int i = 0; i < 1_000; i++) {
            noteWhenRun("greedy", Priority.CRITICAL, "greedy", all);
        }
        for (int i = 0; i < 3; i++) {
            noteWhenRun("modest", Priority.BACKGROUND, "modest", all);
        }
        open.countDown();
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order.subList(0, 6))
                .as("whatever the priority: it orders a tenant's own")
                .containsExactly("greedy", "modest", "greedy", "modest", "greedy", "modest");
    }

    @Test
    void each_tenants_jobs_begin_in_the_order_they_would_have_alone() throws Exception {
        long seed = Long.getLong("capocomico.seed", 20261201L);
        SplittableRandom random = new SplittableRandom(seed);
        pool = new LocalPool(1, 1_000);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        int count = 1_000;
        CountDownLatch all = new CountDownLatch(count);
        List<Priority> priorities = List.of(Priority.values());
        List<List<String>> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Some have many jobs, some few.
            String tenant = "tenant " + (random.nextInt(12) * random.nextInt(12) / 12);
            int level = random.nextInt(priorities.size());
            Priority priority = priorities.get(level);
            String name = tenant + " " + level + " %04d".formatted(i);
            expected.add(List.of(tenant, name));
            noteWhenRun(tenant, priority, name, all);
        }
        open.countDown();
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        for (String tenant :
                expected.stream().map(List::getFirst).distinct().sorted().toList()) {
            assertThat(order.stream().filter(name -> name.startsWith(tenant + " ")))
                    .as("-Dcapocomico.seed=" + seed)
                    .containsExactlyElementsOf(expected.stream()
                            .filter(one -> one.getFirst().equals(tenant))
                            .map(List::getLast)
                            .sorted()
                            .toList());
        }
    }

    @Test
    void a_tenant_that_has_its_part_of_the_places_lets_those_go_first_that_have_not() throws Exception {
        pool = new LocalPool(4, 100);
        List<CountDownLatch> ends = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ends.add(holdAPlace("greedy"));
        }
        awaitOrder(4);
        List<CountDownLatch> modest = List.of(holdAPlace("modest"), holdAPlace("modest"), holdAPlace("modest"));
        for (int i = 0; i < 3; i++) {
            ends.get(i).countDown();
            awaitOrder(5 + i);
        }
        assertThat(order.subList(4, 7)).containsExactly("modest", "modest", "greedy");
        ends.forEach(CountDownLatch::countDown);
        awaitOrder(11);
        modest.forEach(CountDownLatch::countDown);
    }

    @Test
    void a_place_that_nobody_below_its_part_wants_goes_to_whoever_wants_it() throws Exception {
        pool = new LocalPool(4, 100);
        CountDownLatch held = holdAPlace("modest");
        List<CountDownLatch> ends =
                List.of(holdAPlace("greedy"), holdAPlace("greedy"), holdAPlace("greedy"), holdAPlace("greedy"));
        awaitOrder(4);
        assertThat(pool.runningCount()).isEqualTo(4);
        ends.forEach(CountDownLatch::countDown);
        held.countDown();
    }

    @Test
    void the_full_queue_of_one_tenant_leaves_another_its_own() {
        pool = new LocalPool(1, 2);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        for (int i = 0; i < 2; i++) {
            assertThat(pool.submit("greedy", Priority.NORMAL, Suspects.ANY_NUMBER, () -> {}))
                    .isPresent();
        }
        assertThat(pool.submit("greedy", Priority.NORMAL, Suspects.ANY_NUMBER, () -> {}))
                .isEmpty();
        List<String> invited = new ArrayList<>();
        pool.whenRoom("greedy", Priority.NORMAL, () -> invited.add("greedy"));
        LocalPool.Job modest = pool.submit("modest", Priority.NORMAL, Suspects.ANY_NUMBER, () -> {})
                .orElseThrow();
        assertThat(modest.cancel()).isTrue();
        assertThat(invited).as("what leaves makes no room for others").isEmpty();
    }

    @Test
    void one_that_is_to_be_alone_holds_up_every_tenant_and_comes_to_its_turn_beside_a_flood() throws Exception {
        pool = new LocalPool(2, 1_000);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger beside = new AtomicInteger(-1);
        CountDownLatch all = new CountDownLatch(401);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        submit(Priority.NORMAL, Suspects.ANY_NUMBER, this::waitUntilOpen);
        for (int i = 0; i < 401; i++) {
            boolean alone = i == 200;
            String tenant = alone ? "modest" : "greedy " + i % 3;
            assertThat(pool.submit(tenant, Priority.NORMAL, alone ? 1 : Suspects.ANY_NUMBER, () -> {
                        int others = running.getAndIncrement();
                        order.add(alone ? "alone" : "another");
                        beside.accumulateAndGet(alone ? others : -1, Math::max);
                        running.decrementAndGet();
                        all.countDown();
                    }))
                    .isPresent();
        }
        open.countDown();
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(beside).hasValue(0);
        assertThat(order.indexOf("alone")).isLessThan(10);
    }

    private void noteWhenRun(String tenant, Priority priority, String name, CountDownLatch done) {
        assertThat(pool.submit(tenant, priority, Suspects.ANY_NUMBER, () -> {
                    order.add(name);
                    done.countDown();
                }))
                .isPresent();
    }

    /** A job that notes its tenant when it begins, and ends when it is told to. */
    private CountDownLatch holdAPlace(String tenant) {
        CountDownLatch end = new CountDownLatch(1);
        assertThat(pool.submit(tenant, Priority.NORMAL, Suspects.ANY_NUMBER, () -> {
                    order.add(tenant);
                    awaitQuietly(end);
                }))
                .isPresent();
        return end;
    }

    private void awaitOrder(int size) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (order.size() < size && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(order).hasSizeGreaterThanOrEqualTo(size);
    }

    private void submit(Priority priority, int together, Runnable work) {
        assertThat(pool.submit(TENANT, priority, together, work)).isPresent();
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
