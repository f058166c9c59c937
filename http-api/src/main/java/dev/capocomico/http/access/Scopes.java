package dev.capocomico.http.access;

import dev.capocomico.engine.store.NamePatterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * To what a token is narrowed, below its roles. One that says nothing of scopes is not narrowed. A word that is no scope allows
 * nothing, and is told to whoever is refused.
 *
 * @param narrow whether it is narrowed at all
 * @param unknown words that are no scopes
 */
public record Scopes(boolean narrow, List<Scope> list, List<String> unknown) {
    /** Those of a token that is not narrowed. */
    public static final Scopes ALL = new Scopes(false, List.of(), List.of());

    /** More in one token are not looked at. */
    public static final int COUNT_MAX = 100;

    private static final int SHOWN_MAX = 40;

    public Scopes {
        list = List.copyOf(list);
        unknown = List.copyOf(unknown);
    }

    /** What these words allow together; of none, nothing. */
    public static Scopes of(List<String> words) {
        List<Scope> known = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String word : words) {
            Optional<Scope> scope = Scope.parse(word);
            scope.ifPresentOrElse(known::add, () -> unknown.add(word));
        }
        return new Scopes(true, known, unknown);
    }

    /** Whether something of this name (a workflow's, or a topic's) may be done. */
    public boolean allows(Action action, String name) {
        return !narrow || list.stream().anyMatch(scope -> scope.action() == action && scope.isAbout(name));
    }

    /** Whether it may be done with anything at all. */
    public boolean allowsSome(Action action) {
        return !narrow || list.stream().anyMatch(scope -> scope.action() == action);
    }

    /** Whether the token has anything to do with a workflow of this name. Of others it is told that they do not exist. */
    public boolean knows(String workflow) {
        return !narrow || list.stream().anyMatch(scope -> scope.action() != Action.PUBLISH && scope.isAbout(workflow));
    }

    /** Which names a list may show. */
    public NamePatterns among(Action action) {
        return narrow
                ? NamePatterns.of(list.stream()
                        .filter(scope -> scope.action() == action)
                        .map(Scope::pattern)
                        .toList())
                : NamePatterns.ANY;
    }

    /** Why it may not be done, in a sentence. */
    public String complaint(Action action, String what) {
        String sentence = "the token's scopes do not allow \"%s\"%s".formatted(action.wireName(), what);
        return unknown.isEmpty()
                ? sentence
                : sentence + "; \"%s\" is no scope and allows nothing".formatted(shown(unknown.getFirst()));
    }

    private static String shown(String word) {
        return word.length() <= SHOWN_MAX ? word : word.substring(0, SHOWN_MAX) + "…";
    }
}
