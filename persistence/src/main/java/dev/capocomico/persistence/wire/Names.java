package dev.capocomico.persistence.wire;

import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.wire.Wired;

/** The names of facts and choices as the journal has them. A name that was released stays; a new shape gets a new version. */
final class Names {
    static final String STEP = "step/1";

    static final String STARTED = "started/1";
    static final String TASK_SKIPPED = "task_skipped/1";
    static final String EVENT_AWAITED = "event_awaited/1";
    static final String EVENT_TAKEN = "event_taken/1";
    static final String EXPANDED = "expanded/1";
    static final String WAIT_BEGAN = "wait_began/1";
    static final String SLEEP_BEGAN = "sleep_began/1";
    static final String DISPATCHED = "dispatched/1";
    static final String DISPATCHED_WITH_INPUT = "dispatched/2";
    static final String SUCCEEDED = "succeeded/1";
    static final String ITERATION_ENDED = "iteration_ended/1";
    static final String ATTEMPT_FAILED = "attempt_failed/1";
    static final String ATTEMPT_BEGAN = "attempt_began/1";
    static final String ATTEMPT_LOST = "attempt_lost/1";
    static final String ATTEMPT_HANDED_BACK = "attempt_handed_back/1";
    static final String GAVE_UP = "gave_up/1";
    static final String TASK_CANCELLED = "task_cancelled/1";
    static final String TIMER_FIRED = "timer_fired/1";
    static final String UNDO_TIMER_FIRED = "undo_timer_fired/1";
    static final String SIGNAL_ARRIVED = "signal_arrived/1";
    static final String KEY_REMEMBERED = "key_remembered/1";
    static final String CALLED = "called/1";
    static final String PAUSED = "paused/1";
    static final String RESUMED = "resumed/1";
    static final String ENDING_BEGAN = "ending_began/1";
    static final String COMPENSATION_BEGAN = "compensation_began/1";
    static final String ENDED = "ended/1";
    static final String RETRIED = "retried/1";
    static final String PARKED = "parked/1";

    private Names() {}

    static String of(Ending.Kind kind) {
        return switch (kind) {
            case COMPLETED -> "completed";
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
            case TIMED_OUT -> "timed_out";
        };
    }

    static Ending.Kind endingKind(String name) {
        for (Ending.Kind kind : Ending.Kind.values()) {
            if (of(kind).equals(name)) {
                return kind;
            }
        }
        throw unknown("way to end", name);
    }

    static <E extends Enum<E> & Wired> E choice(Class<E> type, String what, String name) {
        for (E choice : type.getEnumConstants()) {
            if (choice.wireName().equals(name)) {
                return choice;
            }
        }
        throw unknown(what, name);
    }

    static UnreadableStepException unknown(String what, String name) {
        String shown = name.length() <= 60 ? name : name.substring(0, 60) + "…";
        return new UnreadableStepException(
                "this program knows no %s \"%s\"; a newer one has written it".formatted(what, shown), null);
    }
}
