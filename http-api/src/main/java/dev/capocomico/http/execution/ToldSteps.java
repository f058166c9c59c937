package dev.capocomico.http.execution;

import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.history.Chronicle;
import dev.capocomico.model.history.HistoryEntry;
import java.util.List;

/** What steps say to people. */
public final class ToldSteps {
    private ToldSteps() {}

    /**
     * Adds the next step to a chronicle.
     *
     * @throws UnreadableException if the step can be read and makes no sense where it stands; then the chronicle is of no use any more
     */
    public static List<HistoryEntry> add(Chronicle chronicle, ExecutionKey key, Step step) {
        try {
            return chronicle.add(step);
        } catch (RuntimeException | StackOverflowError e) {
            throw new UnreadableException(
                    "step %d of execution %s cannot be understood: %s".formatted(step.number(), key.id(), e), e);
        }
    }
}
