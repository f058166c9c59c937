package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Step;
import java.util.List;

/** Reads the journal of one execution, for those who want to know what has happened. */
public interface StepLog {
    /** The steps after a number, in order; fewer than the limit when the end was reached. Empty for an execution that is not there. */
    List<Step> read(ExecutionKey key, long after, int limit);
}
