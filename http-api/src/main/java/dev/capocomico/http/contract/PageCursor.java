package dev.capocomico.http.contract;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Where a page ended, as a word that means nothing to others: a text in letters that need no escape in an address. */
public final class PageCursor {
    private PageCursor() {}

    /** Makes such a word of a text of ASCII characters. */
    public static String write(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Empty for a word that {@link #write} has not written; what comes out is to be looked at all the same. */
    public static Optional<String> read(String word) {
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(word), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
