package dev.capocomico.model.execution;

import dev.capocomico.model.collection.Chunks;
import java.util.List;

/**
 * A compensation under way, or over.
 *
 * @param entries in the order in which they are undone
 * @param next the first entry that was not tried
 * @param active entries that were tried and have not ended
 * @param ended entries that are undone, or could not be
 */
public record Undoing(
        List<Completion> entries,
        Chunks<ElementState> states,
        int next,
        int active,
        int ended,
        boolean someFailed,
        long deadlineMillis) {

    Undoing with(int entry, ElementState state) {
        ElementState before = states.get(entry);
        var edited = states.edit();
        edited.set(entry, state);
        int activated = (Elements.active(state) ? 1 : 0) - (Elements.active(before) ? 1 : 0);
        int newlyOver = (Elements.over(state) ? 1 : 0) - (Elements.over(before) ? 1 : 0);
        boolean failed = someFailed || state instanceof ElementState.Failed;
        return new Undoing(
                entries,
                edited.freeze(),
                Math.max(next, entry + 1),
                active + activated,
                ended + newlyOver,
                failed,
                deadlineMillis);
    }

    Undoing withDeadline(long newDeadlineMillis) {
        return new Undoing(entries, states, next, active, ended, someFailed, newDeadlineMillis);
    }

    boolean over() {
        return ended == entries.size();
    }

    boolean undone(int entry) {
        return states.get(entry) instanceof ElementState.Done;
    }
}
