package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.model.definition.Repeat;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.execution.ExecutionCommand.Outcome;
import dev.capocomico.model.expression.Expressions.Evaluation;
import dev.capocomico.model.retry.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the end of an attempt leads to: success, another iteration, another attempt, or failure for good. */
final class Outcomes {
    private final Decider decider;
    private final Draft draft;
    /** Multiples of it, without what is before the point, lie evenly between 0 and 1. */
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private final double firstChance;
    private double chance;

    /** One chance serves all attempts of a report, and yet they are not all tried again at one moment. */
    Outcomes(Decider decider, double chance) {
        this.decider = decider;
        this.draft = decider.draft();
        this.firstChance = chance;
        this.chance = chance;
    }

    void take(Outcome outcome, int number) {
        Target target = outcome.key().target();
        boolean known = !(target instanceof Target.Element element)
                || (element.task() >= 0 && element.task() < draft.tasks.size());
        if (known
                && draft.state(target) instanceof ElementState.Running running
                && running.fence() == outcome.key().fence()) {
            chance = (firstChance + number * GOLDEN) % 1;
            take(target, running, outcome.result());
        } else {
            decider.stale(outcome.key());
        }
    }

    private void take(Target target, ElementState.Running running, AttemptResult result) {
        Progress progress = running.progress();
        switch (result) {
            case AttemptResult.Succeeded succeeded -> {
                Failure failure = unfit(target, progress, succeeded.output());
                if (failure == null) {
                    succeeded(target, progress, succeeded);
                } else {
                    failed(target, progress, new AttemptResult.Failed(failure, succeeded.agent(), succeeded.usage()));
                }
            }
            case AttemptResult.Failed failed -> failed(target, progress, failed);
            case AttemptResult.Lost lost -> lost(target, progress, lost.begun());
            case AttemptResult.HandedBack back -> handedBack(target, back.begun());
            case AttemptResult.Begun begun -> began(target, running);
        }
    }

    /** Why the output cannot be taken, or null. */
    private @Nullable Failure unfit(Target target, Progress progress, JsonNode output) {
        Optional<String> tooLarge = ValueLimits.excess(output);
        if (tooLarge.isPresent()) {
            return Failure.permanent(FailureCode.OUTPUT_TOO_LARGE, "the output " + tooLarge.get());
        }
        boolean isHeld = target instanceof Target.Element;
        if (isHeld && !decider.mayHold(Held.by(output) - Held.by(progress.previous()))) {
            return decider.tooLarge("the output");
        }
        return misfit(target, output)
                .map(misfit -> new Failure(
                        FailureCode.OUTPUT_MISFIT, "the output does not fit output_schema: " + misfit, true))
                .orElse(null);
    }

    /** Its agent goes on when this is written. One that was never lost does not ask. */
    private void began(Target target, ElementState.Running running) {
        if (running.progress().tellsWhenItBegins() && !running.begun()) {
            decider.fact(new Fact.AttemptBegan(target));
            decider.effect(decider.attempts().again(target, running.withAgent()));
        }
    }

    private Optional<String> misfit(Target target, JsonNode output) {
        Task task = task(target);
        if (task == null || task.outputSchema() == null) {
            return Optional.empty();
        }
        return switch (decider.lookup().wholeOf(output)) {
            case Evaluation.Value whole -> decider.rules().schemas().misfit(task.outputSchema(), whole.json());
            case Evaluation.Failed failed -> Optional.of(failed.reason());
        };
    }

    private void succeeded(Target target, Progress progress, AttemptResult.Succeeded result) {
        Task task = task(target);
        Repeat repeat = task == null ? null : task.repeat();
        if (repeat == null) {
            done(target, result);
            return;
        }
        Sight sight =
                decider.attempts().sight((Target.Element) target).withOutput(result.output(), progress.iteration());
        Evaluation until = decider.evaluate(TextNode.valueOf(repeat.until()), sight);
        switch (until) {
            case Evaluation.Value value
            when value.json().isBoolean() -> {
                if (value.json().booleanValue()) {
                    done(target, result);
                } else if (progress.iteration() >= repeat.max()) {
                    String message = "until was still false after iteration " + repeat.max() + ", the last one";
                    giveUp(target, Failure.permanent(FailureCode.REPEAT_EXHAUSTED, message), result);
                } else {
                    long next = draft.atMillis + repeat.delay().toMillis();
                    decider.fact(
                            new Fact.IterationEnded(target, result.output(), result.agent(), next, result.usage()));
                }
            }
            case Evaluation.Value value ->
                giveUp(
                        target,
                        expression("until must come to true or false, but came to " + Starts.shown(value.json())),
                        result);
            case Evaluation.Failed failed ->
                giveUp(target, expression("until has no value: " + failed.reason()), result);
        }
    }

    private static Failure expression(String message) {
        return Failure.permanent(FailureCode.EXPRESSION_ERROR, message);
    }

    private void done(Target target, AttemptResult.Succeeded result) {
        decider.fact(
                new Fact.Succeeded(target, result.output(), result.agent(), result.startedAtMillis(), result.usage()));
    }

    private void failed(Target target, Progress progress, AttemptResult.Failed result) {
        Failure failure = result.failure();
        RetryPolicy policy = policy(target);
        boolean again = goesOn(target)
                && failure.retryable()
                && policy.retries(failure.code())
                && progress.retries() < policy.maxRetries();
        if (again) {
            Duration delay = policy.delay(progress.retries() + 1, chance);
            long next = draft.atMillis + delay.toMillis();
            decider.fact(new Fact.AttemptFailed(target, failure, result.agent(), next, result.usage()));
        } else {
            decider.fact(new Fact.GaveUp(target, failure, result.agent(), result.usage()));
        }
    }

    private void lost(Target target, Progress progress, boolean begun) {
        int max = decider.rules().settings().lossesMax();
        if (goesOn(target) && (!begun || progress.losses() < max)) {
            decider.fact(new Fact.AttemptLost(target, begun));
        } else {
            int losses = progress.losses() + (begun ? 1 : 0);
            String message = "whoever had the attempt was lost " + losses + (losses == 1 ? " time" : " times")
                    + "; what became of it is unknown";
            Failure failure = new Failure(FailureCode.ATTEMPT_LOST, message, true);
            decider.fact(new Fact.GaveUp(target, failure, null, Usage.NONE));
        }
    }

    private void handedBack(Target target, boolean begun) {
        if (goesOn(target)) {
            decider.fact(new Fact.AttemptHandedBack(target, begun));
        } else {
            Failure failure = begun
                    ? new Failure(
                            FailureCode.ATTEMPT_LOST,
                            "its node stopped before it had ended; what became of it is unknown",
                            true)
                    : Failure.permanent(FailureCode.CANCELLED, "nobody had begun with it");
            decider.fact(new Fact.GaveUp(target, failure, null, Usage.NONE));
        }
    }

    /** Once it is known how the execution or the task ends, only what is undone is tried again. */
    private boolean goesOn(Target target) {
        return switch (target) {
            case Target.Element element ->
                draft.phase == Phase.RUNNING
                        && draft.doom == null
                        && !(draft.state(element) instanceof ElementState.Running running && running.toldToStop())
                        && !(draft.tasks.get(element.task()) instanceof TaskState.Fan fan && fan.stopped());
            case Target.Undo undo -> draft.phase == Phase.COMPENSATING;
        };
    }

    private void giveUp(Target target, Failure failure, AttemptResult.Succeeded result) {
        decider.fact(new Fact.GaveUp(target, failure, result.agent(), result.usage()));
    }

    private RetryPolicy policy(Target target) {
        Task task = task(target);
        if (task == null) {
            return RetryPolicy.STANDARD;
        }
        if (task.retry() != null) {
            return task.retry().policy();
        }
        // A child retries its own tasks; that it failed is an answer, unless the task says otherwise.
        return task.work() instanceof Work.Child ? RetryPolicy.NONE : defaultPolicy();
    }

    private RetryPolicy defaultPolicy() {
        RetryPolicy chosen = draft.begun().options().retry();
        return chosen == null ? RetryPolicy.STANDARD : chosen;
    }

    /** Null for a compensation: the task's own settings are not meant for it. */
    private @Nullable Task task(Target target) {
        return target instanceof Target.Element element
                ? decider.rules().plan().definition().tasks().get(element.task())
                : null;
    }
}
