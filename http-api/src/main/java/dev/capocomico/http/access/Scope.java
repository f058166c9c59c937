package dev.capocomico.http.access;

import dev.capocomico.engine.store.NamePatterns;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One thing that a token allows: an action, on the workflows (or topics) whose names fit a pattern.
 *
 * @param pattern a name, the beginning of names before a {@code *}, or {@code *} for all
 */
public record Scope(Action action, String pattern) {
    private static final Pattern FORM =
            Pattern.compile("([a-z]{1,20})(?::([A-Za-z0-9_.:/-]{0,127}\\*|[A-Za-z0-9_.:/-]{1,128}))?");

    /** A word such as {@code read}, {@code signal:approvals} or {@code start:billing_*}; empty for one that is no scope. */
    public static Optional<Scope> parse(String word) {
        Matcher matcher = FORM.matcher(word);
        return matcher.matches()
                ? Action.named(matcher.group(1))
                        .map(action -> new Scope(action, matcher.group(2) == null ? "*" : matcher.group(2)))
                : Optional.empty();
    }

    /** Whether it is about something of this name, whatever the action. */
    boolean isAbout(String name) {
        return NamePatterns.matches(pattern, name);
    }

    @Override
    public String toString() {
        return pattern.equals("*") ? action.wireName() : action.wireName() + ":" + pattern;
    }
}
