package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.FanOut;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.expression.Correlation;
import dev.capocomico.model.expression.Expressions.Evaluation;
import dev.capocomico.model.value.Reference;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Starts what stands in line: tasks, elements of fan-outs, further attempts, compensations. */
final class Starts {
    private final Decider decider;
    private final Definition definition;
    private final Draft draft;

    Starts(Decider decider) {
        this.decider = decider;
        this.definition = decider.rules().plan().definition();
        this.draft = decider.draft();
    }

    void startWhatIsReady() {
        for (WorkItem item = next(); item != null; item = next()) {
            int before = decider.factCount();
            switch (item) {
                case WorkItem.StartTask start -> startTask(start.task());
                case WorkItem.StartElement start -> startElement(start.task());
                case WorkItem.TryAgain again -> attempt(again.target());
            }
            if (decider.factCount() == before) {
                throw new IllegalStateException("started " + item + ", but nothing came of it");
            }
        }
    }

    private @Nullable WorkItem next() {
        if (draft.doom != null || pauses()) {
            return null;
        }
        WorkItem prompt = draft.prompt.peek();
        return prompt != null ? prompt : full() ? null : draft.ready.peek();
    }

    void startUndoing() {
        Undoing undoing = draft.undoing;
        if (undoing == null) {
            return;
        }
        while (!pauses() && !full() && draft.ready.peek() instanceof WorkItem.TryAgain again) {
            attempt(again.target());
        }
        boolean atOnce = definition.faultTolerance().strategy() == SagaStrategy.PARALLEL;
        for (undoing = draft.undoing;
                undoing != null
                        && undoing.next() < undoing.entries().size()
                        && (atOnce || undoing.active() == 0)
                        && !pauses()
                        && !full();
                undoing = draft.undoing) {
            attempt(new Target.Undo(undoing.next()));
        }
    }

    /** The step has looked into so many large values that the rest is for the next one: they all are in memory at once. */
    private boolean pauses() {
        return decider.lookup().isEnough();
    }

    private boolean full() {
        return full(decider.rules().settings(), draft);
    }

    /** What is dispatched holds its input, and gives it back. With nothing in flight one is started all the same, so that it goes on. */
    private static boolean full(Rules.Settings settings, Draft draft) {
        Integer max = draft.begun().options().maxAgents();
        return (max != null && draft.inFlight >= max)
                || (draft.inFlight > 0 && draft.bytesHeld + draft.inputBytes >= settings.bytesMax());
    }

    /** Whether something could be started now that the last step has left to the next one. */
    static boolean hasMore(Rules rules, Draft draft) {
        if (draft.paused) {
            return false;
        }
        return switch (draft.phase) {
            case RUNNING ->
                draft.doom == null
                        && (draft.prompt.peek() != null
                                || (draft.ready.peek() != null && !full(rules.settings(), draft)));
            case COMPENSATING -> {
                Undoing undoing = draft.undoing;
                boolean atOnce = rules.plan().definition().faultTolerance().strategy() == SagaStrategy.PARALLEL;
                boolean next = undoing != null
                        && undoing.next() < undoing.entries().size()
                        && (atOnce || undoing.active() == 0);
                yield (next || draft.ready.peek() != null) && !full(rules.settings(), draft);
            }
            case NEW, ENDING, ENDED -> false;
        };
    }

    private void startTask(int index) {
        Task task = definition.tasks().get(index);
        if (!(draft.tasks.get(index) instanceof TaskState.Ready ready)) {
            throw new IllegalStateException("task \"" + task.id() + "\" stands in line, but is not ready");
        }
        if (ready.event() == null) {
            if (task.when() != null && !when(index, task.when())) {
                return;
            }
            EventWait event = task.onEvent();
            if (event != null) {
                decider.fact(new Fact.EventAwaited(index, deadline(event.timeout())));
                decider.effect(listen(decider.rules(), draft, decider.lookup(), index, event));
                return;
            }
        }
        begin(index, task);
    }

    /** What is owed to a task that waits for an event. */
    static Effect.Listen listen(Rules rules, Draft draft, Lookup lookup, int task, EventWait event) {
        Sight sight = Sight.ofExecution(rules.plan(), draft, lookup);
        Correlation correlation =
                event.match() == null ? null : lookup.correlation(rules.expressions(), event.match(), sight);
        return new Effect.Listen(task, event.topic(), draft.startedAtMillis, correlation);
    }

    /** False also when the condition failed, and took the task with it. */
    private boolean when(int index, String condition) {
        Evaluation evaluation = evaluate(condition, index);
        if (evaluation instanceof Evaluation.Value value && value.json().isBoolean()) {
            if (!value.json().booleanValue()) {
                decider.fact(new Fact.TaskSkipped(index));
            }
            return value.json().booleanValue();
        }
        giveUp(index, FailureCode.EXPRESSION_ERROR, "when " + reason(evaluation, "true or false"));
        return false;
    }

    private void begin(int index, Task task) {
        switch (task.fanOut()) {
            case FanOut.ForEach forEach -> expand(index, forEach);
            case FanOut.Parallel parallel -> {
                int count = task.work() instanceof Work.AgentCall call ? slots(call.role()) : 1;
                decider.fact(new Fact.Expanded(index, count, null));
            }
            case null -> beginOne(index, task);
        }
    }

    private int slots(String role) {
        Role declared = definition.agents().get(role);
        return declared == null ? 1 : declared.count();
    }

    private void beginOne(int index, Task task) {
        switch (task.work()) {
            case Work.AgentCall call -> attempt(new Target.Element(index, 0));
            case Work.Child child -> attempt(new Target.Element(index, 0));
            case Work.WaitFor wait -> decider.fact(new Fact.WaitBegan(index, deadline(wait.timeout())));
            case Work.Sleep sleep ->
                decider.fact(new Fact.SleepBegan(
                        index, draft.atMillis + sleep.duration().toMillis()));
        }
    }

    private void expand(int index, FanOut.ForEach forEach) {
        Evaluation evaluation =
                decider.evaluate(forEach.items(), decider.attempts().sight(new Target.Element(index, 0)));
        Evaluation opened =
                evaluation instanceof Evaluation.Value held ? decider.lookup().openOf(held.json()) : evaluation;
        if (!(evaluation instanceof Evaluation.Value held
                && opened instanceof Evaluation.Value value
                && value.json() instanceof ArrayNode items)) {
            giveUp(index, FailureCode.EXPRESSION_ERROR, "for_each " + reason(opened, "a list"));
            return;
        }
        int max = decider.rules().settings().itemsMax();
        if (items.size() > max) {
            String message = "for_each came to %,d items; the most is %,d".formatted(items.size(), max);
            giveUp(index, FailureCode.TOO_MANY_ITEMS, message);
        } else if (Held.by(held.json()) > decider.rules().settings().bytesMax()) {
            String message = "for_each came to a list of %,d bytes; an execution may hold no more than %,d"
                    .formatted(Held.by(held.json()), decider.rules().settings().bytesMax());
            giveUp(index, FailureCode.STATE_TOO_LARGE, message);
        } else {
            decider.fact(new Fact.Expanded(index, items.size(), Reference.asList(held.json())));
        }
    }

    private void startElement(int index) {
        if (!(draft.tasks.get(index) instanceof TaskState.Fan fan)) {
            throw new IllegalStateException("task " + index + " stands in line to fan out, but has not begun to");
        }
        attempt(new Target.Element(index, fan.nextToStart()));
    }

    private void attempt(Target target) {
        if (decider.attempts().isChild(target) && decider.attempts().depthLeft() < 1) {
            String message =
                    "this execution may have no children: budget.max_depth, its own or that of the execution that"
                            + " began it all, allows no more levels";
            giveUp(target, FailureCode.DEPTH_EXCEEDED, message);
            return;
        }
        Attempts.Input input = decider.attempts().input(target);
        switch (input.value()) {
            case Evaluation.Failed failed -> {
                giveUp(target, FailureCode.EXPRESSION_ERROR, "input: " + failed.reason());
            }
            case Evaluation.Value value -> {
                Optional<String> tooLarge = ValueLimits.excess(value.json());
                if (tooLarge.isPresent()) {
                    giveUp(target, FailureCode.INPUT_TOO_LARGE, "the input " + tooLarge.get());
                    return;
                }
                decider.fact(new Fact.Dispatched(target, input.isKnown() ? null : value.json()));
                if (!(draft.state(target) instanceof ElementState.Running running)) {
                    throw new IllegalStateException("dispatched " + target + ", but it does not run");
                }
                decider.effect(decider.attempts().run(target, running, value.json()));
            }
        }
    }

    private void giveUp(int index, String code, String message) {
        giveUp(new Target.Element(index, ExecutionState.WHOLE_TASK), code, message);
    }

    private void giveUp(Target target, String code, String message) {
        decider.fact(new Fact.GaveUp(target, Failure.permanent(code, message), null, Usage.NONE));
    }

    private Evaluation evaluate(String expression, int index) {
        return decider.evaluate(TextNode.valueOf(expression), decider.attempts().sight(new Target.Element(index, 0)));
    }

    private static String reason(Evaluation evaluation, String wanted) {
        return switch (evaluation) {
            case Evaluation.Failed failed -> "has no value: " + failed.reason();
            case Evaluation.Value value -> "must come to " + wanted + ", but came to " + shown(value.json());
        };
    }

    static String shown(JsonNode value) {
        if (Reference.isIn(value)) {
            return "a large value";
        }
        String text = value.toString();
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }

    private long deadline(@Nullable Duration timeout) {
        return timeout == null ? ExecutionState.NEVER : draft.atMillis + timeout.toMillis();
    }
}
