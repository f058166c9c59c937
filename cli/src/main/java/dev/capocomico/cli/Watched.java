package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.history.HistoryEntry;
import java.util.List;
import java.util.Optional;

/** An execution that somebody follows, wherever it lives. For one thread. */
interface Watched {
    String id();

    /** Returns when there may be news, and after a moment anyway, because what is shown has a clock. */
    void pause() throws InterruptedException;

    /** The command with which somebody goes on with it, or follows it, later. */
    String goOnWith();

    /** What answers a signal where nobody can be asked. */
    String answerWith(String signal);

    /**
     * What has happened since the last call, in order and each thing once; nothing when nothing has.
     *
     * @throws Away if it cannot be seen now; nothing is left out in the next call
     */
    List<HistoryEntry> news() throws InterruptedException;

    /** Where it stands after the last {@link #news}, which must have come back once; it may be a little ahead of them. */
    Account account();

    /** Whether it has ended, and all that led there was among the news. */
    boolean isOver();

    /**
     * Answers a task that waits.
     *
     * @throws Away if that could not be done, or would not be
     */
    void signal(String name, JsonNode payload) throws InterruptedException;

    /** Of an execution that has ended; empty unless it completed. */
    Optional<JsonNode> output() throws InterruptedException;

    /** It cannot be asked now, or will not do what it was asked for; the message is a sentence for a person. */
    final class Away extends RuntimeException {
        private static final long serialVersionUID = 1;

        Away(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
