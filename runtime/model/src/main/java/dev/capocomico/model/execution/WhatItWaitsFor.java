package dev.capocomico.model.execution;

import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.value.Values;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names everything that an execution waits for. */
final class WhatItWaitsFor {
    private final Plan plan;
    private final Rules rules;
    private final ExecutionState state;
    private final Draft draft;
    private final Attempts attempts;
    private final List<Waiting> all = new ArrayList<>();

    WhatItWaitsFor(Rules rules, ExecutionState state) {
        this.rules = rules;
        this.plan = rules.plan();
        this.state = state;
        this.draft = new Draft(state, state.steps(), state.atMillis());
        this.attempts = new Attempts(rules, draft, new Lookup(Values.NONE));
    }

    List<Waiting> list() {
        if (state.phase() == Phase.NEW || state.phase() == Phase.ENDED) {
            return List.of();
        }
        if (state.paused()) {
            all.add(new Waiting.ForResume(state.pausedSinceMillis()));
        }
        new Running(draft).forEach(this::running);
        if (state.phase() == Phase.RUNNING) {
            for (int task = 0; task < plan.size(); task++) {
                task(task);
            }
        }
        undoing();
        return List.copyOf(all);
    }

    private void running(Target target, ElementState.Running running) {
        String id = attempts.task(target).id();
        if (target instanceof Target.Element element && attempts.isChild(target)) {
            all.add(new Waiting.ForChild(id, attempts.childId(element, running.progress())));
        } else {
            all.add(new Waiting.ForAttempt(id, target, running.progress().attempts(), running.sinceMillis()));
        }
    }

    private void task(int index) {
        Task task = plan.definition().tasks().get(index);
        String id = task.id();
        switch (state.tasks().get(index)) {
            case TaskState.Ready ready -> all.add(forTurn(id));
            case TaskState.AwaitingEvent waiting -> {
                EventWait event = task.onEvent();
                all.add(new Waiting.ForEvent(id, event == null ? "" : event.topic(), waiting.deadlineMillis()));
            }
            case TaskState.AwaitingSignal waiting -> {
                String signal = task.work() instanceof Work.WaitFor wait ? wait.signal() : "";
                all.add(new Waiting.ForSignal(id, signal, waiting.deadlineMillis()));
            }
            case TaskState.Sleeping sleeping -> all.add(new Waiting.ForTime(id, sleeping.untilMillis()));
            case TaskState.Single single -> element(id, single.element());
            case TaskState.Fan fan -> fan(id, fan);
            case TaskState.Blocked blocked -> all.add(new Waiting.ForTasks(id, openDependencies(index)));
            case TaskState.Over over -> {}
            case null -> all.add(new Waiting.ForTasks(id, openDependencies(index)));
        }
    }

    private void fan(String id, TaskState.Fan fan) {
        for (int element = 0; element < fan.count(); element++) {
            element(id, fan.elements().get(element));
        }
        if (fan.queued() && fan.next() < fan.count()) {
            all.add(forTurn(id));
        }
    }

    private Waiting forTurn(String id) {
        return Starts.hasMore(rules, draft) ? new Waiting.ForNode(id) : new Waiting.ForSlot(id);
    }

    private void element(String id, @Nullable ElementState element) {
        if (element instanceof ElementState.Resting resting) {
            all.add(new Waiting.ForTime(id, resting.untilMillis()));
        } else if (element instanceof ElementState.Due) {
            all.add(forTurn(id));
        }
    }

    private void undoing() {
        Undoing undoing = state.undoing();
        if (undoing == null) {
            return;
        }
        for (int entry = 0; entry < undoing.next(); entry++) {
            element(attempts.task(new Target.Undo(entry)).id(), undoing.states().get(entry));
        }
        if (Starts.hasMore(rules, draft) && undoing.next() < undoing.entries().size()) {
            all.add(new Waiting.ForNode(
                    attempts.task(new Target.Undo(undoing.next())).id()));
        }
    }

    private List<String> openDependencies(int index) {
        List<String> open = new ArrayList<>();
        for (int k = 0; k < plan.graph().predecessorCount(index); k++) {
            int dependency = plan.graph().predecessor(index, k);
            if (!(state.tasks().get(dependency) instanceof TaskState.Over)) {
                open.add(plan.graph().id(dependency));
            }
        }
        return open;
    }
}
