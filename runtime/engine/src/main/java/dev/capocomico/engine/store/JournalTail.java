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
     * @param more whether there is more to be had at once
     */
    record News(Set<ExecutionKey> executions, Position next, boolean more) {
        public News {
            executions = Set.copyOf(executions);
        }
    }

    /** Where {@link #steps} has told everything so far. */
    Position listed();

    /** Which executions have steps since a place that {@link #steps} tells, and of which workflows. Costs as much as there are new steps. */
    Listed listedSince(Position after, int limit);

    /**
     * What {@link #steps} has to tell.
     *
     * @param next up to where no others have any
     * @param more whether there is more to be had at once
     */
    record Listed(Set<StepOwner> owners, Position next, boolean more) {
        public Listed {
            owners = Set.copyOf(owners);
        }
    }

    /** An execution, and what it is one of. */
    record StepOwner(ExecutionKey key, String workflow, String version) {}

    /**
     * The steps of all executions of a workflow, in the order of commits. Lags behind the journal by moments, as {@link ExecutionList}
     * does. Looks at the steps of all others since the place, so whoever knows that there are none of the workflow goes on behind them.
     *
     * @param executionId to hear of one alone; null for all of them
     */
    Steps steps(Which which, @Nullable String executionId, Position after, int limit);

    /**
     * Some steps.
     *
     * @param through up to here there are no others
     */
    record Steps(List<StepPlace> places, Position through) {
        public Steps {
            places = List.copyOf(places);
        }
    }

    /** Where a step stands, and of which version of the workflow its execution is. */
    record StepPlace(Position position, ExecutionKey key, long number, String version, String digest) {}
}
