package dev.capocomico.model.execution;

import java.util.List;

/** One thing that an execution waits for: what "why is this waiting?" is answered from. */
public sealed interface Waiting {
    /** For a person. */
    String sentence();

    /** An agent has the attempt, or the queue for one. */
    record ForAttempt(String task, Target target, int attempt, long sinceMillis) implements Waiting {
        @Override
        public String sentence() {
            return switch (target) {
                case Target.Element element ->
                    "attempt %d at element %d of task \"%s\" runs".formatted(attempt, element.element(), task);
                case Target.Undo undo -> "attempt %d at undoing task \"%s\" runs".formatted(attempt, task);
            };
        }
    }

    record ForChild(String task, String childId) implements Waiting {
        @Override
        public String sentence() {
            return "task \"%s\" waits for the execution \"%s\"".formatted(task, childId);
        }
    }

    /** {@code deadlineMillis} may be {@link ExecutionState#NEVER}. */
    record ForSignal(String task, String signal, long deadlineMillis) implements Waiting {
        @Override
        public String sentence() {
            return "task \"%s\" waits for a signal \"%s\"".formatted(task, signal);
        }
    }

    /** {@code deadlineMillis} may be {@link ExecutionState#NEVER}. */
    record ForEvent(String task, String topic, long deadlineMillis) implements Waiting {
        @Override
        public String sentence() {
            return "task \"%s\" waits for an event of topic \"%s\"".formatted(task, topic);
        }
    }

    /** A sleep, or the delay before another attempt. */
    record ForTime(String task, long untilMillis) implements Waiting {
        @Override
        public String sentence() {
            return "task \"%s\" goes on later".formatted(task);
        }
    }

    /** It could start, but as many attempts are in flight as may be. */
    record ForSlot(String task) implements Waiting {
        @Override
        public String sentence() {
            return "task \"%s\" waits for one of the attempts in flight to end, because there may be no more"
                    .formatted(task);
        }
    }

    /** It could start; the node that had it stopped, or the last step has left it to the next. */
    record ForNode(String task) implements Waiting {
        @Override
        public String sentence() {
            return "task \"%s\" starts as soon as a node takes it up".formatted(task);
        }
    }

    record ForTasks(String task, List<String> dependencies) implements Waiting {
        public ForTasks {
            dependencies = List.copyOf(dependencies);
        }

        @Override
        public String sentence() {
            return "task \"%s\" waits for %s".formatted(task, String.join(", ", dependencies));
        }
    }

    record ForResume(long sinceMillis) implements Waiting {
        @Override
        public String sentence() {
            return "the execution is paused, and waits for somebody to resume it";
        }
    }
}
