package dev.capocomico.persistence.store;

import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.persistence.wire.Milestone;
import dev.capocomico.persistence.wire.StepSkim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of the journal says about one execution: the sum of its steps there. Where they say nothing, null: then what the table
 * has stays. Grows step by step; for one thread.
 */
final class Change {
    /** The end of the year 9999, because a database's times have an end. */
    private static final long TIME_MAX_MILLIS = 253_402_300_799_999L;

    final ExecutionKey key;
    long steps;
    long atMillis;
    Milestone.@Nullable Started started;
    long startedAtMillis;

    @Nullable Boolean paused;

    @Nullable Boolean compensating;

    Milestone.@Nullable Ended ended;
    long endedAtMillis;
    /** Whether it was retried after an end, and has not ended since. */
    boolean revived;

    boolean parked;

    @Nullable Long wakeAtMillis;
    /** Whether nothing that was waited for before these steps is waited for any more. */
    boolean waitsForgotten;
    /** By the number of a task: whether it waits for an event. */
    final Map<Integer, Boolean> waits = new HashMap<>();

    /** What somebody from outside had it do. */
    final List<Call> calls = new ArrayList<>();

    /** One of those, and the step that tells of it. */
    record Call(long step, long atMillis, Origin origin) {}

    Change(ExecutionKey key) {
        this.key = key;
    }

    void add(long step, StepSkim skim) {
        steps = step;
        atMillis = clamp(skim.atMillis());
        parked = false;
        wakeAtMillis = null;
        skim.milestones().forEach(this::add);
    }

    private void add(Milestone milestone) {
        switch (milestone) {
            case Milestone.Started begun -> {
                started = begun;
                startedAtMillis = atMillis;
            }
            case Milestone.Called called -> calls.add(new Call(steps, atMillis, called.origin()));
            case Milestone.Paused pause -> paused = true;
            case Milestone.Resumed resumed -> paused = false;
            case Milestone.CompensationBegan began -> compensating = true;
            case Milestone.EndingBegan began -> forgetWaits();
            case Milestone.Ended end -> {
                ended = end;
                endedAtMillis = atMillis;
                revived = false;
                liveAgain();
            }
            case Milestone.Retried retried -> {
                ended = null;
                revived = true;
                liveAgain();
            }
            case Milestone.Parked park -> {
                parked = true;
                wakeAtMillis = park.wakeAtMillis() == ExecutionState.NEVER ? null : clamp(park.wakeAtMillis());
            }
            case Milestone.EventAwaited awaited -> waits.put(awaited.task(), true);
            case Milestone.EventWaitOver over -> waits.put(over.task(), false);
        }
    }

    private void liveAgain() {
        paused = false;
        compensating = false;
        forgetWaits();
    }

    private void forgetWaits() {
        waitsForgotten = true;
        waits.clear();
    }

    /** Whether the execution's definition must be looked at to take this in. */
    boolean needsDefinition() {
        return started != null
                || waits.containsValue(true)
                || (ended != null && ended.ending().task() != null);
    }

    @Nullable String endStatus() {
        return ended == null ? null : ended.ending().kind().status().wireName();
    }

    /** Of an execution that these steps begin. */
    String status() {
        String end = endStatus();
        if (end != null) {
            return end;
        }
        return Boolean.TRUE.equals(paused)
                ? "paused"
                : Boolean.TRUE.equals(compensating) ? "compensating" : "executing";
    }

    private static long clamp(long millis) {
        return Math.clamp(millis, 0, TIME_MAX_MILLIS);
    }
}
