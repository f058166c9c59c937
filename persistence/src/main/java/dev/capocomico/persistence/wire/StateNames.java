package dev.capocomico.persistence.wire;

import dev.capocomico.model.execution.Phase;
import dev.capocomico.model.execution.TaskStatus;

/** The words of a snapshot. Another word, order or meaning is another {@link #STATE}: old snapshots are then left unread. */
final class StateNames {
    static final String STATE = "state/2";

    static final String BLOCKED = "blocked";
    static final String READY = "ready";
    static final String AWAITING_EVENT = "awaiting_event";
    static final String AWAITING_SIGNAL = "awaiting_signal";
    static final String SLEEPING = "sleeping";
    static final String SINGLE = "single";
    static final String FAN = "fan";
    static final String OVER = "over";

    static final String FRESH = "fresh";
    static final String DUE = "due";
    static final String RUNNING = "running";
    static final String RESTING = "resting";
    static final String DONE = "done";
    static final String FAILED = "failed";

    static final String START_TASK = "start_task";
    static final String START_ELEMENT = "start_element";
    static final String TRY_AGAIN = "try_again";

    private StateNames() {}

    static String of(Phase phase) {
        return switch (phase) {
            case NEW -> "new";
            case RUNNING -> "running";
            case ENDING -> "ending";
            case COMPENSATING -> "compensating";
            case ENDED -> "ended";
        };
    }

    static Phase phase(String name) {
        for (Phase phase : Phase.values()) {
            if (of(phase).equals(name)) {
                return phase;
            }
        }
        throw Names.unknown("phase", name);
    }

    static TaskStatus status(String name) {
        return Names.choice(TaskStatus.class, "status of a task", name);
    }
}
