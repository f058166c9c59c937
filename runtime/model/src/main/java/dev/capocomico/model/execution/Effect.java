package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.expression.Correlation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What an execution owes to the world. Whoever receives one must tolerate it twice. */
public sealed interface Effect {
    /**
     * This attempt runs. Owed until it has ended; whoever finds it gone reports it as lost.
     *
     * @param role which agent does it
     * @param number of the attempt, from 1, over all iterations
     * @param losses how often the target was lost before. When it was, an agent begins only when that is written; when it was more than
     *     once, it may be what takes its node down
     * @param begun of one that was lost before: that its agent begins is written, and it may go on
     */
    record Run(
            AttemptKey key,
            String taskId,
            String role,
            String action,
            JsonNode input,
            int number,
            String idempotencyKey,
            Priority priority,
            @Nullable Duration timeout,
            @Nullable Duration heartbeat,
            int losses,
            boolean begun)
            implements Effect {}

    /**
     * This child execution runs, is asked for its end, and is begun if it is not there.
     *
     * @param options what it is begun with
     * @param dispatchedAtMillis when it was first to be begun
     */
    record RunChild(
            AttemptKey key,
            String taskId,
            String childId,
            String workflow,
            @Nullable String version,
            JsonNode input,
            StartOptions options,
            long dispatchedAtMillis)
            implements Effect {}

    /** The attempt is not wanted any more; its agent, or child, is told so. */
    record Stop(AttemptKey key) implements Effect {}

    /**
     * Events of this topic are offered to the task, in order: all that were published since the execution began.
     *
     * @param correlation what every event has that the task can take: others need not be offered; null when nothing is known of them
     */
    record Listen(
            int task,
            String topic,
            long sinceMillis,
            @Nullable Correlation correlation) implements Effect {}
}
