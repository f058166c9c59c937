package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionState;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** One timer for whatever falls due next, moved only when that is something else. Part of the front's actor. */
final class Reminder {
    /** Longer ones are set again: the scheduler has an end. */
    private static final Duration LONGEST_TIMER = Duration.ofHours(1);

    private final TimerScheduler<ExecutionMessage> timers;
    private final InstantSource clock;
    private long setForMillis = ExecutionState.NEVER;

    Reminder(TimerScheduler<ExecutionMessage> timers, InstantSource clock) {
        this.timers = timers;
        this.clock = clock;
    }

    void remindAt(long dueMillis) {
        if (dueMillis == setForMillis) {
            return;
        }
        setForMillis = dueMillis;
        if (dueMillis == ExecutionState.NEVER) {
            timers.cancel(FrontMessage.Alarm.SOMETHING_IS_DUE);
        } else {
            long waitMillis = Math.clamp(dueMillis - clock.millis(), 1, LONGEST_TIMER.toMillis());
            timers.startSingleTimer(FrontMessage.Alarm.SOMETHING_IS_DUE, Duration.ofMillis(waitMillis));
        }
    }

    void rang() {
        setForMillis = ExecutionState.NEVER;
    }

    /** The clock was set, or the machine slept: how long the timer waits was reckoned by another clock. */
    void clockMoved() {
        setForMillis = ExecutionState.NEVER;
        timers.cancel(FrontMessage.Alarm.SOMETHING_IS_DUE);
    }
}
