package dev.capocomico.model.execution;

import java.util.function.BiConsumer;

/** The attempts that run, found by looking at every task: for recoveries and endings, not for every step. */
record Running(Draft draft) {
    void forEach(BiConsumer<Target, ElementState.Running> action) {
        for (int task = 0; task < draft.tasks.size(); task++) {
            switch (draft.tasks.get(task)) {
                case TaskState.Single single -> visit(new Target.Element(task, 0), single.element(), action);
                case TaskState.Fan fan -> {
                    for (int element = 0; element < fan.count(); element++) {
                        if (fan.elements().get(element) instanceof ElementState.Running running) {
                            action.accept(new Target.Element(task, element), running);
                        }
                    }
                }
                case TaskState.Blocked blocked -> {}
                case TaskState.Ready ready -> {}
                case TaskState.AwaitingEvent waiting -> {}
                case TaskState.AwaitingSignal waiting -> {}
                case TaskState.Sleeping sleeping -> {}
                case TaskState.Over over -> {}
                case null -> {}
            }
        }
        if (draft.undoing != null) {
            for (int entry = 0; entry < draft.undoing.next(); entry++) {
                ElementState state = draft.undoing.states().get(entry);
                if (state != null) {
                    visit(new Target.Undo(entry), state, action);
                }
            }
        }
    }

    private static void visit(Target target, ElementState state, BiConsumer<Target, ElementState.Running> action) {
        if (state instanceof ElementState.Running running) {
            action.accept(target, running);
        }
    }
}
