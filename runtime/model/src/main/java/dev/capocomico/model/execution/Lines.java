package dev.capocomico.model.execution;

import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What stands in line to be started, and what falls due when. */
final class Lines {
    private final Definition definition;
    private final Draft draft;

    Lines(Definition definition, Draft draft) {
        this.definition = definition;
        this.draft = draft;
    }

    /** Only while tasks run: once it is known how the execution ends, no line forms any more. */
    void ready(int task, int generation, TaskState.@Nullable Taken event) {
        draft.put(task, new TaskState.Ready(generation, event));
        if (draft.phase != Phase.RUNNING) {
            return;
        }
        WorkItem item = new WorkItem.StartTask(task);
        if (needsSlot(definition.tasks().get(task), event != null)) {
            draft.ready = draft.ready.add(level(task), item);
        } else {
            draft.prompt = draft.prompt.add(item);
        }
    }

    /** A wait, a sleep or a fan-out to be expanded must not stand behind work for which there is no slot. */
    private static boolean needsSlot(Task task, boolean hasEvent) {
        boolean isCalled =
                switch (task.work()) {
                    case Work.AgentCall call -> true;
                    case Work.Child child -> true;
                    case Work.WaitFor wait -> false;
                    case Work.Sleep sleep -> false;
                };
        return isCalled && task.fanOut() == null && (task.onEvent() == null || hasEvent);
    }

    void startElements(int task) {
        draft.ready = draft.ready.add(level(task), new WorkItem.StartElement(task));
    }

    /** Fan-outs of one priority with elements left take turns. */
    void giveWay(int task) {
        if (draft.ready.peek() instanceof WorkItem.StartElement item && item.task() == task) {
            draft.ready = draft.ready.firstGivesWay();
        }
    }

    void tryAgain(Target target) {
        WorkItem item = new WorkItem.TryAgain(target);
        draft.ready = draft.ready.add(level(item), item);
    }

    /** A snapshot says in which order things stand, and not of which priority they are. */
    void sortWhatWasReadBack() {
        draft.ready = draft.ready.sorted(this::level);
    }

    private int level(WorkItem item) {
        return switch (item) {
            case WorkItem.StartTask start -> level(start.task());
            case WorkItem.StartElement start -> level(start.task());
            case WorkItem.TryAgain again -> level(task(again.target()));
        };
    }

    private int task(Target target) {
        return switch (target) {
            case Target.Element element -> element.task();
            case Target.Undo undo ->
                Objects.requireNonNull(draft.undoing, "nothing is being undone")
                        .entries()
                        .get(undo.entry())
                        .element()
                        .task();
        };
    }

    private int level(int task) {
        return Attempts.priority(definition, draft, definition.tasks().get(task))
                .level();
    }

    void remind(Target target, long atMillis) {
        if (atMillis != ExecutionState.NEVER) {
            draft.agenda = draft.agenda.add(atMillis, target);
        }
    }

    void remindWholeTask(int task, long atMillis) {
        remind(new Target.Element(task, ExecutionState.WHOLE_TASK), atMillis);
    }

    /** Only first entries are looked at, and here is where an entry that has become stale is dropped. */
    void forgetWhatIsStale() {
        for (WorkItem item = draft.prompt.peek(); item != null && !counts(item); item = draft.prompt.peek()) {
            draft.prompt = draft.prompt.rest();
        }
        for (WorkItem item = draft.ready.peek(); item != null && !counts(item); item = draft.ready.peek()) {
            draft.ready = draft.ready.rest();
        }
        for (var entry = draft.agenda.first(); entry != null && !counts(entry); entry = draft.agenda.first()) {
            draft.agenda = draft.agenda.withoutFirst();
        }
    }

    private boolean counts(WorkItem item) {
        return switch (item) {
            case WorkItem.StartTask start -> draft.tasks.get(start.task()) instanceof TaskState.Ready;
            case WorkItem.StartElement start ->
                draft.tasks.get(start.task()) instanceof TaskState.Fan fan && fan.queued();
            case WorkItem.TryAgain again -> draft.state(again.target()) instanceof ElementState.Due;
        };
    }

    private boolean counts(Agenda.Entry<Target> entry) {
        long at = entry.atMillis();
        if (entry.value() instanceof Target.Element element && element.element() == ExecutionState.WHOLE_TASK) {
            return switch (draft.tasks.get(element.task())) {
                case TaskState.Sleeping sleeping -> sleeping.untilMillis() == at;
                case TaskState.AwaitingSignal waiting -> waiting.deadlineMillis() == at;
                case TaskState.AwaitingEvent waiting -> waiting.deadlineMillis() == at;
                case TaskState.Blocked blocked -> false;
                case TaskState.Ready ready -> false;
                case TaskState.Single single -> false;
                case TaskState.Fan fan -> false;
                case TaskState.Over over -> false;
                case null -> false;
            };
        }
        return switch (draft.state(entry.value())) {
            case ElementState.Resting resting -> resting.untilMillis() == at;
            case ElementState.Running running -> running.stopByMillis() != null && running.stopByMillis() == at;
            case ElementState.Fresh fresh -> false;
            case ElementState.Due due -> false;
            case ElementState.Done done -> false;
            case ElementState.Failed failed -> false;
            case null -> false;
        };
    }
}
