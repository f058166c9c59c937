package dev.capocomico.language.grammar;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Keys that other workflow languages have for what is called otherwise here, and that no comparison of letters would find. */
final class ForeignKeys {
    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("retries", "retry_policy"),
            Map.entry("retry", "retry_policy"),
            Map.entry("condition", "when"),
            Map.entry("if", "when"),
            Map.entry("on_error", "on_failure"),
            Map.entry("needs", "depends_on"),
            Map.entry("requires", "depends_on"),
            Map.entry("after", "depends_on"),
            Map.entry("params", "input"),
            Map.entry("args", "input"),
            Map.entry("with_items", "for_each"),
            Map.entry("rollback", "compensate"));

    private ForeignKeys() {}

    /** The key that is meant, where there is one of this name. */
    static Optional<String> meaning(String key, Collection<String> keys) {
        return Optional.ofNullable(MEANINGS.get(key)).filter(keys::contains);
    }
}
