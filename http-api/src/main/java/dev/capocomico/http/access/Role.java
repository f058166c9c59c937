package dev.capocomico.http.access;

import dev.capocomico.model.wire.Wired;
import java.util.Arrays;
import java.util.Optional;

/** What a caller may do. An operator may do all that a viewer may, an admin all that an operator may. */
public enum Role implements Wired {
    VIEWER("viewer", 1),
    OPERATOR("operator", 2),
    ADMIN("admin", 3),
    /** Takes work and reports it; sees nothing else. */
    AGENT("agent", 0);

    private final String wireName;
    private final int rank;

    Role(String wireName, int rank) {
        this.wireName = wireName;
        this.rank = rank;
    }

    @Override
    public String wireName() {
        return wireName;
    }

    /** Whether who has this role may do what asks for that one. */
    public boolean allows(Role asked) {
        return this == asked || (asked != AGENT && this != AGENT && rank > asked.rank);
    }

    /** Empty for a word that is no role. */
    public static Optional<Role> named(String word) {
        return Arrays.stream(values())
                .filter(role -> role.wireName.equals(word))
                .findFirst();
    }
}
