package dev.capocomico.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.value.Measure;

/** Which values stand in a row, and which beside it, with a {@link dev.capocomico.model.value.Reference} in their place. */
public final class StoredValues {
    /** What is larger, roughly measured, is kept beside its row. */
    public static final int SIZE_MAX = 16 * 1024;

    private StoredValues() {}

    /** Looks at no more than it takes to know. What is kept elsewhere already makes nothing large. */
    public static boolean isLarge(JsonNode value) {
        return Measure.exceeds(value, SIZE_MAX);
    }
}
