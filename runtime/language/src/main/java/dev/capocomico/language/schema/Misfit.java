package dev.capocomico.language.schema;

import org.jspecify.annotations.Nullable;

/**
 * Something in a value that does not fit a schema.
 *
 * @param pointer JSON pointer of the value
 * @param key when not the value itself but one of its keys is wrong, that key
 * @param message one sentence without a full stop
 */
public record Misfit(String pointer, @Nullable String key, String message) {
    Misfit(String pointer, String message) {
        this(pointer, null, message);
    }
}
