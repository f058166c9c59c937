package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks at executions that are not in memory. */
class GlanceTest {
    /** Always fails for good, and costs no agent his breaker. */
    private static final Definition FAILING =
            Workflow.named("failing").task("work", task -> task.child("nobody")).build();

    /** First a signal is waited for, and then an agent works. */
    private static final Definition APPROVED_WORK = Workflow.named("approved_work")
            .agent("s", role -> role.type("slow"))
            .task("approve", task -> task.waitFor("approval"))
            .task("work", task -> task.agent("s").dependsOn("approve"))
            .build();

    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final TestNode node = new TestNode(Map.of("slow", this::slow), TestNode.lingering(Duration.ofMillis(20)));

    @AfterEach
    void stop() {
        released.countDown();
        node.close();
    }

    @Test
    void who_looks_at_what_has_ended_or_waits_does_not_bring_it_back() throws Exception {
        node.begin("waiting", ParkingTest.APPROVAL);
        node.begin("ended", ParkingTest.APPROVAL);
        node.signal("ended", "approval");
        node.awaitOutput("ended");
        haveLeft("waiting", "ended");
        int recoveries = node.journal.recoveries();
        for (int i = 0; i < 50; i++) {
            assertThat(look("waiting").state().status()).isEqualTo(ExecutionStatus.EXECUTING);
            assertThat(look("ended").state().status()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(node.executions.livingHere()).as("executions that count").isZero();
        }
        assertThat(node.journal.recoveries()).isEqualTo(recoveries);
    }

    @Test
    void what_was_looked_at_still_takes_what_comes() throws Exception {
        node.begin("run", ParkingTest.APPROVAL);
        haveLeft("run");
        look("run");
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        assertThat(look("run").state().status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void who_comes_with_more_than_a_look_while_others_look_is_served_and_nobody_is_sent_away() throws Exception {
        node.begin("run", APPROVED_WORK);
        haveLeft("run");
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        node.journal.onLooked = () -> {
            looked.countDown();
            await(told);
        };
        CompletionStage<ExecutionAnswer> first = ask("run");
        await(looked);
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        TestNode.eventually("the agent works", () -> calls.get() == 1);
        long signalled = look("run").state().steps();
        told.countDown();
        assertThat(standing(first).state().steps())
                .as("steps that the first one saw")
                .isPositive();
        for (int i = 0; i < 20; i++) {
            assertThat(look("run").state().steps()).isEqualTo(signalled);
        }
        assertThat(node.livesHere("run")).isTrue();
        released.countDown();
        node.awaitOutput("run");
        assertThat(calls).hasValue(1);
    }

    @Test
    void what_has_something_to_do_is_brought_back_by_a_look() throws Exception {
        TestProbe<ClusterSharding.ShardCommand> shard = node.kit.createTestProbe();
        TestProbe<ExecutionAnswer> client = node.kit.createTestProbe();
        Plan plan = node.plans.register(Workflow.named("work")
                .agent("s", role -> role.type("slow"))
                .task("work", task -> task.agent("s"))
                .build());
        ActorRef<ExecutionMessage> dying = node.front(TestNode.key("run"), shard.ref());
        dying.tell(
                new ExecutionMessage.Begin(TestNode.start(TestNode.key("run"), NullNode.instance), plan, client.ref()));
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        TestNode.eventually("the agent works", () -> calls.get() == 1);
        node.kit.stop(dying);
        assertThat(look("run").state().status()).isEqualTo(ExecutionStatus.EXECUTING);
        TestNode.eventually("an agent works again", () -> calls.get() == 2);
    }

    @Test
    void one_with_a_long_history_is_told_of_as_well() throws Exception {
        node.begin(
                "run",
                Workflow.named("two")
                        .task("first", task -> task.waitFor("first"))
                        .task("second", task -> task.waitFor("second").dependsOn("first"))
                        .build());
        for (int i = 0; i < 80; i++) {
            assertThat(node.signal("run", "second")).isInstanceOf(ExecutionAnswer.Accepted.class);
        }
        haveLeft("run");
        assertThat(look("run").state().steps()).isEqualTo(81);
    }

    @Test
    void an_unknown_one_is_not_found() {
        assertThat(node.ask("nobody", ExecutionMessage.Look::new)).isInstanceOf(ExecutionAnswer.Refused.class);
    }

    @Test
    void who_finds_that_the_database_is_away_is_told_so_and_served_when_it_is_back() throws Exception {
        node.begin("run", ParkingTest.APPROVAL);
        haveLeft("run");
        node.ping.lost = true;
        node.journal.mode = FakeJournal.Mode.LOST;
        long before = System.nanoTime();
        assertThat(node.ask("run", ExecutionMessage.Look::new)).isInstanceOf(ExecutionAnswer.Unavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .as("before the silence itself would be noticed")
                .isLessThan(EntityKeeper.READING_MAX);
        node.journal.mode = FakeJournal.Mode.WELL;
        node.ping.lost = false;
        TestNode.eventually(
                "it is back", () -> node.ask("run", ExecutionMessage.Look::new) instanceof ExecutionAnswer.Standing);
    }

    /** Some look without pause while one retries again and again; what was acknowledged is in every look that is asked after it. */
    @Test
    void an_execution_that_was_retried_is_never_seen_as_it_was_before() throws Exception {
        long seed = Long.getLong("capocomico.seed", 4);
        SplittableRandom random = new SplittableRandom(seed);
        node.begin("run", FAILING);
        node.awaitEnd("run");
        AtomicLong acknowledged = new AtomicLong();
        AtomicInteger looks = new AtomicInteger();
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> lookers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                lookers.add(threads.submit(() -> {
                    long seen = 0;
                    while (!over.isDone()) {
                        long least = Math.max(seen, acknowledged.get());
                        seen = look("run").state().steps();
                        assertThat(seen).as("steps, with seed %d", seed).isGreaterThanOrEqualTo(least);
                        looks.incrementAndGet();
                    }
                }));
            }
            try {
                for (int i = 0; i < 200; i++) {
                    long before = look("run").state().steps();
                    assertThat(retry("run")).isInstanceOf(ExecutionAnswer.Accepted.class);
                    acknowledged.set(before + 1);
                    if (random.nextBoolean()) {
                        node.awaitEnd("run");
                    }
                    Thread.sleep(random.nextInt(3)); // so that it leaves memory now and then
                    node.awaitEnd("run");
                }
            } finally {
                over.complete(null);
            }
            for (Future<?> looker : lookers) {
                looker.get();
            }
        }
        assertThat(looks).as("looks").hasValueGreaterThan(200);
    }

    private ExecutionAnswer retry(String id) {
        return node.ask(
                id,
                replyTo -> new ExecutionMessage.Ask(
                        new ExecutionCommand.Retry(System.currentTimeMillis(), false, null), replyTo));
    }

    private CompletionStage<ExecutionAnswer> ask(String id) {
        return node.executions.ask(TestNode.key(id), ExecutionMessage.Look::new, TestNode.SOON);
    }

    private ExecutionAnswer.Standing look(String id) {
        return standing(ask(id));
    }

    private static ExecutionAnswer.Standing standing(CompletionStage<ExecutionAnswer> asked) {
        ExecutionAnswer answer = asked.toCompletableFuture().join();
        assertThat(answer).isInstanceOf(ExecutionAnswer.Standing.class);
        return (ExecutionAnswer.Standing) answer;
    }

    private void haveLeft(String... ids) throws InterruptedException {
        for (String id : ids) {
            TestNode.eventually(id + " has left memory", () -> !node.livesHere(id));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private JsonNode slow(Assignment assignment) throws InterruptedException {
        calls.incrementAndGet();
        released.await();
        return NullNode.instance;
    }
}
