package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node is told to stop while agents are at work and many attempts wait for one; another goes on. */
class PlannedStopTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PLACES = 8;
    private static final int ELEMENTS = 400;
    private static final int SINGLES = 100;

    private static final Definition FAN = Workflow.named("fan")
            .agent("a", role -> role.type("agent"))
            .task(
                    "work",
                    task -> task.agent("a").forEach("${input}").input("${item}").retry("none"))
            .output("${size(tasks.work.output)}")
            .build();

    private static final Definition CHAIN = Workflow.named("chain")
            .agent("a", role -> role.type("agent"))
            .task("first", task -> task.agent("a").retry("none"))
            .task("second", task -> task.agent("a").dependsOn("first").retry("none"))
            .build();

    @TempDir
    Path temporary;

    private EmbeddedPostgres postgres;
    private WrittenFacts written;
    private final Semaphore begun = new Semaphore(0);
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void start() {
        postgres = EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent());
        written = new WrittenFacts(postgres.dataSource());
    }

    @AfterEach
    void stop() {
        released.countDown();
        postgres.close();
    }

    private Capocomico node(Agent agent, Duration grace) throws InterruptedException {
        return Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .agent("agent", agent)
                .workerPoolSize(PLACES)
                .stopGrace(grace)
                .start();
    }

    private Object stuck(Task task) throws InterruptedException {
        begun.release();
        released.await();
        return task.id();
    }

    @Test
    void five_hundred_attempts_survive_two_planned_stops_and_none_is_lost_or_suspected_or_slower() throws Exception {
        List<Execution> all = new ArrayList<>();
        try (Capocomico capo = node(this::stuck, Duration.ZERO)) {
            WorkflowRef fan = capo.register(FAN);
            WorkflowRef chain = capo.register(CHAIN);
            all.add(capo.execute(fan, IntStream.range(0, ELEMENTS).boxed().toList(), ExecutionOptions.id("fan")));
            for (int i = 0; i < SINGLES; i++) {
                all.add(capo.execute(chain, i, ExecutionOptions.id("chain-" + i)));
            }
            begun.acquire(PLACES);
        }
        try (Capocomico capo = node(this::stuck, Duration.ZERO)) {
            assertThat(begun.tryAcquire(PLACES, SOON.toSeconds(), TimeUnit.SECONDS))
                    .as("it goes on by itself: %s", capo)
                    .isTrue();
            // Executions are woken a few hundred at a time; one that has not been has nothing to hand back.
            long deadline = System.nanoTime() + SOON.toNanos();
            while (written.all(Fact.Dispatched.class).size() < 2 * (ELEMENTS + SINGLES)) {
                assertThat(System.nanoTime()).as("all are in flight again").isLessThan(deadline);
                Thread.sleep(50);
            }
        }
        assertThat(written.all(Fact.AttemptHandedBack.class)).hasSize(2 * (ELEMENTS + SINGLES));
        assertThat(written.all(Fact.AttemptHandedBack.class).stream().filter(Fact.AttemptHandedBack::begun))
                .as("those that agents were at")
                .hasSize(2 * PLACES);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(PLACES);
        Agent quick = task -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            full.countDown();
            assertThat(full.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            atOnce.decrementAndGet();
            return task.id();
        };
        try (Capocomico capo = node(quick, SOON)) {
            for (Execution one : all) {
                capo.execution(one.id()).await(SOON);
            }
        }
        assertThat(most).as("as many at once as ever").hasValue(PLACES);
        assertThat(written.all(Fact.AttemptLost.class)).isEmpty();
        assertThat(written.all(Fact.AttemptBegan.class))
                .as("nobody is suspected")
                .isEmpty();
        assertThat(written.steps("chain-0"))
                .as("one row for each stop, and one for going on")
                .hasSize(7);
    }

    @Test
    void an_attempt_that_takes_longer_than_any_node_lives_survives_ten_planned_stops() throws Exception {
        Set<String> keys = ConcurrentHashMap.newKeySet();
        AtomicInteger calls = new AtomicInteger();
        Agent agent = task -> {
            keys.add(task.idempotencyKey());
            calls.incrementAndGet();
            return stuck(task);
        };
        for (int life = 1; life <= 10; life++) {
            try (Capocomico capo = node(agent, Duration.ZERO)) {
                if (life == 1) {
                    capo.execute(capo.register(CHAIN), null, ExecutionOptions.id("long"));
                }
                assertThat(begun.tryAcquire(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
        }
        released.countDown();
        try (Capocomico capo = node(agent, Duration.ZERO)) {
            capo.execution("long").await(SOON);
        }
        assertThat(calls).as("eleven of the first, one of the second").hasValue(12);
        assertThat(keys).hasSize(2);
        assertThat(written.all(Fact.AttemptLost.class)).isEmpty();
        assertThat(written.all(Fact.AttemptFailed.class)).isEmpty();
    }

    @Test
    void agents_at_work_end_within_the_grace_and_what_follows_begins_on_the_next_node() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Agent agent = task -> {
            calls.incrementAndGet();
            return stuck(task);
        };
        Capocomico capo = node(agent, SOON);
        capo.execute(capo.register(CHAIN), null, ExecutionOptions.id("run"));
        begun.acquire();
        Thread stopping = Thread.ofPlatform().start(capo::close);
        DrainSign.await(() -> stopping);
        released.countDown();
        assertThat(stopping.join(Duration.ofSeconds(20))).as("it stops").isTrue();
        assertThat(calls).as("the second task was not begun").hasValue(1);
        assertThat(written.all(Fact.Succeeded.class)).hasSize(1);
        try (Capocomico next = node(agent, Duration.ZERO)) {
            next.execution("run").await(SOON);
        }
        assertThat(calls).hasValue(2);
        assertThat(written.all(Fact.AttemptLost.class)).isEmpty();
    }

    @Test
    void an_agent_that_does_not_hear_its_interruption_keeps_nobody_from_stopping() throws Exception {
        Agent deaf = task -> {
            begun.release();
            while (released.getCount() > 0) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    // That is what is wrong with it.
                }
            }
            return task.id();
        };
        long before;
        try (Capocomico capo = node(deaf, Duration.ZERO)) {
            capo.execute(capo.register(CHAIN), null, ExecutionOptions.id("run"));
            begun.acquire();
            before = System.nanoTime();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(written.all(Fact.AttemptHandedBack.class)).hasSize(1);
        released.countDown();
        try (Capocomico capo = node(this::stuck, Duration.ZERO)) {
            capo.execution("run").await(SOON);
        }
        assertThat(written.all(Fact.AttemptLost.class)).isEmpty();
    }

    @Test
    void a_stop_without_a_database_ends_all_the_same() throws Exception {
        Capocomico capo = node(this::stuck, Duration.ofSeconds(1));
        capo.execute(capo.register(CHAIN), null, ExecutionOptions.id("run"));
        begun.acquire();
        postgres.killServer();
        long before = System.nanoTime();
        capo.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(40));
        postgres.restart();
        released.countDown();
        try (Capocomico next = node(this::stuck, Duration.ZERO)) {
            next.execution("run").await(SOON);
        }
        assertThat(written.all(Fact.AttemptLost.class))
                .as("nobody could write that it was handed back")
                .hasSize(1);
    }
}
