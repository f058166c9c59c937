package dev.capocomico.engine.store;

import dev.capocomico.engine.store.WorkflowRuns.Which;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is being written to the journal, for those who look on: which executions go on, not what they do. Blocks. */
public interface JournalTail {
    /** A place in the journal, in the order of commits: nothing can appear before a place that was read. */
    record Position(long transaction, long ordering) implements Comparable<Position> {
        public static final Position START = new Position(0, 0);

        private static final Comparator<Position> ORDER =
                Comparator.comparingLong(Position::transaction).thenComparingLong(Position::ordering);

        @Override
        public int compareTo(Position other) {
            return ORDER.compare(this, other);
        }
    }

    /** A place behind everything that was committed so far, and before everything that will be. */
    Position end();

    /** Which executions have gone on since a place. */
    News news(Position after, int limit);

    /**
     * What is new.
     *
     * @param listed how far {@link #steps} can tell
     * @param more whether there is more to be had at once
     */
    record News(Set<ExecutionKey> executions, Position next, Position listed, boolean more) {
        public News {
            executions = Set.copyOf(executions);
        }
    }

    /** Where {@link #steps} has told everything so far. */
    Position listed();

    /**
     * The steps of all executions of a workflow, in the order of commits. Lags behind the journal by moments, as {@link ExecutionList}
     * does.
     *
     * @param executionId to hear of one alone; null for all of them
     */
    List<StepPlace> steps(Which which, @Nullable String executionId, Position after, int limit);

    /** Where a step stands, and of which version of the workflow its execution is. */
    record StepPlace(Position position, ExecutionKey key, long number, String version, String digest) {}
}
