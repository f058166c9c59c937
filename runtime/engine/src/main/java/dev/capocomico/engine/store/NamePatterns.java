package dev.capocomico.engine.store;

import java.util.List;

/**
 * Which names are meant: those that fit one of some patterns.
 *
 * @param patterns each a name, or the beginning of names before a {@code *}
 */
public record NamePatterns(List<String> patterns) {
    /** All names. */
    public static final NamePatterns ANY = new NamePatterns(List.of("*"));

    public NamePatterns {
        patterns = List.copyOf(patterns);
    }

    /** Those that fit one of them; of none, no name. */
    public static NamePatterns of(List<String> patterns) {
        return patterns.contains("*") ? ANY : new NamePatterns(patterns);
    }

    public boolean isAny() {
        return patterns.contains("*");
    }

    public boolean matches(String name) {
        return patterns.stream().anyMatch(pattern -> matches(pattern, name));
    }

    public static boolean matches(String pattern, String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}
