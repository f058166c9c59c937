package dev.capocomico.persistence.store;

import dev.capocomico.model.execution.ExecutionKey;

/** How the rows of an execution are found in the journal. */
final class JournalRows {
    /** Of all who keep an offset, the one who reads published events and not the journal. */
    static final String READER_OF_OTHERS = "event";

    /** What the rows of all executions begin with. */
    static final String EXECUTIONS = "execution|";

    private JournalRows() {}

    /** As Pekko joins the type of an entity and its id. */
    static String persistenceId(ExecutionKey key) {
        return "execution|" + key;
    }

    /** Reads what {@link #persistenceId} wrote. */
    static ExecutionKey key(String persistenceId) {
        return ExecutionKey.parse(persistenceId.substring(persistenceId.indexOf('|') + 1));
    }

    /** What those of a tenant begin with. */
    static String persistenceIds(String tenant) {
        return "execution|" + tenant + "/";
    }
}
