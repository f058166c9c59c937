package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.definition.Budget;
import dev.capocomico.model.definition.Compensation;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.expression.Expressions.Evaluation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Says what an attempt at a target consists of. The same for the first time and for every time after a recovery. */
final class Attempts {
    private final Rules rules;
    private final Definition definition;
    private final Draft draft;
    private final Lookup lookup;

    /**
     * What an attempt gets.
     *
     * @param isKnown whether it is no news: somebody who has the state knows it without evaluating anything
     */
    record Input(Evaluation value, boolean isKnown) {}

    Attempts(Rules rules, Draft draft, Lookup lookup) {
        this.rules = rules;
        this.definition = rules.plan().definition();
        this.draft = draft;
        this.lookup = lookup;
    }

    /** The input that the next attempt gets, or why it has none. All attempts under one idempotency key get the same. */
    Input input(Target target) {
        JsonNode known = knownInput(target);
        return known == null ? new Input(evaluated(target), false) : new Input(new Evaluation.Value(known), true);
    }

    /** Null before the first attempt; and of one that an earlier program dispatched, which did not write it. */
    private @Nullable JsonNode knownInput(Target target) {
        ElementState state = draft.state(target);
        JsonNode said = state == null ? null : Elements.progress(state).input();
        return said == null ? FixedInput.of(template(target), draft.begun()) : said;
    }

    private @Nullable JsonNode template(Target target) {
        return switch (target) {
            case Target.Undo undo -> compensation(completion(undo)).input();
            case Target.Element element ->
                switch (task(element).work()) {
                    case Work.AgentCall call -> call.input();
                    case Work.Child child -> child.input();
                    case Work.WaitFor wait -> throw noAttempt(task(element));
                    case Work.Sleep sleep -> throw noAttempt(task(element));
                };
        };
    }

    private Evaluation evaluated(Target target) {
        Sight sight =
                switch (target) {
                    case Target.Undo undo -> {
                        Completion completion = completion(undo);
                        yield sight(completion.element()).withOutput(completion.output(), null);
                    }
                    case Target.Element element -> sightOfAttempt(element);
                };
        JsonNode template = template(target);
        return template == null
                ? new Evaluation.Value(NullNode.instance)
                : lookup.evaluate(rules.expressions(), template, sight);
    }

    /** The effect that makes a running attempt real. */
    Effect run(Target target, ElementState.Running running, JsonNode input) {
        AttemptKey key = new AttemptKey(target, running.fence());
        return switch (target) {
            case Target.Undo undo -> runUndo(key, completion(undo), running, input);
            case Target.Element element -> {
                Task task = task(element);
                yield switch (task.work()) {
                    case Work.AgentCall call -> runAgent(key, element, call, running, input);
                    case Work.Child child -> runChild(key, element, child, running, input);
                    case Work.WaitFor wait -> throw noAttempt(task);
                    case Work.Sleep sleep -> throw noAttempt(task);
                };
            }
        };
    }

    /** The same for an attempt that runs already. */
    Effect again(Target target, ElementState.Running running) {
        JsonNode known = knownInput(target);
        if (known != null) {
            return run(target, running, known);
        }
        // An earlier program dispatched it. An agent of that program had it, and nobody begins with it here; a child
        // may still have to
        // be begun.
        return run(target, running, isChild(target) ? evaluatedAgain(target) : NullNode.instance);
    }

    private JsonNode evaluatedAgain(Target target) {
        return switch (evaluated(target)) {
            case Evaluation.Value value -> value.json();
            case Evaluation.Failed failed ->
                throw new IllegalStateException(
                        "the input of " + target + ", which runs, has no value: " + failed.reason());
        };
    }

    /** Whether its agent, or child, is to stop: what is owed to everything that runs once the execution has a grace. */
    boolean toldToStop(Target target, ElementState.Running running) {
        boolean all = draft.graceUntilMillis != ExecutionState.NEVER;
        boolean ending = draft.phase == Phase.ENDING && (all || isChild(target));
        return ending || running.toldToStop();
    }

    boolean isChild(Target target) {
        return target instanceof Target.Element element && task(element).work() instanceof Work.Child;
    }

    private Effect runAgent(
            AttemptKey key, Target.Element element, Work.AgentCall call, ElementState.Running running, JsonNode input) {
        Progress progress = running.progress();
        Task task = task(element);
        return new Effect.Run(
                key,
                task.id(),
                call.role(),
                call.action() == null ? task.id() : call.action(),
                input,
                progress.attempts(),
                idempotencyKey(element, progress),
                priority(task),
                task.timeout(),
                task.heartbeat(),
                progress.losses(),
                running.begun());
    }

    private Effect runChild(
            AttemptKey key, Target.Element element, Work.Child child, ElementState.Running running, JsonNode input) {
        Task task = task(element);
        StartOptions mine = draft.begun().options();
        StartOptions.Parent parent = new StartOptions.Parent(draft.begun().executionId(), element, depthLeft() - 1);
        return new Effect.RunChild(
                key,
                task.id(),
                childId(element, running.progress()),
                child.name(),
                child.version(),
                input,
                new StartOptions(task.timeout(), null, priority(task), null, parent, mine.labels()),
                running.sinceMillis());
    }

    /** How many levels of children there may be below this execution: what its parent leaves it, and its own budget allows. */
    int depthLeft() {
        StartOptions.Parent parent = draft.begun().options().parent();
        Integer own = definition.budget().maxDepth();
        int most = parent == null ? Budget.DEPTH_DEFAULT : parent.depthLeft();
        return own == null ? most : parent == null ? own : Math.min(own, most);
    }

    /**
     * Another attempt at a child that failed is another child; one that was lost sight of is the same. With colons, because task
     * ids have none.
     */
    String childId(Target.Element element, Progress progress) {
        return childId(draft.begun().executionId(), task(element).id(), element, progress);
    }

    static String childId(String executionId, String taskId, Target.Element element, Progress progress) {
        String suffix = progress.retries() == 0 ? "" : ":" + progress.retries();
        return bounded(idempotencyKey(executionId, taskId, element, progress).replace('/', ':') + suffix);
    }

    /** Ids of children of children grow; a digest in the place of the end keeps them short, different and the same each time. */
    private static String bounded(String id) {
        if (id.length() <= ExecutionKey.ID_LENGTH_MAX) {
            return id;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            String end = HexFormat.of().formatHex(digest, 0, 16);
            return id.substring(0, ExecutionKey.ID_LENGTH_MAX - end.length() - 1) + ":" + end;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Effect runUndo(AttemptKey key, Completion completion, ElementState.Running running, JsonNode input) {
        Progress progress = running.progress();
        Task task = task(completion.element());
        Compensation compensation = compensation(completion);
        Progress done = new Progress(generation(completion.element()), 0, 0, 0, 0, false, null, null);
        return new Effect.Run(
                key,
                task.id(),
                compensation.agent(),
                compensation.action(),
                input,
                progress.attempts(),
                idempotencyKey(completion.element(), done) + "/undo",
                priority(task),
                task.timeout(),
                null,
                progress.losses(),
                running.begun());
    }

    private String idempotencyKey(Target.Element element, Progress progress) {
        return idempotencyKey(draft.begun().executionId(), task(element).id(), element, progress);
    }

    private static String idempotencyKey(String executionId, String taskId, Target.Element element, Progress progress) {
        return executionId + "/" + taskId + "/" + element.element() + "/" + progress.iteration() + "/"
                + progress.generation();
    }

    private int generation(Target.Element element) {
        TaskState state = draft.tasks.get(element.task());
        TaskState.Fan fan = TaskState.fanOf(state);
        ElementState ofElement = fan == null ? null : fan.elements().get(element.element());
        return ofElement == null
                ? TaskState.generationOf(state)
                : Elements.progress(ofElement).generation();
    }

    private Priority priority(Task task) {
        return priority(definition, draft, task);
    }

    static Priority priority(Definition definition, Draft draft, Task task) {
        Priority ofExecution = draft.begun().options().priority();
        return task.priority() != null ? task.priority() : ofExecution != null ? ofExecution : definition.priority();
    }

    private Sight sightOfAttempt(Target.Element element) {
        Sight sight = sight(element);
        if (task(element).repeat() == null) {
            return sight;
        }
        Progress progress = Elements.progress(draft.state(element));
        JsonNode previous = progress.previous() == null ? NullNode.instance : progress.previous();
        return sight.withOutput(previous, progress.iteration());
    }

    /** What an element has of its own: its item, its number, the event that its task has taken. */
    Sight sight(Target.Element element) {
        TaskState state = draft.tasks.get(element.task());
        TaskState.Fan fan = TaskState.fanOf(state);
        if (fan == null) {
            return Sight.ofExecution(rules.plan(), draft, lookup).withEvent(payload(TaskState.eventOf(state)));
        }
        return new Sight(rules.plan(), draft, lookup, fan, element.element(), payload(fan.event()), null, null);
    }

    private static @Nullable JsonNode payload(TaskState.@Nullable Taken event) {
        return event == null ? null : event.payload();
    }

    private Completion completion(Target.Undo undo) {
        if (draft.undoing == null) {
            throw new IllegalStateException("nothing is undone now, and " + undo + " is asked for");
        }
        return draft.undoing.entries().get(undo.entry());
    }

    private Compensation compensation(Completion completion) {
        Compensation compensation = task(completion.element()).compensation();
        if (compensation == null) {
            throw new IllegalStateException(
                    "task \"" + task(completion.element()).id() + "\" names no compensation, but is to be undone");
        }
        return compensation;
    }

    Task task(Target target) {
        return switch (target) {
            case Target.Element element -> definition.tasks().get(element.task());
            case Target.Undo undo ->
                definition.tasks().get(completion(undo).element().task());
        };
    }

    private Task task(Target.Element element) {
        return definition.tasks().get(element.task());
    }

    private static IllegalStateException noAttempt(Task task) {
        return new IllegalStateException("no attempt is made at task \"" + task.id() + "\": it waits");
    }
}
