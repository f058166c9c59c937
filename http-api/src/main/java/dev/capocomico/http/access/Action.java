package dev.capocomico.http.access;

import dev.capocomico.model.wire.Wired;
import java.util.Arrays;
import java.util.Optional;

/** What the scopes of a token may allow. Each operation of the contract that needs a token is one of them ({@code x-scope}). */
public enum Action implements Wired {
    /** Looks at workflows and executions, their history and their streams. */
    READ("read"),
    REGISTER("register"),
    /** Executes a workflow. */
    START("start"),
    SIGNAL("signal"),
    /** Pauses, resumes, cancels and retries. */
    CONTROL("control"),
    /** Publishes events; of these the pattern of a scope names topics, and not workflows. */
    PUBLISH("publish"),
    /** Sees who has done what. */
    AUDIT("audit");

    private final String wireName;

    Action(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }

    /** Empty for a word that is no action. */
    public static Optional<Action> named(String word) {
        return Arrays.stream(values())
                .filter(action -> action.wireName.equals(word))
                .findFirst();
    }
}
