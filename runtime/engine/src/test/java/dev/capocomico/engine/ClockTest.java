package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Fact;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node whose clock is not the one that timers run by. */
class ClockTest {
    /** Counts how often it is asked. */
    private static final class Clock implements InstantSource {
        private volatile Duration ahead = Duration.ZERO;
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public Instant instant() {
            asked.incrementAndGet();
            return Instant.now().plus(ahead);
        }
    }

    private final Clock clock = new Clock();
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final TestNode node = new TestNode(
            Map.of("slow", this::slow), TestNode.lingering(Duration.ofSeconds(60)), Duration.ofMinutes(5), clock);

    @AfterEach
    void stop() {
        released.countDown();
        node.close();
    }

    private JsonNode slow(Assignment assignment) throws InterruptedException {
        calls.incrementAndGet();
        released.await();
        return NullNode.instance;
    }

    private static Definition nap(Duration duration) {
        return Workflow.named("nap").task("nap", task -> task.sleep(duration)).build();
    }

    @Test
    void a_timer_that_is_due_while_the_database_is_away_does_not_ring_again_and_again() throws Exception {
        node.begin("run", nap(Duration.ofMillis(1_500)));
        node.ping.lost = true;
        node.journal.mode = FakeJournal.Mode.LOST;
        TestNode.eventually(
                "the loss is noticed", () -> node.surroundings.health().lost().isPresent());
        assertThat(questionsWithin(Duration.ofSeconds(2)))
                .as("looks at the clock")
                .isLessThan(30);
        node.journal.mode = FakeJournal.Mode.WELL;
        node.ping.lost = false;
        node.awaitOutput("run");
    }

    @Test
    void a_timer_that_is_due_while_a_write_takes_long_does_not_ring_again_and_again() throws Exception {
        node.begin("run", nap(Duration.ofMillis(1_500)));
        int tried = node.journal.tried();
        node.journal.mode = FakeJournal.Mode.SILENT;
        TestNode.eventually("something is being written", () -> node.journal.tried() > tried);
        assertThat(questionsWithin(Duration.ofSeconds(2)))
                .as("looks at the clock")
                .isLessThan(30);
        node.journal.mode = FakeJournal.Mode.WELL;
        node.awaitOutput("run");
    }

    private int questionsWithin(Duration time) throws InterruptedException {
        int before = clock.asked.get();
        Thread.sleep(time.toMillis()); // of which something is counted
        return clock.asked.get() - before;
    }

    @Test
    void after_an_hour_of_sleep_of_the_machine_what_fell_due_is_done_at_once_and_in_order_and_no_attempt_is_lost()
            throws Exception {
        Definition definition = Workflow.named("sleeper")
                .agent("s", role -> role.type("slow"))
                .task("work", task -> task.agent("s").timeout(Duration.ofMinutes(30)))
                .task("late", task -> task.sleep(Duration.ofMinutes(50)))
                .task("early", task -> task.sleep(Duration.ofMinutes(20)))
                .task("much-later", task -> task.sleep(Duration.ofHours(2)))
                .build();
        node.begin("run", definition);
        TestNode.eventually("the agent works", () -> calls.get() == 1);
        clock.ahead = Duration.ofHours(1);
        TestNode.eventually("both sleeps are over", () -> fired("run").size() == 2);
        assertThat(fired("run")).as("\"early\" and then \"late\"").containsExactly(2, 1);
        released.countDown();
        TestNode.eventually("the work is done", () -> succeeded("run"));
        assertThat(calls)
                .as("an attempt's time is that in which its agent could work")
                .hasValue(1);
        clock.ahead = Duration.ofHours(2).plusSeconds(1);
        node.awaitOutput("run");
    }

    private List<Integer> fired(String id) {
        List<Integer> tasks = new ArrayList<>();
        facts(id).forEach(fact -> {
            if (fact instanceof Fact.TimerFired fired) {
                tasks.add(fired.element().task());
            }
        });
        return tasks;
    }

    private boolean succeeded(String id) {
        return facts(id).stream().anyMatch(Fact.Succeeded.class::isInstance);
    }

    private List<Fact> facts(String id) {
        return node.journal.steps(TestNode.key(id), 0, 100).stream()
                .flatMap(step -> step.facts().stream())
                .toList();
    }

    @Test
    void a_clock_is_looked_after_by_one_that_nobody_sets() {
        AtomicInteger moved = new AtomicInteger();
        AtomicLong millis = new AtomicLong(1_000_000);
        AtomicLong nanos = new AtomicLong();
        ClockWatch watch = new ClockWatch(() -> Instant.ofEpochMilli(millis.get()), nanos::get, moved::incrementAndGet);
        for (int second = 0; second < 100; second++) {
            millis.addAndGet(1_003); // a clock that is corrected bit by bit
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            watch.look();
        }
        assertThat(moved).as("it drifts").hasValueLessThan(2);
        moved.set(0);
        for (long jump : new long[] {3_600_000, -3_600_000, 604_800_000}) {
            millis.addAndGet(jump);
            watch.look();
            watch.look();
        }
        assertThat(moved).hasValue(3);
    }
}
