package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.persistence.PersistentRepr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node whose database goes away and comes back. */
class OutageTest {
    /** An agent works while somebody is waited for. */
    private static final Definition BOTH = Workflow.named("both")
            .agent("s", role -> role.type("slow"))
            .task("work", task -> task.agent("s"))
            .task("approve", task -> task.waitFor("approval"))
            .build();

    private static final Definition THREE = Workflow.named("three")
            .task("first", task -> task.waitFor("approval"))
            .task("second", task -> task.waitFor("approval").dependsOn("first"))
            .task("third", task -> task.waitFor("approval").dependsOn("second"))
            .build();

    private static final Definition CHAIN = Workflow.named("chain")
            .agent("s", role -> role.type("slow"))
            .task("a", task -> task.agent("s"))
            .task("b", task -> task.agent("s").dependsOn("a"))
            .task("c", task -> task.agent("s").dependsOn("b"))
            .build();

    private static final Definition AFTER_APPROVAL = Workflow.named("after-approval")
            .agent("s", role -> role.type("slow"))
            .task("first", task -> task.waitFor("approval"))
            .task("work", task -> task.agent("s").dependsOn("first"))
            .build();

    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final TestNode node = new TestNode(Map.of("slow", this::slow), TestNode.lingering(Duration.ofSeconds(60)));

    @AfterEach
    void stop() {
        released.countDown();
        node.close();
    }

    @Test
    void a_database_that_is_away_or_has_forgotten_something_is_noticed_though_nobody_needs_it() throws Exception {
        node.ping.lost = true;
        TestNode.eventually(
                "somebody has looked", () -> node.surroundings.health().isLost());
        assertThat(node.begin("run", ParkingTest.APPROVAL)).isInstanceOf(ExecutionAnswer.Unavailable.class);
        node.ping.lost = false;
        TestNode.eventually("it is back", () -> !node.surroundings.health().isLost());
    }

    @Test
    void commands_are_refused_while_the_database_is_away_and_what_runs_goes_on() {
        node.begin("run", BOTH);
        lose(FakeJournal.Mode.LOST);
        // This one finds out.
        assertThat(node.signal("run", "approval"))
                .isInstanceOfSatisfying(ExecutionAnswer.Unavailable.class, answer -> assertThat(answer.mayBeDone())
                        .isTrue());
        assertThat(node.surroundings.health().lost()).isPresent();
        long before = System.nanoTime();
        assertThat(node.signal("run", "approval")).isInstanceOfSatisfying(ExecutionAnswer.Unavailable.class, answer -> {
            assertThat(answer.mayBeDone()).isFalse();
            assertThat(answer.reason()).isEqualTo("the database is away; nothing was done to execution \"run\"");
        });
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
        CompletionStage<ExecutionAnswer> end =
                node.executions.ask(TestNode.key("run"), ExecutionMessage.AwaitEnd::new, TestNode.SOON);
        released.countDown();
        find();
        assertThat(acceptedAtLast("run")).isInstanceOf(ExecutionAnswer.Accepted.class);
        assertThat(end.toCompletableFuture().join()).isInstanceOf(ExecutionAnswer.Ended.class);
        assertThat(calls).hasValue(1);
        assertThat(node.surroundings.health().lost()).isEmpty();
    }

    @Test
    void what_was_refused_in_doubt_counts_if_it_was_written() {
        assertThat(signalsAfterOneInDoubt(FakeJournal.Mode.WRITTEN_AND_LOST)).isEqualTo(1);
    }

    @Test
    void what_was_refused_in_doubt_and_is_committed_after_the_journal_was_read_counts_and_what_comes_next_too() {
        assertThat(signalsAfterOneInDoubt(FakeJournal.Mode.LATE_AND_LOST)).isEqualTo(1);
    }

    @Test
    void what_was_refused_in_doubt_and_is_committed_later_is_noticed_by_who_has_nothing_else_to_write()
            throws Exception {
        node.begin("run", BOTH);
        TestNode.eventually("the agent works", () -> calls.get() == 1);
        lose(FakeJournal.Mode.LATE_AND_LOST);
        assertThat(doubtful("run")).isTrue();
        find();
        TestNode.eventually(
                "the signal is seen",
                () -> node.ask("run", ExecutionMessage.Look::new) instanceof ExecutionAnswer.Standing standing
                        && standing.state().steps() == 2);
        released.countDown();
        node.awaitOutput("run");
        assertThat(calls).as("the agent at work was not lost").hasValue(1);
    }

    @Test
    void a_commit_that_lands_after_the_journal_was_read_counts_once_and_who_asked_is_answered() {
        node.begin("run", THREE);
        node.journal.mode = FakeJournal.Mode.LATE_ONCE;
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        assertThat(node.journal.steps(TestNode.key("run"))).hasSize(2);
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.awaitOutput("run");
    }

    @Test
    void a_start_and_outcomes_that_are_committed_after_the_journal_was_read_lead_to_what_they_lead_to_once()
            throws Exception {
        node.journal.mode = FakeJournal.Mode.LATE_ONCE;
        assertThat(node.begin("run", CHAIN)).isInstanceOf(ExecutionAnswer.Accepted.class);
        TestNode.eventually("the first agent works", () -> calls.get() == 1);
        node.journal.mode = FakeJournal.Mode.LATE_ONCE;
        released.countDown();
        node.awaitOutput("run");
        assertThat(calls).hasValue(3);
        assertThat(facts("run", Fact.AttemptLost.class)).isEmpty();
        assertThat(node.journal.steps(TestNode.key("run"))).hasSize(4);
    }

    @Test
    void what_was_refused_in_doubt_is_forgotten_if_it_was_not_written() {
        assertThat(signalsAfterOneInDoubt(FakeJournal.Mode.LOST)).isEqualTo(2);
    }

    /** How many more signals an execution takes that waits for two. */
    private int signalsAfterOneInDoubt(FakeJournal.Mode mode) {
        node.begin(
                "run",
                Workflow.named("two")
                        .task("first", task -> task.waitFor("approval"))
                        .task("second", task -> task.waitFor("approval").dependsOn("first"))
                        .build());
        lose(mode);
        assertThat(doubtful("run")).isTrue();
        find();
        int signals = 0;
        for (ExecutionAnswer answer = acceptedAtLast("run");
                answer instanceof ExecutionAnswer.Accepted;
                answer = node.signal("run", "approval")) {
            signals++;
        }
        return signals;
    }

    @Test
    void a_thousand_executions_that_lose_their_database_leave_it_alone_until_it_is_back() throws Exception {
        int count = 1_000;
        for (int i = 0; i < count; i++) {
            node.begin("run-" + i, ParkingTest.APPROVAL);
        }
        lose(FakeJournal.Mode.LOST);
        assertThat(doubtful("run-0")).isTrue();
        List<CompletionStage<ExecutionAnswer>> asked = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            asked.add(node.executions.ask(TestNode.key("run-" + i), OutageTest::approve, TestNode.SOON));
        }
        asked.forEach(answer ->
                assertThat(answer.toCompletableFuture().join()).isInstanceOf(ExecutionAnswer.Unavailable.class));
        int tried = node.journal.tried();
        int pinged = node.ping.asked.get();
        Thread.sleep(3_000); // of outage
        assertThat(node.journal.tried() - tried)
                .as("attempts to write or read, of 1,000 executions")
                .isLessThan(10);
        assertThat(node.ping.asked.get() - pinged)
                .as("attempts to see whether it is back")
                .isBetween(1, 4);
        find();
        for (int i = 0; i < count; i++) {
            acceptedAtLast("run-" + i);
        }
        for (int i = 0; i < count; i++) {
            node.awaitOutput("run-" + i);
        }
    }

    @Test
    void who_is_asked_for_in_vain_does_not_stay_in_memory() throws Exception {
        node.begin("known", ParkingTest.APPROVAL);
        lose(FakeJournal.Mode.LOST);
        assertThat(doubtful("known")).isTrue();
        for (int i = 0; i < 20; i++) {
            assertThat(node.ask("other-" + i, ExecutionMessage.Look::new))
                    .isInstanceOf(ExecutionAnswer.Unavailable.class);
        }
        for (int i = 0; i < 20; i++) {
            String id = "other-" + i;
            TestNode.eventually(id + " has left memory", () -> !node.livesHere(id));
        }
        assertThat(node.livesHere("known")).isTrue();
    }

    @Test
    void a_step_that_was_written_unheard_counts_once_and_who_asked_is_answered() {
        node.begin("run", THREE);
        node.journal.mode = FakeJournal.Mode.WRITTEN_AND_LOST_ONCE;
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        assertThat(node.ask("run", ExecutionMessage.Look::new))
                .isInstanceOfSatisfying(ExecutionAnswer.Standing.class, standing -> assertThat(
                                standing.state().hasEnded())
                        .as("after two of three signals")
                        .isFalse());
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.awaitOutput("run");
    }

    @Test
    void attempts_that_a_step_dispatched_which_was_written_unheard_begin_at_once_and_are_not_lost() throws Exception {
        node.begin("run", AFTER_APPROVAL);
        node.journal.mode = FakeJournal.Mode.WRITTEN_AND_LOST_ONCE;
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        TestNode.eventually("the agent works", () -> calls.get() == 1);
        released.countDown();
        node.awaitOutput("run");
        assertThat(calls).hasValue(1);
        assertThat(facts("run", Fact.AttemptLost.class)).isEmpty();
        assertThat(node.journal.steps(TestNode.key("run"))).hasSize(3);
    }

    @Test
    void outcomes_that_were_written_unheard_begin_what_they_lead_to_and_nothing_is_lost() throws Exception {
        node.begin("run", CHAIN);
        TestNode.eventually("the first agent works", () -> calls.get() == 1);
        node.journal.mode = FakeJournal.Mode.WRITTEN_AND_LOST_ONCE;
        released.countDown();
        node.awaitOutput("run");
        assertThat(calls).hasValue(3);
        assertThat(facts("run", Fact.AttemptLost.class)).isEmpty();
    }

    /** Children are asked for only minutes later in these tests. */
    @Test
    void a_child_of_a_step_that_was_written_unheard_is_begun_at_once() {
        node.plans.register(CHAIN);
        released.countDown();
        node.begin(
                "run",
                Workflow.named("parent")
                        .task("first", task -> task.waitFor("approval"))
                        .task("kid", task -> task.child("chain").dependsOn("first"))
                        .build());
        node.journal.mode = FakeJournal.Mode.WRITTEN_AND_LOST_ONCE;
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.awaitOutput("run");
        assertThat(calls).hasValue(3);
    }

    private <T extends Fact> List<T> facts(String id, Class<T> kind) {
        return node.journal.steps(TestNode.key(id)).stream()
                .flatMap(step -> step.facts().stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Test
    void a_step_that_was_not_written_is_decided_again_and_what_runs_goes_on_meanwhile() {
        node.begin("run", BOTH);
        node.journal.mode = FakeJournal.Mode.LOST_ONCE;
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        released.countDown();
        node.awaitOutput("run");
        assertThat(calls).hasValue(1);
    }

    @Test
    void outcomes_whose_step_was_not_written_are_reported_again() throws Exception {
        node.begin("run", BOTH);
        TestNode.eventually("the agent works", () -> calls.get() == 1);
        node.journal.mode = FakeJournal.Mode.LOST_ONCE;
        released.countDown();
        TestNode.eventually("a write was lost", () -> node.journal.mode == FakeJournal.Mode.WELL);
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.awaitOutput("run");
        assertThat(calls).hasValue(1);
    }

    @Test
    void of_two_that_take_themselves_for_the_execution_only_one_writes_and_the_other_stops() {
        TestProbe<ClusterSharding.ShardCommand> shard = node.kit.createTestProbe();
        TestProbe<ExecutionAnswer> client = node.kit.createTestProbe();
        node.begin("run", THREE);
        ActorRef<ExecutionMessage> twin = node.front(TestNode.key("run"), shard.ref());
        twin.tell(ExecutionMessage.Wake.INSTANCE);
        twin.tell(new ExecutionMessage.Look(client.ref()));
        client.expectMessageClass(ExecutionAnswer.Standing.class, TestNode.SOON);
        // Both know one step, and the next is written by the first.
        node.signal("run", "approval");
        twin.tell(new ExecutionMessage.Ask(
                new ExecutionCommand.Signal(
                        System.currentTimeMillis(), "approval", TextNode.valueOf("of the twin"), null, null),
                client.ref()));
        // It leaves, and what it was asked is taken by the one who writes.
        shard.expectMessageClass(ClusterSharding.Passivate.class, TestNode.SOON);
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        twin.tell(FrontMessage.Begone.INSTANCE);
        client.expectTerminated(twin, TestNode.SOON);
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.awaitOutput("run");
    }

    @Test
    void of_two_that_write_the_same_in_one_millisecond_only_one_takes_the_row_for_its_own() {
        TestProbe<ClusterSharding.ShardCommand> shard = node.kit.createTestProbe();
        TestProbe<ExecutionAnswer> client = node.kit.createTestProbe();
        node.begin("run", THREE);
        ActorRef<ExecutionMessage> twin = node.front(TestNode.key("run"), shard.ref());
        twin.tell(ExecutionMessage.Wake.INSTANCE);
        twin.tell(new ExecutionMessage.Look(client.ref()));
        client.expectMessageClass(ExecutionAnswer.Standing.class, TestNode.SOON);
        ExecutionCommand.Signal same = new ExecutionCommand.Signal(
                System.currentTimeMillis() + 1_000, "approval", NullNode.instance, null, null);
        assertThat(node.ask("run", replyTo -> new ExecutionMessage.Ask(same, replyTo)))
                .isInstanceOf(ExecutionAnswer.Accepted.class);
        twin.tell(new ExecutionMessage.Ask(same, client.ref()));
        shard.expectMessageClass(ClusterSharding.Passivate.class, TestNode.SOON);
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        assertThat(facts("run", Fact.SignalArrived.class))
                .as("a row for each that was acknowledged")
                .hasSize(2);
        twin.tell(FrontMessage.Begone.INSTANCE);
    }

    @Test
    void attempts_that_died_with_their_front_are_lost_and_made_again() throws Exception {
        TestProbe<ClusterSharding.ShardCommand> shard = node.kit.createTestProbe();
        TestProbe<ExecutionAnswer> client = node.kit.createTestProbe();
        Plan plan = node.plans.register(BOTH);
        ActorRef<ExecutionMessage> dying = node.front(TestNode.key("run"), shard.ref());
        dying.tell(
                new ExecutionMessage.Begin(TestNode.start(TestNode.key("run"), NullNode.instance), plan, client.ref()));
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        TestNode.eventually("the agent works", () -> calls.get() == 1);
        node.kit.stop(dying);
        node.executions.wake(TestNode.key("run"));
        TestNode.eventually("an agent works again", () -> calls.get() == 2);
        released.countDown();
        node.signal("run", "approval");
        node.awaitOutput("run");
    }

    @Test
    void steps_that_were_acknowledged_and_are_gone_stop_the_execution_and_their_numbers_are_not_given_again()
            throws Exception {
        node.begin("run", THREE);
        node.begin("other", THREE);
        node.signal("run", "approval");
        lose(FakeJournal.Mode.LOST);
        assertThat(doubtful("run")).isTrue();
        List<PersistentRepr> gone = node.journal.loseLast(TestNode.key("run"), 1);
        find();
        TestNode.eventually(
                "the loss is noticed", () -> node.surroundings.health().executionsThatLostSteps() == 1);
        int steps = steps("run");
        assertThat(node.signal("run", "approval")).isInstanceOfSatisfying(ExecutionAnswer.Unavailable.class, answer -> {
            assertThat(answer.mayBeDone()).isFalse();
            assertThat(answer.reason()).contains("has lost steps", "\"run\"");
        });
        assertThat(acceptedAtLast("other")).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.executions.wake(TestNode.key("run"));
        assertThat(node.ask("run", ExecutionMessage.Look::new)).isInstanceOf(ExecutionAnswer.Standing.class);
        assertThat(steps("run")).as("nothing is written over what is gone").isEqualTo(steps);
        assertThat(node.livesHere("run")).as("it keeps what it knows").isTrue();
        node.journal.restore(TestNode.key("run"), gone);
        assertThat(acceptedAtLast("run")).isInstanceOf(ExecutionAnswer.Accepted.class);
        assertThat(node.surroundings.health().executionsThatLostSteps()).isEqualTo(1);
        node.signal("run", "approval");
        node.awaitOutput("run");
    }

    private int steps(String id) {
        return node.journal.steps(TestNode.key(id), 0, 100).size();
    }

    private void lose(FakeJournal.Mode mode) {
        node.ping.lost = true;
        node.journal.mode = mode;
    }

    private void find() {
        node.journal.mode = FakeJournal.Mode.WELL;
        node.ping.lost = false;
    }

    private boolean doubtful(String id) {
        return node.signal(id, "approval") instanceof ExecutionAnswer.Unavailable answer && answer.mayBeDone();
    }

    private ExecutionAnswer acceptedAtLast(String id) {
        long deadline = System.nanoTime() + TestNode.SOON.toNanos();
        ExecutionAnswer answer = node.signal(id, "approval");
        while (answer instanceof ExecutionAnswer.Unavailable) {
            assertThat(System.nanoTime()).as("%s is back", id).isLessThan(deadline);
            answer = node.signal(id, "approval");
        }
        return answer;
    }

    private static ExecutionMessage.Request approve(ActorRef<ExecutionAnswer> replyTo) {
        return new ExecutionMessage.Ask(
                new ExecutionCommand.Signal(System.currentTimeMillis(), "approval", NullNode.instance, null, null),
                replyTo);
    }

    private JsonNode slow(Assignment assignment) throws InterruptedException {
        calls.incrementAndGet();
        released.await();
        return NullNode.instance;
    }
}
