package dev.capocomico.cli;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.language.expression.CelExpressions;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Decision;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.history.Chronicle;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An execution played by the rules alone, with a clock that tests move, and what is seen of it. Attempts go by their task's id. */
final class Scene {
    private final Plan plan;
    private final Rules rules;
    private final Chronicle chronicle;
    private final Map<String, AttemptKey> attempts = new LinkedHashMap<>();
    private final List<HistoryEntry> history = new ArrayList<>();
    private ExecutionState state = ExecutionState.NEW;
    private long now = 1_000_000;

    private Scene(Workflow workflow) {
        this.plan = Plan.of(workflow.build());
        this.rules = new Rules(plan, new CelExpressions(), (schema, value) -> Optional.empty(), Rules.Settings.DEFAULT);
        this.chronicle = new Chronicle(plan);
    }

    static Scene of(Workflow workflow) {
        Scene scene = new Scene(workflow);
        return scene.command(new ExecutionCommand.Start(
                scene.now, "order-17", JsonNodeFactory.instance.objectNode(), StartOptions.NONE, null));
    }

    Scene after(long millis) {
        now += millis;
        return this;
    }

    Scene tick() {
        return command(new ExecutionCommand.Tick(now));
    }

    Scene succeeds(String task) {
        return report(task, new AttemptResult.Succeeded(IntNode.valueOf(1), "agent", now, Usage.NONE));
    }

    Scene fails(String task, boolean retryable) {
        return report(
                task,
                new AttemptResult.Failed(new Failure("BUSY", "the line is busy", retryable), "agent", Usage.NONE));
    }

    private Scene report(String task, AttemptResult result) {
        AttemptKey key = attempts.remove(task);
        if (key == null) {
            throw new IllegalArgumentException(task + " does not run; what runs is " + attempts.keySet());
        }
        return command(new ExecutionCommand.Report(now, List.of(new ExecutionCommand.Outcome(key, result)), 0.5));
    }

    private Scene command(ExecutionCommand command) {
        Decision decision = Execution.decide(rules, state, command);
        state = decision.next();
        if (decision.step() != null) {
            history.addAll(chronicle.add(decision.step()));
        }
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.Run run) {
                boolean first = attempts.putIfAbsent(run.taskId(), run.key()) == null;
                for (int i = 1; !first; i++) {
                    first = attempts.putIfAbsent(run.taskId() + "#" + i, run.key()) == null;
                }
            }
        }
        return this;
    }

    Scene retry() {
        return command(new ExecutionCommand.Retry(now, false, null));
    }

    Scene signal(String name) {
        return command(new ExecutionCommand.Signal(now, name, IntNode.valueOf(7), null, "ann"));
    }

    /** All that was told of it. */
    List<HistoryEntry> history() {
        return List.copyOf(history);
    }

    Account account() {
        return Account.of(plan, ExecutionView.of(plan, state, attempt -> true), chronicle);
    }

    List<String> frame(Look look, int rows) {
        return new Frame(account(), "order-17", look).lines(now, rows, 0);
    }
}
