package dev.capocomico.http.workflow;

import dev.capocomico.engine.store.WorkflowDirectory.After;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a page ended, as a word that means nothing to others. */
final class Cursor {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}):([0-9a-f-]{36})");

    private Cursor() {}

    static String write(After after) {
        String text = after.registeredAtMicros() + ":" + after.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Empty for a word that {@link #write} has not written. */
    static Optional<After> read(String word) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(word), StandardCharsets.US_ASCII);
            Matcher matcher = FORM.matcher(text);
            return matcher.matches()
                            && WorkflowAddress.UUID.matcher(matcher.group(2)).matches()
                    ? Optional.of(new After(Long.parseLong(matcher.group(1)), matcher.group(2)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
