package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.value.Reference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values from outside that facts carry: at most one each. All else in a fact is small. */
public final class FactValues {
    private FactValues() {}

    /** Whether the step has a value that should not stand in its row. */
    public static boolean anyLarge(Step step) {
        for (Fact fact : step.facts()) {
            JsonNode value = value(fact);
            if (value != null && StoredValues.isLarge(value)) {
                return true;
            }
        }
        return false;
    }

    /** The values of steps, in their order. */
    public static List<JsonNode> of(List<Step> steps) {
        List<JsonNode> values = new ArrayList<>();
        for (Step step : steps) {
            for (Fact fact : step.facts()) {
                JsonNode value = value(fact);
                if (value != null) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    /** The steps with other values, as many as {@link #of} gives, in that order. */
    public static List<Step> replace(List<Step> steps, List<JsonNode> values) {
        Iterator<JsonNode> next = values.iterator();
        List<Step> replaced = new ArrayList<>(steps.size());
        for (Step step : steps) {
            List<Fact> facts = new ArrayList<>(step.facts().size());
            for (Fact fact : step.facts()) {
                facts.add(value(fact) == null ? fact : with(fact, next.next()));
            }
            replaced.add(new Step(step.number(), step.atMillis(), facts, step.writer()));
        }
        return replaced;
    }

    private static @Nullable JsonNode value(Fact fact) {
        return switch (fact) {
            case Fact.Started started -> started.input();
            case Fact.EventTaken taken -> taken.event();
            case Fact.Expanded expanded -> expanded.items() == null ? null : Reference.fromList(expanded.items());
            case Fact.Succeeded succeeded -> succeeded.output();
            case Fact.IterationEnded ended -> ended.output();
            case Fact.SignalArrived arrived -> arrived.payload();
            case Fact.Ended ended -> ended.output();
            case Fact.TaskSkipped none -> null;
            case Fact.EventAwaited none -> null;
            case Fact.WaitBegan none -> null;
            case Fact.SleepBegan none -> null;
            case Fact.Dispatched dispatched -> dispatched.input();
            case Fact.AttemptBegan none -> null;
            case Fact.AttemptFailed none -> null;
            case Fact.AttemptLost none -> null;
            case Fact.AttemptHandedBack none -> null;
            case Fact.GaveUp none -> null;
            case Fact.TaskCancelled none -> null;
            case Fact.TimerFired none -> null;
            case Fact.UndoTimerFired none -> null;
            case Fact.Paused none -> null;
            case Fact.Resumed none -> null;
            case Fact.EndingBegan none -> null;
            case Fact.CompensationBegan none -> null;
            case Fact.Retried none -> null;
            case Fact.Parked none -> null;
            case Fact.KeyRemembered none -> null;
            case Fact.Called none -> null;
        };
    }

    private static Fact with(Fact fact, JsonNode value) {
        return switch (fact) {
            case Fact.Started started ->
                new Fact.Started(
                        started.executionId(),
                        started.planDigest(),
                        value,
                        started.options(),
                        started.deadlineMillis(),
                        started.by());
            case Fact.EventTaken taken -> new Fact.EventTaken(taken.task(), taken.eventId(), value);
            case Fact.Expanded expanded ->
                new Fact.Expanded(expanded.task(), expanded.count(), Reference.asList(value));
            case Fact.Succeeded succeeded ->
                new Fact.Succeeded(
                        succeeded.target(), value, succeeded.agent(), succeeded.startedAtMillis(), succeeded.usage());
            case Fact.IterationEnded ended ->
                new Fact.IterationEnded(ended.target(), value, ended.agent(), ended.nextAtMillis(), ended.usage());
            case Fact.SignalArrived arrived ->
                new Fact.SignalArrived(arrived.name(), value, arrived.key(), arrived.by());
            case Fact.Ended ended -> new Fact.Ended(ended.ending(), value);
            case Fact.TaskSkipped none -> none;
            case Fact.EventAwaited none -> none;
            case Fact.WaitBegan none -> none;
            case Fact.SleepBegan none -> none;
            case Fact.Dispatched dispatched -> new Fact.Dispatched(dispatched.target(), value);
            case Fact.AttemptBegan none -> none;
            case Fact.AttemptFailed none -> none;
            case Fact.AttemptLost none -> none;
            case Fact.AttemptHandedBack none -> none;
            case Fact.GaveUp none -> none;
            case Fact.TaskCancelled none -> none;
            case Fact.TimerFired none -> none;
            case Fact.UndoTimerFired none -> none;
            case Fact.Paused none -> none;
            case Fact.Resumed none -> none;
            case Fact.EndingBegan none -> none;
            case Fact.CompensationBegan none -> none;
            case Fact.Retried none -> none;
            case Fact.Parked none -> none;
            case Fact.KeyRemembered none -> none;
            case Fact.Called none -> none;
        };
    }
}
