package dev.capocomico.http.workflow;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What stands for a workflow in a path. */
sealed interface WorkflowAddress {
    Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** Its id, unless it is the name of another: a name may look like an id. */
    record Id(String id) implements WorkflowAddress {}

    /** {@code version} is null for the one registered last. */
    record Named(String name, @Nullable String version) implements WorkflowAddress {}

    /** Its definition. No path names it so. */
    record Digest(String digest) implements WorkflowAddress {}

    static WorkflowAddress parse(String text) {
        if (UUID.matcher(text).matches()) {
            return new Id(text);
        }
        int colon = text.indexOf(':');
        return colon < 0 ? new Named(text, null) : new Named(text.substring(0, colon), text.substring(colon + 1));
    }

    /** Whether it means another workflow tomorrow than today. */
    default boolean moves() {
        return this instanceof Named named && named.version() == null;
    }
}
