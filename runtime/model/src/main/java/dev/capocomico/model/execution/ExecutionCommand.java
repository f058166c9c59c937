package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of an execution. The time is the sender's; the execution never goes back behind what it has seen. */
public sealed interface ExecutionCommand {
    long atMillis();

    /**
     * Begins the execution.
     *
     * @param by who asked, for the history
     */
    record Start(
            long atMillis,
            String executionId,
            JsonNode input,
            StartOptions options,
            @Nullable String by) implements ExecutionCommand {}

    /**
     * Attempts have ended, or are known to be lost.
     *
     * @param chance in [0, 1), for the jitter of retries
     */
    record Report(long atMillis, List<Outcome> outcomes, double chance) implements ExecutionCommand {
        public Report {
            outcomes = List.copyOf(outcomes);
        }
    }

    /**
     * The node stops: how attempts have ended, and which are handed back. Nothing is started by this; whoever carries the execution
     * next goes on with it.
     *
     * @param chance as in {@link Report}
     */
    record HandBack(long atMillis, List<Outcome> outcomes, double chance) implements ExecutionCommand {
        public HandBack {
            outcomes = List.copyOf(outcomes);
        }
    }

    /** How one attempt ended. */
    record Outcome(AttemptKey key, AttemptResult result) {}

    /** Time has passed. */
    record Tick(long atMillis) implements ExecutionCommand {}

    /** An event of the topic that a task waits for; it takes it if it matches. */
    record OfferEvent(long atMillis, int task, String eventId, JsonNode event) implements ExecutionCommand {}

    /**
     * An answer for a {@code wait_for}.
     *
     * @param key a signal with a key that was seen before changes nothing
     */
    record Signal(
            long atMillis,
            String name,
            JsonNode payload,
            @Nullable String key,
            @Nullable String by) implements ExecutionCommand {}

    record Pause(long atMillis, @Nullable String by) implements ExecutionCommand {}

    record Resume(long atMillis, @Nullable String by) implements ExecutionCommand {}

    record Cancel(
            long atMillis,
            @Nullable String reason,
            @Nullable String by) implements ExecutionCommand {}

    record CancelTask(
            long atMillis, String taskId, @Nullable String by) implements ExecutionCommand {}

    /**
     * A command that counts once, however often it comes: one with a key that was seen before changes nothing, and is accepted as it
     * was then, wherever the execution stands by now. Not for a start, a signal or a report, which have something of their own.
     *
     * @param key among those of signals too
     */
    record Keyed(String key, ExecutionCommand command) implements ExecutionCommand {
        @Override
        public long atMillis() {
            return command.atMillis();
        }
    }

    /**
     * A command that somebody gave from outside. Where it came from is kept if the command changes anything.
     *
     * @param command not one of these itself
     */
    record Called(Origin origin, ExecutionCommand command) implements ExecutionCommand {
        @Override
        public long atMillis() {
            return command.atMillis();
        }
    }

    /**
     * Goes on with an execution that has ended without success.
     *
     * @param force also when some of it could not be undone
     */
    record Retry(long atMillis, boolean force, @Nullable String by) implements ExecutionCommand {}
}
