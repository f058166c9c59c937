package dev.capocomico.persistence.store;

import dev.capocomico.model.execution.ExecutionKey;

/** How the rows of an execution are found in the journal. */
final class JournalRows {
    private JournalRows() {}

    /** As Pekko joins the type of an entity and its id. */
    static String persistenceId(ExecutionKey key) {
        return "execution|" + key;
    }
}
