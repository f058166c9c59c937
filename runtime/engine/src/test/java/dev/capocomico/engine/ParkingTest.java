package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParkingTest {
    static final Definition APPROVAL = Workflow.named("approval")
            .task("approve", task -> task.waitFor("approval"))
            .build();

    private static final Duration LINGER = Duration.ofMillis(50);

    private final CountDownLatch released = new CountDownLatch(1);
    private final TestNode node = new TestNode(Map.of("slow", this::slow), TestNode.lingering(LINGER));

    @AfterEach
    void stop() {
        released.countDown();
        node.close();
    }

    @Test
    void a_parked_execution_leaves_memory_and_comes_back_for_a_signal() throws Exception {
        node.begin("run", APPROVAL);
        assertThat(node.livesHere("run")).isTrue();
        TestNode.eventually("it has left memory", () -> !node.livesHere("run"));
        node.signal("run", "approval");
        node.awaitOutput("run");
    }

    @Test
    void one_with_an_agent_at_work_stays() throws Exception {
        node.begin(
                "run",
                Workflow.named("both")
                        .agent("s", role -> role.type("slow"))
                        .task("work", task -> task.agent("s"))
                        .task("approve", task -> task.waitFor("approval"))
                        .build());
        Thread.sleep(LINGER.multipliedBy(4)); // longer than it would have lingered
        assertThat(node.livesHere("run")).isTrue();
        released.countDown();
        TestNode.eventually("it has left memory", () -> !node.livesHere("run"));
    }

    @Test
    void who_waits_for_the_end_of_a_parked_execution_keeps_it_in_memory_until_he_stops() throws Exception {
        node.begin("run", APPROVAL);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> impatient = threads.submit(() -> node.executions
                    .ask(TestNode.key("run"), ExecutionMessage.AwaitEnd::new, LINGER.multipliedBy(6))
                    .toCompletableFuture()
                    .join());
            int read = node.journal.tried();
            Thread.sleep(LINGER.multipliedBy(3)); // longer than it would have lingered
            assertThat(node.livesHere("run")).isTrue();
            assertThat(node.journal.tried())
                    .as("it was not read back meanwhile")
                    .isEqualTo(read);
            assertThat(impatient.isDone()).isFalse();
            assertThatThrownBy(impatient::get).hasRootCauseInstanceOf(TimeoutException.class);
        }
        TestNode.eventually("it has left memory", () -> !node.livesHere("run"));
    }

    @Test
    void a_thousand_who_gave_up_waiting_are_not_too_many_for_another() throws Exception {
        node.begin(
                "run",
                Workflow.named("working")
                        .agent("s", role -> role.type("slow"))
                        .task("work", task -> task.agent("s"))
                        .build());
        for (int i = 0; i < node.surroundings.settings().requestsMax() + 10; i++) {
            node.executions.ask(TestNode.key("run"), ExecutionMessage.AwaitEnd::new, Duration.ofMillis(20));
            if (i % 100 == 0) {
                Thread.sleep(25); // so that there are never a thousand at once
            }
        }
        Thread.sleep(25);
        released.countDown();
        node.awaitOutput("run");
    }

    @Test
    void a_wake_reads_an_execution_back_and_it_leaves_again_when_nothing_is_due() throws Exception {
        node.begin("run", APPROVAL);
        TestNode.eventually("it has left memory", () -> !node.livesHere("run"));
        node.executions.wake(TestNode.key("run"));
        TestNode.eventually("it is back", () -> node.livesHere("run"));
        TestNode.eventually("it has left memory again", () -> !node.livesHere("run"));
    }

    @Test
    void a_wake_of_one_that_is_unknown_or_has_ended_leaves_no_trace() throws Exception {
        node.begin("ended", APPROVAL);
        node.signal("ended", "approval");
        node.awaitOutput("ended");
        TestProbe<ClusterSharding.ShardCommand> shard = node.kit.createTestProbe();
        for (String id : new String[] {"ended", "unknown"}) {
            ActorRef<ExecutionMessage> front = node.front(TestNode.key(id), shard.ref());
            front.tell(ExecutionMessage.Wake.INSTANCE);
            shard.expectMessageClass(ClusterSharding.Passivate.class, TestNode.SOON);
            front.tell(FrontMessage.Begone.INSTANCE);
            shard.expectTerminated(front);
        }
        node.begin("unknown", APPROVAL, NullNode.instance);
        node.signal("unknown", "approval");
        node.awaitOutput("unknown");
    }

    @Test
    void an_execution_whose_timer_is_near_stays_in_memory() throws Exception {
        node.begin(
                "run",
                Workflow.named("nap")
                        .task("rest", task -> task.sleep(Duration.ofSeconds(30)))
                        .build());
        Thread.sleep(LINGER.multipliedBy(3)); // longer than it would have lingered
        assertThat(node.livesHere("run")).isTrue();
    }

    private NullNode slow(Assignment assignment) throws InterruptedException {
        released.await();
        return NullNode.instance;
    }
}
