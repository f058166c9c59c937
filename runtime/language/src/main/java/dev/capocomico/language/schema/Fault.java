package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A keyword that a value does not satisfy.
 *
 * @param keyword with which {@link Misfits} finds its sentence
 * @param pointer of the value
 * @param property which of the value's keys is meant, or which other one a keyword names
 * @param said the keyword's value in the schema
 * @param isAlternative whether it stands below an {@code anyOf}, so that another alternative may say more
 */
record Fault(String keyword, String pointer, @Nullable String property, JsonNode said, boolean isAlternative) {
    int characters() {
        return pointer.length() + (property == null ? 0 : property.length());
    }
}
