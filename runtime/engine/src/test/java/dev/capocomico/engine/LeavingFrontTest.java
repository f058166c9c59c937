package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens between a front's wish to leave and the shard's answer. The journal here is in memory: nothing is killed. */
class LeavingFrontTest {
    private static final ExecutionKey KEY = TestNode.key("run-1");

    private static final Definition PARENT =
            Workflow.named("parent").task("kid", task -> task.child("approval")).build();

    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final TestNode node =
            new TestNode(Map.of("counting", this::count), TestNode.lingering(Duration.ofMillis(50)));
    private final TestProbe<ClusterSharding.ShardCommand> shard = node.kit.createTestProbe();
    private final TestProbe<ExecutionAnswer> client = node.kit.createTestProbe();

    @AfterEach
    void stop() {
        released.countDown();
        node.close();
    }

    @Test
    void an_execution_is_not_begun_by_a_front_that_leaves_and_its_agent_is_called_once() {
        Plan plan = node.plans.register(Workflow.named("one")
                .agent("a", role -> role.type("counting"))
                .task("work", task -> task.agent("a"))
                .build());
        ActorRef<ExecutionMessage> leaving = node.front(KEY, shard.ref());

        leaving.tell(new ExecutionMessage.Look(client.ref()));
        assertThat(client.expectMessageClass(ExecutionAnswer.Refused.class)
                        .refusal()
                        .code())
                .isEqualTo(Refusal.Code.NOT_FOUND);
        shard.expectMessageClass(ClusterSharding.Passivate.class);
        // The shard has not answered yet, and this one comes in between.
        leaving.tell(new ExecutionMessage.Begin(TestNode.start(KEY, NullNode.instance), plan, client.ref()));
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        leaving.tell(FrontMessage.Begone.INSTANCE);
        client.expectTerminated(leaving);
        released.countDown();

        node.awaitOutput("run-1");
        assertThat(calls).hasValue(1);
    }

    @Test
    void a_signal_to_a_parked_execution_on_its_way_out_is_taken_by_the_next_front() {
        Plan plan = node.plans.register(ParkingTest.APPROVAL);
        ActorRef<ExecutionMessage> leaving = node.front(KEY, shard.ref());
        leaving.tell(new ExecutionMessage.Begin(TestNode.start(KEY, NullNode.instance), plan, client.ref()));
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        shard.expectMessageClass(ClusterSharding.Passivate.class, TestNode.SOON);

        ExecutionCommand.Signal signal =
                new ExecutionCommand.Signal(System.currentTimeMillis(), "approval", NullNode.instance, null, null);
        leaving.tell(new ExecutionMessage.Ask(signal, client.ref()));
        // The other one is there beside the leaving one; in the cluster the shard waits with it until this one is gone.
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        leaving.tell(FrontMessage.Begone.INSTANCE);
        client.expectTerminated(leaving);
        node.awaitOutput("run-1");
    }

    @Test
    void a_wake_that_meets_a_parked_execution_on_its_way_out_reaches_the_next_front() throws Exception {
        Plan plan = node.plans.register(ParkingTest.APPROVAL);
        ActorRef<ExecutionMessage> leaving = node.front(KEY, shard.ref());
        leaving.tell(new ExecutionMessage.Begin(TestNode.start(KEY, NullNode.instance), plan, client.ref()));
        shard.expectMessageClass(ClusterSharding.Passivate.class, TestNode.SOON);
        assertThat(node.livesHere("run-1")).isFalse();
        leaving.tell(ExecutionMessage.Wake.INSTANCE);
        TestNode.eventually("it lives here", () -> node.livesHere("run-1"));
    }

    @Test
    void what_comes_for_a_front_that_reads_and_is_told_to_leave_is_taken_by_the_next() throws Exception {
        node.plans.register(ParkingTest.APPROVAL);
        node.begin("run-1", ParkingTest.APPROVAL);
        CompletableFuture<Void> read = node.plans.holdBack("approval");
        ActorRef<ExecutionMessage> leaving = node.front(KEY, shard.ref());
        leaving.tell(new ExecutionMessage.Ask(
                new ExecutionCommand.Signal(System.currentTimeMillis(), "approval", NullNode.instance, null, null),
                client.ref()));
        TestNode.eventually("it is being read", () -> node.plans.heldBack() > 0);
        leaving.tell(FrontMessage.Begone.INSTANCE);
        client.expectTerminated(leaving, TestNode.SOON);
        read.complete(null);
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        node.awaitOutput("run-1");
    }

    @Test
    void the_end_of_a_child_that_meets_its_parent_on_its_way_out_reaches_the_next_front() {
        node.plans.register(ParkingTest.APPROVAL);
        Plan plan = node.plans.register(PARENT);
        ActorRef<ExecutionMessage> leaving = node.front(KEY, shard.ref());
        leaving.tell(new ExecutionMessage.Begin(TestNode.start(KEY, NullNode.instance), plan, client.ref()));
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        shard.expectMessageClass(ClusterSharding.Passivate.class, TestNode.SOON);
        leaving.tell(endOfChild());
        node.awaitOutput("run-1");
    }

    @Test
    void the_end_of_a_child_that_meets_its_parent_while_it_is_read_and_told_to_leave_reaches_the_next_front()
            throws Exception {
        node.plans.register(ParkingTest.APPROVAL);
        Plan plan = node.plans.register(PARENT);
        ActorRef<ExecutionMessage> first = node.front(KEY, shard.ref());
        first.tell(new ExecutionMessage.Begin(TestNode.start(KEY, NullNode.instance), plan, client.ref()));
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        shard.expectMessageClass(ClusterSharding.Passivate.class, TestNode.SOON);
        node.kit.stop(first);
        CompletableFuture<Void> read = node.plans.holdBack("parent");
        ActorRef<ExecutionMessage> leaving = node.front(KEY, shard.ref());
        leaving.tell(endOfChild());
        TestNode.eventually("it is being read", () -> node.plans.heldBack() > 0);
        leaving.tell(FrontMessage.Begone.INSTANCE);
        client.expectTerminated(leaving, TestNode.SOON);
        read.complete(null);
        node.awaitOutput("run-1");
    }

    private static ExecutionMessage.ChildEnded endOfChild() {
        return new ExecutionMessage.ChildEnded(
                "run-1:kid:0:1:0",
                new ExecutionAnswer.Ended(
                        new Ending(Ending.Kind.COMPLETED, "COMPLETED", "every task is done", null),
                        null,
                        NullNode.instance));
    }

    private NullNode count(Assignment assignment) throws InterruptedException {
        calls.incrementAndGet();
        released.await();
        return NullNode.instance;
    }
}
