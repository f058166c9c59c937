package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Parents and their children, each an execution of its own. */
class ChildrenTest {
    private static final String KID = "mum:kid:0:1:0";

    private static final Definition MUM = Workflow.named("mum")
            .task("kid", task -> task.child("kid").input("hello"))
            .build();

    private final TestNode node = new TestNode(
            Map.of("echo", Assignment::input, "broken", assignment -> {
                throw new AttemptFailure(new Failure("NO_WAY", "it cannot be done", false));
            }),
            TestNode.lingering(Duration.ofMillis(50)));

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void a_child_is_executed_and_its_output_is_that_of_its_task() {
        node.plans.register(kid("1"));
        node.begin("mum", MUM);
        assertThat(node.awaitOutput("mum").at("/kid/work").asText()).isEqualTo("hello");
        assertThat(node.awaitOutput(KID).at("/work").asText()).isEqualTo("hello");
    }

    @Test
    void a_childs_failure_has_its_code_and_names_the_child() {
        node.plans.register(Workflow.named("kid")
                .agent("b", role -> role.type("broken"))
                .task("work", task -> task.agent("b"))
                .build());
        node.begin("mum", MUM);
        Ending ending = node.awaitEnd("mum").ending();
        assertThat(ending.kind()).isEqualTo(Ending.Kind.FAILED);
        assertThat(ending.code()).isEqualTo("NO_WAY");
        assertThat(ending.message())
                .isEqualTo("the child execution \"" + KID + "\" failed: task \"work\": it cannot be done");
    }

    @Test
    void a_thousand_children_at_once_are_executed() {
        node.plans.register(kid("1"));
        node.begin(
                "mum",
                Workflow.named("mother_of_many")
                        .task("kids", task -> task.child("kid")
                                .input("hello")
                                .forEach(IntStream.range(0, 1_000).boxed().toList()))
                        .build());
        assertThat(node.awaitOutput("mum").get("kids"))
                .hasSize(1_000)
                .allSatisfy(output -> assertThat(output.at("/work").asText()).isEqualTo("hello"));
    }

    @Test
    void a_parent_and_its_child_leave_memory_and_the_childs_end_brings_the_parent_back() throws Exception {
        node.plans.register(patientKid());
        node.begin("mum", MUM);
        TestNode.eventually("both have begun", () -> node.livesHere(KID) || !node.livesHere("mum"));
        TestNode.eventually("both have left memory", () -> !node.livesHere("mum") && !node.livesHere(KID));
        node.signal(KID, "approval");
        TestNode.eventually("the parent has ended", () -> status("mum") == ExecutionStatus.COMPLETED);
    }

    @Test
    void one_child_that_ends_does_not_disturb_the_others() throws Exception {
        node.plans.register(patientKid());
        node.begin(
                "mum",
                Workflow.named("twins")
                        .task("a", task -> task.child("kid"))
                        .task("b", task -> task.child("kid"))
                        .build());
        TestNode.eventually("both have begun", () -> isThere("mum:a:0:1:0") && isThere("mum:b:0:1:0"));
        TestNode.eventually(
                "all have left memory",
                () -> !node.livesHere("mum") && !node.livesHere("mum:a:0:1:0") && !node.livesHere("mum:b:0:1:0"));
        node.signal("mum:a:0:1:0", "approval");
        TestNode.eventually("the parent has heard", () -> node.livesHere("mum"));
        TestNode.eventually("the parent has left again", () -> {
            assertThat(node.livesHere("mum:b:0:1:0")).isFalse();
            return !node.livesHere("mum");
        });
        node.signal("mum:b:0:1:0", "approval");
        TestNode.eventually("the parent has ended", () -> status("mum") == ExecutionStatus.COMPLETED);
    }

    @Test
    void a_child_that_ends_while_its_parent_is_read_back_is_heard() throws Exception {
        node.plans.register(patientKid());
        node.begin("mum", MUM);
        TestNode.eventually("the child has begun", () -> isThere(KID));
        TestNode.eventually("both have left memory", () -> !node.livesHere("mum") && !node.livesHere(KID));
        CompletableFuture<Void> read = node.plans.holdBack("mum");
        node.executions.wake(TestNode.key("mum"));
        TestNode.eventually("the parent is being read", () -> node.plans.heldBack() > 0);
        node.signal(KID, "approval");
        TestNode.eventually("the child has ended", () -> status(KID) == ExecutionStatus.COMPLETED);
        read.complete(null);
        TestNode.eventually("the parent has ended", () -> status("mum") == ExecutionStatus.COMPLETED);
    }

    @Test
    void a_child_that_was_not_begun_before_a_crash_is_begun_after_it() throws Exception {
        node.plans.register(kid("1"));
        node.plans.outages.set(Integer.MAX_VALUE);
        Plan plan = node.plans.register(MUM);
        TestProbe<ClusterSharding.ShardCommand> shard = node.kit.createTestProbe();
        TestProbe<ExecutionAnswer> client = node.kit.createTestProbe();
        ActorRef<ExecutionMessage> crashing = node.front(TestNode.key("mum"), shard.ref());
        crashing.tell(
                new ExecutionMessage.Begin(TestNode.start(TestNode.key("mum"), NullNode.instance), plan, client.ref()));
        client.expectMessageClass(ExecutionAnswer.Accepted.class, TestNode.SOON);
        crashing.tell(FrontMessage.Begone.INSTANCE);
        client.expectTerminated(crashing);
        assertThat(isThere(KID)).isFalse();

        node.plans.outages.set(0);
        node.executions.wake(TestNode.key("mum"));
        assertThat(node.awaitOutput("mum").at("/kid/work").asText()).isEqualTo("hello");
    }

    @Test
    void a_child_whose_last_word_was_lost_is_asked_for_it_by_a_parent_that_is_woken() throws Exception {
        // Its end is told before there is a parent to hear it.
        Plan plan = node.plans.register(kid("1"));
        StartOptions options = new StartOptions(
                null, null, null, null, new StartOptions.Parent("mum", new Target.Element(0, 0), 4), Map.of());
        ExecutionCommand.Start start =
                new ExecutionCommand.Start(System.currentTimeMillis(), KID, TextNode.valueOf("hello"), options, null);
        node.ask(KID, replyTo -> new ExecutionMessage.Begin(start, plan, replyTo));
        node.awaitOutput(KID);
        // And by now the name means something else.
        node.plans.register(kid("2"));
        node.begin("mum", MUM);
        assertThat(node.awaitOutput("mum").at("/kid/work").asText()).isEqualTo("hello");
    }

    @Test
    void a_child_whose_last_word_was_lost_is_asked_for_it_after_a_while_by_a_parent_in_memory() {
        try (TestNode busy = new TestNode(
                Map.of("echo", Assignment::input), TestNode.lingering(Duration.ofMinutes(1)), Duration.ofMillis(100))) {
            // It will tell its end to somebody else.
            Plan plan = busy.plans.register(patientKid());
            StartOptions options = new StartOptions(
                    null, null, null, null, new StartOptions.Parent("nobody", new Target.Element(0, 0), 4), Map.of());
            ExecutionCommand.Start start = new ExecutionCommand.Start(
                    System.currentTimeMillis(), KID, TextNode.valueOf("hello"), options, null);
            busy.ask(KID, replyTo -> new ExecutionMessage.Begin(start, plan, replyTo));
            busy.begin("mum", MUM);
            busy.signal(KID, "approval");
            busy.awaitOutput("mum");
        }
    }

    @Test
    void a_parent_that_is_cancelled_cancels_its_child_also_when_both_have_left_memory() throws Exception {
        node.plans.register(patientKid());
        node.begin("mum", MUM);
        TestNode.eventually("the child has begun", () -> isThere(KID));
        TestNode.eventually("both have left memory", () -> !node.livesHere("mum") && !node.livesHere(KID));
        cancel("mum");
        assertThat(node.awaitEnd("mum").ending().kind()).isEqualTo(Ending.Kind.CANCELLED);
        assertThat(node.awaitEnd(KID).ending().kind()).isEqualTo(Ending.Kind.CANCELLED);
    }

    @Test
    void a_child_that_nobody_has_begun_is_not_begun_by_cancelling_it() {
        node.plans.register(kid("1"));
        node.plans.outages.set(Integer.MAX_VALUE);
        node.begin("mum", MUM);
        cancel("mum");
        assertThat(node.awaitEnd("mum").ending().kind()).isEqualTo(Ending.Kind.CANCELLED);
        assertThat(isThere(KID)).isFalse();
    }

    @Test
    void a_store_that_cannot_be_asked_for_a_childs_workflow_is_asked_again() {
        node.plans.register(kid("1"));
        node.plans.outages.set(3);
        node.begin("mum", MUM);
        node.awaitOutput("mum");
    }

    @Test
    void a_child_of_a_workflow_that_nobody_registered_fails_for_good() {
        node.begin(
                "mum",
                Workflow.named("mum")
                        .task("kid", task -> task.child("kid", "3").retry("quick"))
                        .build());
        Ending ending = node.awaitEnd("mum").ending();
        assertThat(ending.code()).isEqualTo("WORKFLOW_NOT_FOUND");
        assertThat(ending.message()).isEqualTo("no workflow \"kid\" of version \"3\" is registered");
    }

    @Test
    void a_child_whose_pattern_cannot_be_executed_yet_fails_for_good() {
        node.plans.register(Workflow.named("kid")
                .pattern("swarm")
                .agent("a", role -> role.type("echo").count(3))
                .task("work", task -> task.agent("a"))
                .build());
        node.begin("mum", MUM);
        assertThat(node.awaitEnd("mum").ending().code()).isEqualTo("NOT_EXECUTABLE");
    }

    @Test
    void an_input_that_does_not_fit_the_childs_schema_fails_for_good() {
        node.plans.register(Workflow.named("kid")
                .inputSchema(TestNode.FITS_NOTHING)
                .agent("e", role -> role.type("echo"))
                .task("work", task -> task.agent("e"))
                .build());
        node.begin("mum", MUM);
        assertThat(node.awaitEnd("mum").ending().code()).isEqualTo("INPUT_MISFIT");
    }

    @Test
    void a_workflow_that_begins_itself_comes_to_an_end() {
        Definition endless = Workflow.named("endless")
                .task("again", task -> task.child("endless"))
                .build();
        node.begin("run", endless);
        Ending ending = node.awaitEnd("run").ending();
        assertThat(ending.code()).isEqualTo("DEPTH_EXCEEDED");
        assertThat(ending.message()).contains("max_depth");
        assertThat(isThere("run" + ":again:0:1:0".repeat(5))).isTrue();
        assertThat(isThere("run" + ":again:0:1:0".repeat(6))).isFalse();
    }

    private boolean isThere(String id) {
        return node.ask(id, ExecutionMessage.Look::new) instanceof ExecutionAnswer.Standing;
    }

    private ExecutionStatus status(String id) {
        return ((ExecutionAnswer.Standing) node.ask(id, ExecutionMessage.Look::new))
                .state()
                .status();
    }

    private void cancel(String id) {
        node.ask(
                id,
                replyTo -> new ExecutionMessage.Ask(
                        new ExecutionCommand.Cancel(System.currentTimeMillis(), null, null), replyTo));
    }

    private static Definition kid(String version) {
        return Workflow.named("kid")
                .version(version)
                .agent("e", role -> role.type("echo"))
                .task("work", task -> task.agent("e").input("hello"))
                .build();
    }

    private static Definition patientKid() {
        return Workflow.named("kid")
                .task("approve", task -> task.waitFor("approval"))
                .build();
    }
}
