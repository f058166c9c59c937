package dev.capocomico;

import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.retry.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What may be said when a workflow is executed. Immutable; each method gives changed options. */
public final class ExecutionOptions {
    /** Nothing is said, and the execution gets an id of its own. */
    public static final ExecutionOptions DEFAULT = new ExecutionOptions(null, StartOptions.NONE);

    private final @Nullable String id;
    private final StartOptions start;

    private ExecutionOptions(@Nullable String id, StartOptions start) {
        this.id = id;
        this.start = start;
    }

    /**
     * The execution's id. To execute with the same id, workflow and input again gives the same execution.
     *
     * @param id letters, digits and {@code . _ : -}, at most 200, a letter or digit first
     */
    public static ExecutionOptions id(String id) {
        ExecutionKey.requireId(id);
        return new ExecutionOptions(id, StartOptions.NONE);
    }

    /** When the execution as a whole is given up, in place of what the workflow says. */
    public ExecutionOptions timeout(Duration timeout) {
        return new ExecutionOptions(
                id,
                new StartOptions(timeout, start.retry(), start.priority(), start.maxAgents(), null, start.labels()));
    }

    /** The policy of tasks that name none. */
    public ExecutionOptions retry(RetryPolicy policy) {
        return new ExecutionOptions(
                id,
                new StartOptions(start.timeout(), policy, start.priority(), start.maxAgents(), null, start.labels()));
    }

    public ExecutionOptions priority(Priority priority) {
        return new ExecutionOptions(
                id,
                new StartOptions(start.timeout(), start.retry(), priority, start.maxAgents(), null, start.labels()));
    }

    /** How many attempts of the execution may be under way at once. */
    public ExecutionOptions maxAgents(int maxAgents) {
        if (maxAgents < 1) {
            throw new IllegalArgumentException("an execution needs one agent at least, not " + maxAgents);
        }
        return new ExecutionOptions(
                id,
                new StartOptions(start.timeout(), start.retry(), start.priority(), maxAgents, null, start.labels()));
    }

    /**
     * Words of one's own, to find the execution by.
     *
     * @throws IllegalArgumentException if there are more than 20, or one has a name or a value of more than 200 characters
     */
    public ExecutionOptions labels(Map<String, String> labels) {
        return new ExecutionOptions(
                id,
                new StartOptions(
                        start.timeout(),
                        start.retry(),
                        start.priority(),
                        start.maxAgents(),
                        null,
                        Words.labels(labels)));
    }

    String chosenId() {
        return Optional.ofNullable(id).orElseGet(() -> UUID.randomUUID().toString());
    }

    StartOptions start() {
        return start;
    }
}
