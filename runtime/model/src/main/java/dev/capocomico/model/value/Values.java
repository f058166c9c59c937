package dev.capocomico.model.value;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The port through which the rules find what a {@link Reference} stands for. It never waits: what is not at hand is not found, and the
 * rules say that they need it. Of one reference it finds the same value each time that it finds one.
 */
@FunctionalInterface
public interface Values {
    /** Nothing is at hand. */
    Values NONE = reference -> null;

    /**
     * The value, which may hold references itself; null when it is not at hand; a {@linkplain JsonNode#isMissingNode missing node} when
     * there is no such value any more, or it is damaged.
     */
    @Nullable JsonNode find(Reference reference);
}
