package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.json;
import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.OnFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What comes from outside: signals and events. */
class SignalAndEventRulesTest {
    private static Play waits() {
        return Play.of(workflow()
                .task("first", task -> task.agent("worker"))
                .task("w", task -> task.waitFor("go").dependsOn("first"))
                .task("v", task -> task.waitFor("go").dependsOn("w")));
    }

    private static Play listens() {
        return Play.of(workflow().task("e", task -> task.agent("worker")
                .onEvent(new EventWait("paid", "${event.id == input.id}", Duration.ofHours(1)))
                .input(Map.of("of", "${event}"))));
    }

    @Test
    void a_signals_payload_is_the_output_of_the_task_that_waited() {
        Play play = waits().start().succeeds("first").signal("go", "{'by': 'finance'}");
        assertThat(play.outputOf("w")).isEqualTo(json("{'by': 'finance'}"));
        assertThat(play.all(Fact.SignalArrived.class).getFirst().by()).isEqualTo("sue");
    }

    @Test
    void signals_queue_per_name_first_in_first_out_and_each_wait_takes_one() {
        Play play = waits().start()
                .signal("go", "1")
                .signal("go", "2")
                .signal("go", "3")
                .succeeds("first");
        assertThat(play.outputOf("w")).isEqualTo(json("1"));
        assertThat(play.outputOf("v")).isEqualTo(json("2"));
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void without_a_key_a_repeat_counts_as_another_and_with_one_it_does_not() {
        Play twice = waits().start().succeeds("first").signal("go", "1").signal("go", "1");
        assertThat(twice.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
        Play once = waits().start().succeeds("first").signal("go", "1", "k").signal("go", "1", "k");
        assertThat(once.refusal()).isNull();
        assertThat(once.decision().step()).isNull();
        assertThat(once.state.status()).isEqualTo(ExecutionStatus.EXECUTING);
    }

    @Test
    void after_the_end_a_signal_is_refused() {
        Play play = waits().start()
                .succeeds("first")
                .signal("go", "1")
                .signal("go", "2")
                .signal("go", "3");
        assertThat(play.refusal()).isEqualTo(Refusal.Code.ENDED);
    }

    @Test
    void a_signal_that_is_repeated_with_its_key_after_the_end_is_answered_as_the_first_time_and_a_new_one_refused() {
        Play play = waits().start().succeeds("first").signal("go", "1", "k1").signal("go", "2", "k2");
        assertThat(play.state.hasEnded()).isTrue();
        assertThat(play.signal("go", "1", "k1").refusal()).isNull();
        assertThat(play.facts()).isEmpty();
        assertThat(play.signal("go", "1", "k3").refusal()).isEqualTo(Refusal.Code.ENDED);
    }

    @Test
    void every_command_that_is_repeated_with_its_key_after_the_end_is_answered_as_the_first_time() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").onFailure(OnFailure.CONTINUE))
                        .task("b", task -> task.agent("worker")))
                .start();
        List<ExecutionCommand> commands = List.of(
                new ExecutionCommand.Pause(9, "pam"),
                new ExecutionCommand.Resume(9, "rob"),
                new ExecutionCommand.CancelTask(9, "a", "tim"),
                new ExecutionCommand.Cancel(9, "enough", "cat"));
        commands.forEach(command -> play.once("key of " + command, command));
        play.fails("a").fails("b");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.CANCELLED);
        for (ExecutionCommand command : commands) {
            play.once("key of " + command, command);
            assertThat(play.decision().refusal()).as("%s", command).isNull();
            assertThat(play.facts()).isEmpty();
            assertThat(play.once("another", command).refusal()).isEqualTo(Refusal.Code.ENDED);
        }
    }

    @Test
    void a_signal_that_no_task_waits_for_is_refused_with_the_names_there_are() {
        Play play = waits().start().signal("stop", "1");
        assertThat(play.refusal()).isEqualTo(Refusal.Code.UNKNOWN_NAME);
        assertThat(play.decision().refusal())
                .extracting(Refusal::message)
                .isEqualTo("no task waits for a signal \"stop\"; there are: go");
    }

    @Test
    void an_execution_holds_ten_thousand_signals_and_no_more() {
        Play play = waits().start();
        ExecutionState state = play.state;
        for (int i = 0; i < Signals.HELD_MAX; i++) {
            state = signal(play, state).next();
        }
        assertThat(signal(play, state).refusal()).extracting(Refusal::code).isEqualTo(Refusal.Code.FULL);
    }

    private static Decision signal(Play play, ExecutionState state) {
        return Execution.decide(play.rules, state, new ExecutionCommand.Signal(play.now, "go", json("1"), null, null));
    }

    @Test
    void a_signal_that_somebody_waits_for_is_taken_even_when_the_execution_holds_all_it_may() {
        Play play = Play.of(workflow()
                .task("w", task -> task.waitFor("go"))
                .task("a", task -> task.agent("worker"))
                .task("later", task -> task.waitFor("other").dependsOn("a")));
        ExecutionState state = play.start().state;
        for (int i = 0; i < Signals.HELD_MAX; i++) {
            var early = new ExecutionCommand.Signal(play.now, "other", json("1"), null, null);
            state = Execution.decide(play.rules, state, early).next();
        }
        assertThat(signal(play, state).refusal()).isNull();
    }

    @Test
    void a_wait_that_nobody_answers_times_out_and_a_later_signal_is_for_the_next() {
        Play play = Play.of(workflow()
                        .task("w", task -> task.waitFor("go", Duration.ofMinutes(1))
                                .onFailure(OnFailure.CONTINUE))
                        .task("v", task -> task.waitFor("go")))
                .start()
                .after(Duration.ofMinutes(1))
                .signal("go", "5");
        assertThat(play.task("w")).isEqualTo(TaskStatus.TIMEOUT);
        assertThat(play.outputOf("v")).isEqualTo(json("5"));
    }

    @Test
    void a_task_starts_when_its_event_arrives_and_others_are_left_alone() {
        Play play = listens().start("{'id': 7}");
        assertThat(play.decision().effects()).containsExactly(new Effect.Listen(0, "paid", 1_000, null));
        assertThat(play.running()).isEmpty();
        assertThat(play.offer("e", "e1", "{'id': 6}").decision().step()).isNull();
        assertThat(play.offer("e", "e2", "{}").decision().step()).isNull();
        play.offer("e", "e3", "{'id': 7}");
        assertThat(play.run("e").input()).isEqualTo(json("{'of': {'id': 7}}"));
    }

    @Test
    void each_task_takes_one_event() {
        Play play = listens().start("{'id': 7}").offer("e", "e1", "{'id': 7}").offer("e", "e2", "{'id': 7}");
        assertThat(play.all(Fact.EventTaken.class)).hasSize(1);
        assertThat(play.decision().step()).isNull();
    }

    @Test
    void two_tasks_may_take_the_same_event() {
        Play play = Play.of(workflow()
                        .task("e", task -> task.agent("worker").onEvent(new EventWait("t", null, null)))
                        .task("f", task -> task.agent("worker").onEvent(new EventWait("t", null, null))))
                .start()
                .offer("e", "e1", "{}")
                .offer("f", "e1", "{}");
        assertThat(play.running()).containsExactly("e", "f");
    }

    @Test
    void an_event_that_does_not_come_in_time_fails_the_task() {
        Play play = listens().start("{'id': 7}").after(Duration.ofHours(1));
        assertThat(play.task("e")).isEqualTo(TaskStatus.TIMEOUT);
        assertThat(play.ending().message()).isEqualTo("no event came within 1h");
    }

    @Test
    void the_condition_is_looked_at_before_the_event_is_waited_for() {
        Play play = Play.of(workflow().task("e", task -> task.agent("worker")
                        .when("${input.n == 1}")
                        .onEvent(new EventWait("paid", null, null))))
                .start("{'n': 2}");
        assertThat(play.task("e")).isEqualTo(TaskStatus.SKIPPED);
    }

    @Test
    void a_fan_out_begins_when_its_event_arrives() {
        Play play = Play.of(workflow().task("e", task -> task.agent("worker")
                        .onEvent(new EventWait("paid", null, null))
                        .forEach("${event.lines}")
                        .input("${event.id}")))
                .start()
                .offer("e", "e1", "{'id': 3, 'lines': [1, 2]}");
        assertThat(play.running()).containsExactly("e[0]", "e[1]");
        assertThat(play.run("e[1]").input()).isEqualTo(json("3"));
    }

    @Test
    void a_start_says_who_and_the_same_start_again_is_answered_as_the_first_time() {
        Play play = waits().start("{'n': 1}");
        assertThat(play.all(Fact.Started.class).getFirst().by()).isEqualTo("ann");
        assertThat(play.start("{'n': 1}").refusal()).isNull();
        assertThat(play.decision().step()).isNull();
        assertThat(play.start("{'n': 2}").refusal()).isEqualTo(Refusal.Code.ALREADY_STARTED);
    }
}
