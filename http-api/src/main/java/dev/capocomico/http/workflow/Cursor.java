package dev.capocomico.http.workflow;

import dev.capocomico.engine.store.WorkflowDirectory.After;
import dev.capocomico.http.contract.PageCursor;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a page ended, as a word that means nothing to others. */
final class Cursor {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}):([0-9a-f-]{36})");

    private Cursor() {}

    static String write(After after) {
        return PageCursor.write(after.registeredAtMicros() + ":" + after.id());
    }

    /** Empty for a word that {@link #write} has not written. */
    static Optional<After> read(String word) {
        return PageCursor.read(word)
                .map(FORM::matcher)
                .filter(found -> found.matches()
                        && WorkflowAddress.UUID.matcher(found.group(2)).matches())
                .map(found -> new After(Long.parseLong(found.group(1)), found.group(2)));
    }
}
