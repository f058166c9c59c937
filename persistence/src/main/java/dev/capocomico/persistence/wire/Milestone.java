package dev.capocomico.persistence.wire;

import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.execution.StartOptions;
import org.jspecify.annotations.Nullable;

/** A fact that whoever looks at an execution from outside has to know, without its large values. */
public sealed interface Milestone {
    record Started(String planDigest, StartOptions options) implements Milestone {}

    /** Somebody from outside has asked for what else the step says. */
    record Called(Origin origin) implements Milestone {}

    record Paused() implements Milestone {}

    record Resumed() implements Milestone {}

    record CompensationBegan() implements Milestone {}

    record EndingBegan() implements Milestone {}

    /**
     * The end.
     *
     * @param output as JSON; null when there is none, or it is too large for a summary or kept outside the journal
     */
    record Ended(Ending ending, @Nullable String output) implements Milestone {}

    record Retried() implements Milestone {}

    record Parked(long wakeAtMillis) implements Milestone {}

    record EventAwaited(int task) implements Milestone {}

    /** The task does not wait for its event any more, or if it waits for something it is something else. */
    record EventWaitOver(int task) implements Milestone {}
}
