package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.plan.Plan;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where commands came from stands in the step that they made, and nowhere else. */
class OriginTest {
    private static final Origin ORIGIN = new Origin("pauseExecution", null, "ann", "192.0.2.1", "4bf92f");
    private static final Plan PLAN = Plan.of(Workflow.named("flow")
            .version("1")
            .task("wait", task -> task.waitFor("go"))
            .build());

    private final Rules rules = new Rules(PLAN, new TinyExpressions(), Play.SCHEMAS, Rules.Settings.DEFAULT);

    private static ExecutionCommand called(ExecutionCommand command) {
        return new ExecutionCommand.Called(ORIGIN, command);
    }

    private Decision started() {
        return Execution.decide(
                rules,
                ExecutionState.NEW,
                called(new ExecutionCommand.Start(1, "run", NullNode.instance, StartOptions.NONE, "ann")));
    }

    private static List<Fact> facts(Decision decision) {
        Step step = decision.step();
        return step == null ? List.of() : step.facts();
    }

    @Test
    void a_command_from_outside_leaves_its_origin_beside_what_it_changed() {
        Decision start = started();
        assertThat(facts(start)).contains(new Fact.Called(ORIGIN)).first().isInstanceOf(Fact.Started.class);
        Decision pause = Execution.decide(rules, start.next(), called(new ExecutionCommand.Pause(2, "ann")));
        assertThat(facts(pause)).startsWith(new Fact.Paused("ann"), new Fact.Called(ORIGIN));
        Decision once = Execution.decide(
                rules, pause.next(), called(new ExecutionCommand.Keyed("k", new ExecutionCommand.Resume(3, "ann"))));
        assertThat(facts(once))
                .startsWith(new Fact.Resumed("ann"), new Fact.KeyRemembered("k"), new Fact.Called(ORIGIN));
    }

    @Test
    void a_command_that_changes_nothing_or_is_refused_leaves_none() {
        ExecutionState paused = Execution.decide(rules, started().next(), called(new ExecutionCommand.Pause(2, "ann")))
                .next();
        assertThat(facts(Execution.decide(rules, paused, called(new ExecutionCommand.Pause(3, "ann")))))
                .doesNotContain(new Fact.Called(ORIGIN));
        Decision refused = Execution.decide(rules, paused, called(new ExecutionCommand.Retry(3, false, "ann")));
        assertThat(refused.refusal()).isNotNull();
        assertThat(facts(refused)).doesNotContain(new Fact.Called(ORIGIN));
        Decision unknown = Execution.decide(
                rules, paused, called(new ExecutionCommand.Signal(3, "absent", NullNode.instance, null, "ann")));
        assertThat(unknown.refusal()).isNotNull();
        assertThat(facts(unknown)).doesNotContain(new Fact.Called(ORIGIN));
    }
}
