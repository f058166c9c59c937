package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.capocomico.engine.Executions.Entry;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkInFlightTest {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private final WorkInFlight work = new WorkInFlight();

    private static ExecutionKey key(String tenant, int id) {
        return new ExecutionKey(tenant, "e-" + id);
    }

    @Test
    void there_is_room_for_as_many_as_may_and_again_when_one_has_not_begun_or_rests() {
        assertThat(work.enter(key("a", 1), 2, NO_LIMIT)).isEqualTo(Entry.ENTERED);
        assertThat(work.enter(key("a", 2), 2, NO_LIMIT)).isEqualTo(Entry.ENTERED);
        assertThat(work.enter(key("a", 3), 2, NO_LIMIT)).isEqualTo(Entry.FULL);
        assertThat(work.room(key("a", 3), 2, NO_LIMIT)).isEqualTo(Entry.FULL);
        work.works(key("a", 1));
        work.entered(key("a", 1));
        work.entered(key("a", 2));
        assertThat(work.count()).isEqualTo(1);
        assertThat(work.enter(key("a", 3), 2, NO_LIMIT)).isEqualTo(Entry.ENTERED);
        assertThat(work.enter(key("a", 4), 2, NO_LIMIT)).isEqualTo(Entry.FULL);
        work.rests(key("a", 1));
        assertThat(work.enter(key("a", 4), 2, NO_LIMIT)).isEqualTo(Entry.ENTERED);
    }

    @Test
    void one_execution_takes_one_place_however_often_it_is_begun() {
        for (int i = 0; i < 3; i++) {
            assertThat(work.enter(key("a", 1), 1, 1)).isEqualTo(Entry.ENTERED);
        }
        work.works(key("a", 1));
        work.works(key("a", 1));
        work.entered(key("a", 1));
        work.entered(key("a", 1));
        work.rests(key("a", 1));
        assertThat(work.count()).as("one call has not been answered").isEqualTo(1);
        work.entered(key("a", 1));
        assertThat(work.count()).isZero();
        assertThat(work.count("a")).isZero();
        assertThatIllegalStateException().isThrownBy(() -> work.entered(key("a", 1)));
    }

    @Test
    void a_tenant_that_is_full_keeps_nobody_else_out() {
        assertThat(work.enter(key("a", 1), 3, 1)).isEqualTo(Entry.ENTERED);
        assertThat(work.enter(key("a", 2), 3, 1)).isEqualTo(Entry.FULL_FOR_TENANT);
        assertThat(work.enter(key("b", 1), 3, 1)).isEqualTo(Entry.ENTERED);
        assertThat(work.count("a")).isEqualTo(1);
        assertThat(work.count("b")).isEqualTo(1);
        assertThat(work.count("nobody")).isZero();
        work.entered(key("a", 1));
        assertThat(work.enter(key("a", 2), 3, 1)).isEqualTo(Entry.ENTERED);
    }

    /** Executions go on from one place of their life to the next on many threads, and all who are inside are counted by the test too. */
    @Test
    void no_bound_is_passed_however_many_enter_at_once() throws Exception {
        long seed = Long.getLong("capocomico.seed", 42);
        int max = 10;
        int perTenantMax = 4;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger mostOfA = new AtomicInteger();
        AtomicInteger insideOfA = new AtomicInteger();
        AtomicInteger admitted = new AtomicInteger();
        List<Callable<Void>> callers = new ArrayList<>();
        for (int thread = 0; thread < 16; thread++) {
            SplittableRandom random = new SplittableRandom(seed + thread);
            int first = 1_000_000 * thread;
            callers.add(() -> {
                for (int i = 0; i < 3_000; i++) {
                    boolean ofA = random.nextInt(3) > 0;
                    ExecutionKey key = key(ofA ? "a" : "b" + random.nextInt(4), first + i);
                    if (work.enter(key, max, perTenantMax) != Entry.ENTERED) {
                        continue;
                    }
                    admitted.incrementAndGet();
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    if (ofA) {
                        mostOfA.accumulateAndGet(insideOfA.incrementAndGet(), Math::max);
                    }
                    boolean begins = random.nextBoolean();
                    if (begins) {
                        work.works(key);
                    }
                    Thread.onSpinWait();
                    inside.decrementAndGet();
                    if (ofA) {
                        insideOfA.decrementAndGet();
                    }
                    work.entered(key);
                    if (begins) {
                        work.rests(key);
                    }
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(callers.size())) {
            for (Future<Void> caller : threads.invokeAll(callers)) {
                caller.get();
            }
        }
        assertThat(most.get()).as("seed %d", seed).isBetween(1, max);
        assertThat(mostOfA.get()).as("seed %d", seed).isBetween(1, perTenantMax);
        assertThat(admitted.get()).isPositive();
        assertThat(work.count()).isZero();
        assertThat(work.count("a")).isZero();
    }
}
