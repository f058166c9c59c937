package dev.capocomico.http.contract;

import dev.capocomico.http.answer.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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

    /**
     * Where the page is to begin; null when no cursor was said, or one that this call has not given: then there is a flaw more.
     *
     * @param form reads a word of this call, and is empty for any other
     */
    public static <T> @Nullable T read(Arguments said, Function<String, Optional<T>> form, List<Answer.Flaw> flaws) {
        Optional<String> word = said.text("cursor");
        Optional<T> place = word.flatMap(form);
        if (word.isPresent() && place.isEmpty()) {
            flaws.add(new Answer.Flaw("query/cursor", "take the next_cursor of the page before"));
        }
        return place.orElse(null);
    }
}
