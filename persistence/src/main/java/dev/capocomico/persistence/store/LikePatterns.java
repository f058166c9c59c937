package dev.capocomico.persistence.store;

import dev.capocomico.engine.store.NamePatterns;
import java.util.Collections;
import java.util.List;

/** Patterns of names as {@code LIKE} has them. */
final class LikePatterns {
    private LikePatterns() {}

    /** True of a column whose name fits one of them; as many parameters as {@link #values}. */
    static String condition(String column, NamePatterns names) {
        return names.patterns().isEmpty()
                ? "false"
                : "(" + String.join(" OR ", Collections.nCopies(names.patterns().size(), column + " LIKE ?")) + ")";
    }

    static List<String> values(NamePatterns names) {
        return names.patterns().stream().map(LikePatterns::like).toList();
    }

    private static String like(String pattern) {
        boolean open = pattern.endsWith("*");
        String literal = open ? pattern.substring(0, pattern.length() - 1) : pattern;
        String quoted = literal.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
        return open ? quoted + "%" : quoted;
    }
}
