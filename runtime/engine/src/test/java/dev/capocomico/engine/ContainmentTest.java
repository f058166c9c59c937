package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.execution.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executions over which the rules break, and those that cannot be read back. The others do not notice. */
class ContainmentTest {
    private static final Definition APPROVED = Workflow.named("approved")
            .task("ask", task -> task.waitFor("approval"))
            .task("go", task -> task.waitFor("go").dependsOn("ask").when("broken"))
            .build();

    private static final Definition NAP = Workflow.named("nap")
            .task("nap", task -> task.sleep(Duration.ofMillis(50)))
            .task("go", task -> task.waitFor("go").dependsOn("nap").when("broken"))
            .build();

    private static final Definition PAIR = Workflow.named("pair")
            .agent("g", role -> role.type("good"))
            .agent("p", role -> role.type("poisoner"))
            .task("good", task -> task.agent("g").outputSchema(BooleanNode.TRUE))
            .task("bad", task -> task.agent("p").outputSchema(BooleanNode.TRUE))
            .build();

    private final AtomicInteger calls = new AtomicInteger();
    private final TestNode node = new TestNode(
            Map.of("good", assignment -> IntNode.valueOf(7), "poisoner", this::poison),
            TestNode.lingering(Duration.ofMillis(50)));

    @AfterEach
    void stop() {
        node.close();
    }

    private JsonNode poison(Assignment assignment) {
        calls.incrementAndGet();
        return TestNode.POISON;
    }

    @Test
    void a_command_over_which_the_rules_break_is_refused_as_internal_and_the_execution_lives() {
        node.begin("run", APPROVED);
        node.expressionsAreBroken = true;
        assertRefused(node.signal("run", "approval"), Refusal.Code.INTERNAL, "a bug in the expressions");
        assertRefused(node.signal("run", "approval"), Refusal.Code.INTERNAL, "a bug in the expressions");
        assertThat(node.quarantine.notes()).isZero();
        node.expressionsAreBroken = false;
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        assertThat(node.signal("run", "go")).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.awaitOutput("run");
    }

    @Test
    void a_start_over_which_the_rules_break_begins_nothing_and_another_workflow_may_have_the_id() {
        Definition broken = Workflow.named("broken")
                .task("go", task -> task.waitFor("go").when("broken"))
                .build();
        node.expressionsAreBroken = true;
        assertRefused(node.begin("run", broken), Refusal.Code.INTERNAL, "a bug in the expressions");
        node.begin("run", ParkingTest.APPROVAL);
        node.signal("run", "approval");
        node.awaitOutput("run");
    }

    @Test
    void a_step_that_has_no_form_in_the_journal_is_refused_as_internal_and_the_execution_lives() {
        node.begin("run", APPROVED);
        node.journal.mode = FakeJournal.Mode.REJECTED_ONCE;
        assertRefused(node.signal("run", "approval"), Refusal.Code.INTERNAL, "it has no form");
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
        assertThat(node.signal("run", "go")).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.awaitOutput("run");
    }

    @Test
    void an_outcome_over_which_the_rules_break_fails_its_task_and_no_other_and_is_not_tried_for_ever() {
        node.begin("run", PAIR);
        ExecutionAnswer.Ended end = node.awaitEnd("run");
        assertThat(end.ending().kind()).isEqualTo(Ending.Kind.FAILED);
        assertThat(end.ending().code()).isEqualTo("INTERNAL");
        assertThat(end.task()).isEqualTo("bad");
        assertThat(calls).hasValue(1);
        assertThat(node.quarantine.notes()).isZero();
    }

    @Test
    void an_execution_that_cannot_decide_what_falls_due_is_quarantined_once_and_can_be_released() throws Exception {
        node.expressionsAreBroken = true;
        node.begin("run", NAP);
        TestNode.eventually("it is quarantined", () -> node.quarantine.notes() == 1);
        assertRefused(node.signal("run", "go"), Refusal.Code.QUARANTINED, "what falls due cannot be decided");
        node.expressionsAreBroken = false;
        assertThat(node.ask("run", ExecutionMessage.Release::new)).isInstanceOf(ExecutionAnswer.Accepted.class);
        assertThat(node.signal("run", "go")).isInstanceOf(ExecutionAnswer.Accepted.class);
        node.awaitOutput("run");
    }

    @Test
    void a_cancel_that_cannot_be_decided_ends_the_execution_all_the_same() throws Exception {
        node.begin("run", NAP);
        TestNode.eventually("it waits", () -> node.signal("run", "unknown") instanceof ExecutionAnswer.Refused);
        node.expressionsAreBroken = true;
        ExecutionAnswer answer = node.ask("run", replyTo -> new ExecutionMessage.Ask(cancel(), replyTo));
        assertThat(answer).isEqualTo(new ExecutionAnswer.Accepted(ExecutionStatus.CANCELLED));
    }

    @Test
    void an_execution_that_cannot_be_read_is_quarantined_and_read_no_more_until_it_is_released() throws Exception {
        parkedAndDamaged();
        assertRefused(node.signal("run", "approval"), Refusal.Code.QUARANTINED, "step 1 is damaged");
        int read = node.journal.recoveries();
        for (int i = 0; i < 10; i++) {
            node.executions.wake(TestNode.key("run"));
            assertRefused(node.signal("run", "approval"), Refusal.Code.QUARANTINED, "step 1 is damaged");
            assertRefused(node.ask("run", ExecutionMessage.Look::new), Refusal.Code.QUARANTINED, "step 1 is damaged");
            assertRefused(node.ask("run", ExecutionMessage.AwaitEnd::new), Refusal.Code.QUARANTINED, "is damaged");
        }
        assertThat(node.journal.recoveries()).isEqualTo(read);
        assertThat(node.quarantine.notes()).isEqualTo(1);
        assertThat(node.surroundings.quarantine().size()).isEqualTo(1);

        // Nothing is mended yet.
        assertRefused(node.ask("run", ExecutionMessage.Release::new), Refusal.Code.QUARANTINED, "step 1 is damaged");
        node.journal.mode = FakeJournal.Mode.WELL;
        assertThat(node.ask("run", ExecutionMessage.Release::new))
                .isEqualTo(new ExecutionAnswer.Accepted(ExecutionStatus.EXECUTING));
        assertThat(node.surroundings.quarantine().size()).isZero();
        node.signal("run", "approval");
        node.awaitOutput("run");
    }

    @Test
    void a_quarantined_execution_is_cancelled_without_being_read() throws Exception {
        parkedAndDamaged();
        assertRefused(node.signal("run", "approval"), Refusal.Code.QUARANTINED, "step 1 is damaged");
        int read = node.journal.recoveries();
        ExecutionAnswer answer = node.ask(
                "run",
                replyTo ->
                        new ExecutionMessage.Ask(new ExecutionCommand.Keyed("cancelExecution 1", cancel()), replyTo));
        assertThat(answer).isEqualTo(new ExecutionAnswer.Accepted(ExecutionStatus.CANCELLED));
        assertThat(node.journal.recoveries()).isEqualTo(read);
        assertThat(node.surroundings.quarantine().size()).isZero();
    }

    @Test
    void who_released_or_cancelled_a_quarantined_execution_is_written_down() throws Exception {
        Origin ann = new Origin("releaseExecution", null, "ann", "192.0.2.1", "trace-1");
        Origin bob = new Origin("cancelExecution", null, "bob", "192.0.2.2", "trace-2");
        parkedAndDamaged();
        assertRefused(node.signal("run", "approval"), Refusal.Code.QUARANTINED, "step 1 is damaged");
        node.ask("run", replyTo -> new ExecutionMessage.Release(ann, replyTo));
        assertThat(node.quarantine.audit()).containsExactly(ann);
        ExecutionCommand cancel =
                new ExecutionCommand.Called(bob, new ExecutionCommand.Keyed("cancelExecution 1", cancel()));
        node.ask("run", replyTo -> new ExecutionMessage.Ask(cancel, replyTo));
        assertThat(node.quarantine.audit()).containsExactly(ann, bob);
    }

    @Test
    void others_go_on_while_one_is_quarantined() throws Exception {
        parkedAndDamaged();
        assertRefused(node.signal("run", "approval"), Refusal.Code.QUARANTINED, "step 1 is damaged");
        node.begin("other", ParkingTest.APPROVAL);
        node.signal("other", "approval");
        node.awaitOutput("other");
    }

    @Test
    void a_database_that_is_away_quarantines_nobody() throws Exception {
        node.begin("run", ParkingTest.APPROVAL);
        TestNode.eventually("it has left", () -> !node.livesHere("run"));
        node.journal.mode = FakeJournal.Mode.LOST;
        node.ping.lost = true;
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Unavailable.class);
        node.journal.mode = FakeJournal.Mode.WELL;
        node.ping.lost = false;
        TestNode.eventually("it is back", () -> node.signal("run", "approval") instanceof ExecutionAnswer.Accepted);
        assertThat(node.quarantine.notes()).isZero();
    }

    @Test
    void what_cannot_be_noted_is_read_again_and_noted_then() throws Exception {
        parkedAndDamaged();
        node.quarantine.isAway(true);
        node.executions.wake(TestNode.key("run"));
        TestNode.eventually("it was read twice", () -> node.journal.recoveries() > 2);
        assertThat(node.quarantine.notes()).isZero();
        node.quarantine.isAway(false);
        TestNode.eventually("it is noted", () -> node.quarantine.notes() == 1);
        assertRefused(node.signal("run", "approval"), Refusal.Code.QUARANTINED, "step 1 is damaged");
    }

    @Test
    void what_another_node_has_quarantined_is_known_here_after_a_look_at_the_store() throws Exception {
        node.begin("run", ParkingTest.APPROVAL);
        TestNode.eventually("it has left", () -> !node.livesHere("run"));
        node.quarantine.note(TestNode.key("run"), "another node has found out");
        node.surroundings.quarantine().refresh();
        assertRefused(node.signal("run", "approval"), Refusal.Code.QUARANTINED, "another node has found out");
        node.quarantine.release(TestNode.key("run"), null);
        node.surroundings.quarantine().refresh();
        assertThat(node.signal("run", "approval")).isInstanceOf(ExecutionAnswer.Accepted.class);
    }

    @Test
    void what_is_not_quarantined_cannot_be_released() {
        node.begin("run", ParkingTest.APPROVAL);
        assertRefused(node.ask("run", ExecutionMessage.Release::new), Refusal.Code.WRONG_STATE, "is not quarantined");
        node.signal("run", "approval");
        node.awaitOutput("run");
    }

    private void parkedAndDamaged() throws InterruptedException {
        node.begin("run", ParkingTest.APPROVAL);
        TestNode.eventually("it has left", () -> !node.livesHere("run"));
        node.journal.mode = FakeJournal.Mode.DAMAGED;
    }

    private static ExecutionCommand.Cancel cancel() {
        return new ExecutionCommand.Cancel(System.currentTimeMillis(), "enough", null);
    }

    private static void assertRefused(ExecutionAnswer answer, Refusal.Code code, String why) {
        assertThat(answer).isInstanceOfSatisfying(ExecutionAnswer.Refused.class, refused -> {
            assertThat(refused.refusal().code()).isEqualTo(code);
            assertThat(refused.refusal().message()).contains(why);
        });
    }
}
