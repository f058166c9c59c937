package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be found out about executions without asking them. It lags behind them by moments; what must be true now is asked of the
 * execution itself.
 */
public interface ExecutionList {
    int LIMIT_MAX = 500;

    /**
     * A page, newest start first.
     *
     * @param after the {@link Page#next} of the page before; null for the first
     * @param limit 1 to {@link #LIMIT_MAX}
     */
    Page list(String tenant, Filter filter, @Nullable Cursor after, int limit);

    /** One execution with all that is known of it; empty when the table does not know it (yet). */
    Optional<Entry> find(ExecutionKey key);

    /**
     * What has to be true of an execution; null asks for nothing.
     *
     * @param among of the names of workflows
     * @param labels all of which it has
     * @param since of the start, inclusive
     * @param until of the start, exclusive
     */
    record Filter(
            @Nullable ExecutionStatus status,
            @Nullable String workflow,
            NamePatterns among,
            List<Label> labels,
            @Nullable Instant since,
            @Nullable Instant until) {
        public static final Filter ALL = new Filter(null, null, NamePatterns.ANY, List.of(), null, null);

        public Filter {
            labels = List.copyOf(labels);
        }
    }

    record Label(String name, String value) {}

    /** Where a page ends. Pages that follow each other hold no execution twice, whatever starts meanwhile. */
    record Cursor(Instant startedAt, String executionId) {}

    /**
     * Some of them.
     *
     * @param next null when nothing follows
     */
    record Page(List<Entry> entries, @Nullable Cursor next) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /**
     * An execution as the table has it.
     *
     * @param workflowId of the registered workflow; null when its definition was executed without being registered
     * @param steps how many steps the table knows of
     * @param wakeAt of one that is parked; null when nothing but a message can wake it
     * @param summary how it ended; null before
     * @param quarantined since when and why it cannot be recovered; null when nothing is wrong with it
     */
    record Entry(
            ExecutionKey key,
            @Nullable String workflowId,
            String workflow,
            String version,
            String digest,
            ExecutionStatus status,
            Priority priority,
            Instant startedAt,
            @Nullable Instant endedAt,
            Instant updatedAt,
            boolean parked,
            @Nullable Instant wakeAt,
            long steps,
            @Nullable String parentExecutionId,
            @Nullable String parentTaskId,
            Map<String, String> labels,
            @Nullable Summary summary,
            @Nullable Quarantined quarantined) {
        public Entry {
            labels = Map.copyOf(labels);
        }
    }

    /** That an execution cannot be recovered. */
    record Quarantined(Instant since, String reason) {}

    /**
     * How an execution ended.
     *
     * @param kind {@code completed}, {@code failed}, {@code cancelled} or {@code timed_out}
     * @param task whose failure it was; null when no task is to blame
     * @param output null when there is none, or it is too large to be kept here
     */
    record Summary(
            String kind,
            String code,
            String message,
            @Nullable String task,
            @Nullable JsonNode output) {}
}
