package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.json;
import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.value.Measure;
import dev.capocomico.model.value.Reading;
import dev.capocomico.model.value.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The budget of bytes of one execution, what it holds by reference, and the inputs of attempts, which are said once. */
class BytesHeldRulesTest {
    private static final String KIB = "'" + "x".repeat(1024) + "'";

    private static Rules.Settings budget(long bytes) {
        return new Rules.Settings(
                Duration.ofHours(24),
                Duration.ofSeconds(600),
                Duration.ofSeconds(30),
                5,
                100_000,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                bytes);
    }

    private static Workflow waiting() {
        return workflow().task("first", task -> task.waitFor("go")).task("second", task -> task.waitFor("go")
                .dependsOn("first"));
    }

    @Test
    void a_signal_beyond_the_budget_is_refused_and_one_that_fits_is_taken_after_it() {
        Play play = Play.of(waiting().task("third", task -> task.waitFor("stay")), budget(2_000))
                .start();
        play.signal("go", KIB).signal("go", KIB);
        assertThat(play.refusal()).isEqualTo(Refusal.Code.FULL);
        assertThat(play.facts()).isEmpty();
        play.signal("go", "1");
        assertThat(play.refusal()).isNull();
        assertThat(play.task("second")).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void an_output_beyond_the_budget_fails_its_task_for_good() {
        Play play = Play.of(
                        workflow().task("a", task -> task.agent("worker")).task("b", task -> task.agent("worker")
                                .onFailure(OnFailure.CONTINUE)),
                        budget(2_000))
                .start()
                .succeeds("a", KIB)
                .succeeds("b", KIB);
        Fact.GaveUp gaveUp = play.all(Fact.GaveUp.class).getFirst();
        assertThat(gaveUp.failure().code()).isEqualTo(FailureCode.STATE_TOO_LARGE);
        assertThat(gaveUp.failure().message())
                .isEqualTo("with the output the execution would hold more than 2,000 bytes of values,"
                        + " the most that one may (it holds 1,027)");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void an_iteration_gives_back_the_bytes_of_the_one_before() {
        Play play = Play.of(
                        workflow()
                                .task("a", task -> task.agent("worker").repeat("${iteration >= 5}", 9, Duration.ZERO)),
                        budget(1_500))
                .start();
        for (int i = 0; i < 5; i++) {
            play.succeeds("a", KIB);
        }
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void an_event_a_list_and_a_workflow_output_beyond_the_budget_fail_too() {
        Play event = Play.of(
                        workflow().task("a", task -> task.agent("worker").onEvent(new EventWait("topic", null, null))),
                        budget(500))
                .start()
                .offer("a", "e1", KIB);
        assertThat(event.ending().code()).isEqualTo(FailureCode.STATE_TOO_LARGE);
        Play list = Play.of(
                        workflow().task("a", task -> task.agent("worker")
                                .forEach(List.of("${input}", "${input}", "${input}"))),
                        budget(2_500))
                .start(KIB);
        assertThat(list.ending().code()).isEqualTo(FailureCode.STATE_TOO_LARGE);
        Play output = Play.of(
                        workflow()
                                .task("a", task -> task.agent("worker"))
                                .output(Map.of("one", "${tasks.a.output}", "two", "${tasks.a.output}")),
                        budget(2_000))
                .start()
                .succeeds("a", KIB);
        assertThat(output.ending().code()).isEqualTo(FailureCode.STATE_TOO_LARGE);
    }

    @Test
    void an_input_beyond_the_budget_is_refused() {
        Play play = Play.of(waiting(), budget(1_000)).start(KIB);
        assertThat(play.refusal()).isEqualTo(Refusal.Code.TOO_LARGE);
        assertThat(play.state).isEqualTo(ExecutionState.NEW);
    }

    @Test
    void a_full_execution_starts_one_attempt_after_the_other_and_goes_on() {
        Play play = Play.of(
                        workflow().task("a", task -> task.agent("worker")
                                .forEach("${input.n}")
                                .input(Map.of("text", "${input.text}"))),
                        budget(2_000))
                .start("{'n': [1, 2, 3], 'text': " + KIB + "}");
        for (int i = 0; i < 3; i++) {
            assertThat(play.running())
                    .as("its input fills what the input of the execution leaves")
                    .hasSize(1);
            play.succeeds(play.running().getFirst(), "1");
        }
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void all_attempts_under_one_key_get_the_input_that_the_first_one_got() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").input(Map.of("b is", "${tasks.b.status}")))
                        .task("b", task -> task.agent("worker")))
                .start();
        JsonNode first = play.run("a").input();
        assertThat(first).isEqualTo(json("{'b is': 'pending'}"));
        play.succeeds("b").fails("a").wake();
        assertThat(play.run("a").number()).isEqualTo(2);
        assertThat(play.run("a").input()).isEqualTo(first);
        assertThat(play.all(Fact.Dispatched.class).stream().filter(dispatched -> dispatched.input() != null))
                .as("it is written once")
                .hasSize(1);
    }

    @Test
    void a_changed_expression_engine_changes_no_input_that_was_dispatched() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").input(Map.of("n", "${input.n}")))
                        .task("b", task -> task.agent("worker").input("${input}"))
                        .task("c", task -> task.agent("worker").input("as it is")))
                .start("{'n': 5}");
        Expressions none = (template, scope) -> {
            throw new AssertionError("nothing is evaluated again, and here is " + template);
        };
        Rules upgraded = new Rules(play.rules.plan(), none, Play.SCHEMAS, play.rules.settings());
        assertThat(Execution.owed(upgraded, play.state)).isEqualTo(Execution.owed(play.rules, play.state));
        ExecutionCommand lost = new ExecutionCommand.Report(
                play.now, List.of(new ExecutionCommand.Outcome(play.key("a"), new AttemptResult.Lost(true))), 0.5);
        Decision again = Execution.decide(upgraded, play.state, lost);
        assertThat(again.effects()).singleElement().isInstanceOfSatisfying(Effect.Run.class, run -> assertThat(
                        run.input())
                .isEqualTo(json("{'n': 5}")));
    }

    @Test
    void an_attempt_of_an_earlier_program_is_owed_though_its_input_was_not_written() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker").input(Map.of("n", "${input.n}"))))
                .start("{'n': 5}");
        ExecutionState old = ExecutionState.NEW;
        for (Step step : play.laws.journal()) {
            Step before = new Step(
                    step.number(),
                    step.atMillis(),
                    step.facts().stream()
                            .map(fact -> fact instanceof Fact.Dispatched one
                                    ? new Fact.Dispatched(one.target(), null)
                                    : fact)
                            .toList());
            old = Execution.evolve(play.rules, old, before);
        }
        assertThat(Execution.owed(play.rules, old)).hasSize(1);
        ExecutionCommand lost = new ExecutionCommand.Report(
                play.now, List.of(new ExecutionCommand.Outcome(play.key("a"), new AttemptResult.Lost(true))), 0.5);
        Decision again = Execution.decide(play.rules, old, lost);
        assertThat(again.effects()).singleElement().isInstanceOfSatisfying(Effect.Run.class, run -> assertThat(
                        run.input())
                .isEqualTo(json("{'n': 5}")));
    }

    // --- By reference

    private static final JsonNode FAR = json("{'deep': 7, 'text': " + KIB + "}");

    private static Reference reference(int number, JsonNode value) {
        return Reference.of(ByteBuffer.allocate(32).putLong(number).array(), Measure.size(value), Measure.depth(value));
    }

    private static Rules rules(Workflow workflow) {
        return new Rules(Plan.of(workflow.build()), new TinyExpressions(), Play.SCHEMAS, Rules.Settings.DEFAULT);
    }

    private static ExecutionCommand start(JsonNode input) {
        return new ExecutionCommand.Start(1_000, "x", input, StartOptions.NONE, null);
    }

    @Test
    void a_value_is_needed_only_when_something_looks_into_it() {
        Rules rules = rules(workflow()
                .task("whole", task -> task.agent("worker").input(Map.of("all", "${input}")))
                .task("part", task -> task.agent("worker").input(Map.of("deep", "${input.deep}"))));
        Reference reference = reference(1, FAR);
        ExecutionCommand start = start(reference.node());
        assertThat(Execution.decide(rules, wanted -> null, ExecutionState.NEW, start))
                .isEqualTo(new Reading.Needs<Decision>(Set.of(reference)));
        Decision decision = done(Execution.decide(rules, wanted -> FAR, ExecutionState.NEW, start));
        assertThat(decision.effects().stream().map(effect -> ((Effect.Run) effect).input()))
                .containsExactly(
                        JsonNodeFactory.instance.objectNode().set("all", reference.node()), json("{'deep': 7}"));
        assertThat(Execution.owed(rules, decision.next())).hasSize(2);
    }

    @Test
    void what_is_lost_fails_the_task_that_looks_into_it_and_nothing_else() {
        Rules rules =
                rules(workflow().task("whole", task -> task.agent("worker")).task("part", task -> task.agent("worker")
                        .onFailure(OnFailure.CONTINUE)
                        .input("${input.deep}")));
        Decision decision = done(Execution.decide(
                rules,
                wanted -> com.fasterxml.jackson.databind.node.MissingNode.getInstance(),
                ExecutionState.NEW,
                start(reference(1, FAR).node())));
        assertThat(decision.effects()).hasSize(1);
        assertThat(decision.step().facts())
                .anySatisfy(fact -> assertThat(fact).isInstanceOfSatisfying(Fact.GaveUp.class, gaveUp -> assertThat(
                                gaveUp.failure().message())
                        .contains("a large value that it looks into is not kept any more, or is damaged")));
    }

    @Test
    void one_step_looks_into_no_more_than_fits_into_memory_and_the_next_goes_on() {
        int count = 200;
        Rules rules = rules(workflow()
                .task("each", task -> task.agent("worker").forEach("${input}").input("${item.deep}")));
        var items = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < count; i++) {
            items.add(reference(i, FAR).node());
        }
        Set<Reference> atHand = new HashSet<>();
        ExecutionState state = done(Execution.decide(rules, wanted -> FAR, ExecutionState.NEW, start(items)))
                .next();
        assertThat(state.inFlight()).isEqualTo(64);
        int steps = 1;
        while (Execution.wakeAtMillis(rules, state) == state.atMillis()) {
            assertThat(Execution.isParked(rules, state)).isFalse();
            atHand.clear();
            state = done(Execution.decide(
                            rules,
                            wanted -> {
                                atHand.add(wanted);
                                return FAR;
                            },
                            state,
                            new ExecutionCommand.Tick(2_000)))
                    .next();
            assertThat(atHand).hasSizeLessThanOrEqualTo(64);
            steps++;
        }
        assertThat(state.inFlight()).isEqualTo(count);
        assertThat(steps).isEqualTo(4);
    }

    private static Decision done(Reading<Decision> reading) {
        return ((Reading.Done<Decision>) reading).result();
    }
}
