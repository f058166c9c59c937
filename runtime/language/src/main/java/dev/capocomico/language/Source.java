package dev.capocomico.language;

import java.nio.charset.StandardCharsets;

/**
 * A document as it arrived.
 *
 * @param name what the user calls it: a file's path, or such as {@code <request>}; with {@code .json} at its end it is
 *     JSON, else it is JSON when its first character is a brace
 * @param bytes not copied; whoever hands them over no longer changes them
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Source(String name, byte[] bytes) {
    public static Source of(String name, String text) {
        return new Source(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
