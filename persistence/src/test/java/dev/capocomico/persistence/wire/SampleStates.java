package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Decision;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.expression.Scope;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** States that an execution with a bit of everything comes through while chance decides what happens to it. */
final class SampleStates {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<SagaStrategy> STRATEGIES = List.of(SagaStrategy.values());
    private static final List<String> SIGNALS = List.of("go", "stay");

    private final RandomGenerator random;
    private final Rules rules;
    private ExecutionState state = ExecutionState.NEW;
    private long now = 1_767_225_600_000L;

    SampleStates(RandomGenerator random) {
        this.random = random;
        this.rules = new Rules(
                Plan.of(definition()), this::evaluate, (schema, value) -> Optional.empty(), Rules.Settings.DEFAULT);
    }

    private Definition definition() {
        Workflow workflow = Workflow.named("walk")
                .agent("worker", role -> role.count(3))
                .events(dev.capocomico.model.definition.CoordinationType.HYBRID, List.of("news"))
                .task("items", task -> task.agent("worker").forEach("items", 2).compensate("worker", "undo"))
                .task("slots", task -> task.agent("worker").parallel().onFailure(OnFailure.CONTINUE))
                .task("again", task -> task.agent("worker").repeat("chance", 4, Duration.ofSeconds(1)))
                .task("event", task -> task.agent("worker").onEvent(new EventWait("news", null, null)))
                .task("go", task -> task.waitFor("go", Duration.ofHours(1)).compensate("worker", "undo"))
                .task("stay", task -> task.waitFor("stay").onEvent(new EventWait("news", "chance", null)))
                .task("nap", task -> task.sleep(Duration.ofSeconds(30)))
                .task("child", task -> task.child("other").compensate("worker", "undo"))
                .task("last", task -> task.agent("worker")
                        .dependsOn("items", "go", "nap")
                        .when("chance"));
        return random.nextInt(4) == 0
                ? workflow.build()
                : workflow.saga(STRATEGIES.get(random.nextInt(3))).build();
    }

    private Expressions.Evaluation evaluate(JsonNode template, Scope scope) {
        return new Expressions.Evaluation.Value(
                switch (template.asText()) {
                    case "chance" -> BooleanNode.valueOf(random.nextInt(3) > 0);
                    case "items" -> JSON.arrayNode().add(1).add("two").addNull().add(JSON.arrayNode());
                    default -> template;
                });
    }

    /** The state after each of so many commands. */
    List<ExecutionState> walk(int length) {
        List<ExecutionState> states = new ArrayList<>();
        take(new ExecutionCommand.Start(now, "walk", value(), StartOptions.NONE, "ann"));
        for (int i = 0; i < length; i++) {
            now += random.nextInt(4) == 0 ? random.nextInt(60_000) : random.nextInt(2_000);
            take(anything());
            states.add(state);
        }
        return states;
    }

    private void take(ExecutionCommand command) {
        Decision decision = Execution.decide(rules, state, command);
        state = decision.next();
    }

    private ExecutionCommand anything() {
        return switch (random.nextInt(24)) {
            case 0 ->
                new ExecutionCommand.Signal(
                        now, SIGNALS.get(random.nextInt(2)), value(), random.nextBoolean() ? "k" : null, null);
            case 1 -> new ExecutionCommand.OfferEvent(now, 3 + 2 * random.nextInt(2), "e" + now, value());
            case 2 -> new ExecutionCommand.Pause(now, null);
            case 3, 4 -> new ExecutionCommand.Resume(now, null);
            case 5 ->
                random.nextInt(8) == 0
                        ? new ExecutionCommand.Cancel(now, "enough", null)
                        : new ExecutionCommand.CancelTask(
                                now,
                                rules.plan()
                                        .graph()
                                        .id(random.nextInt(rules.plan().size())),
                                null);
            case 6, 7 -> new ExecutionCommand.Retry(now, random.nextBoolean(), null);
            case 8, 9, 10 -> new ExecutionCommand.Tick(now);
            default -> report();
        };
    }

    private ExecutionCommand report() {
        List<ExecutionCommand.Outcome> outcomes = new ArrayList<>();
        for (Effect effect : Execution.owed(rules, state)) {
            AttemptKey key =
                    switch (effect) {
                        case Effect.Run run -> run.key();
                        case Effect.RunChild run -> run.key();
                        case Effect.Stop stop -> null;
                        case Effect.Listen listen -> null;
                    };
            if (key != null && random.nextInt(3) == 0) {
                outcomes.add(new ExecutionCommand.Outcome(key, result()));
            }
        }
        return new ExecutionCommand.Report(now, outcomes, random.nextDouble());
    }

    private AttemptResult result() {
        Failure failure = new Failure(random.nextBoolean() ? "TIMEOUT" : "BROKEN", "by chance", random.nextInt(4) > 0);
        return switch (random.nextInt(10)) {
            case 0 -> new AttemptResult.Lost(random.nextBoolean());
            case 1 -> new AttemptResult.Begun();
            case 2, 3 -> new AttemptResult.Failed(failure, "agent", Usage.NONE);
            default -> new AttemptResult.Succeeded(value(), "agent", now, Usage.NONE);
        };
    }

    /** Now and then one that is too large for a row. */
    private JsonNode value() {
        return random.nextInt(12) == 0
                ? JSON.objectNode().put("text", "z".repeat(20_000 + random.nextInt(3)))
                : JSON.objectNode().put("n", random.nextInt());
    }
}
