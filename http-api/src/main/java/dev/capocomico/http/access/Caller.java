package dev.capocomico.http.access;

import java.util.Set;

/**
 * Somebody whose token was good.
 *
 * @param tenant whose executions and workflows there are for this caller; no other exist
 * @param subject who it is, for the history
 */
public record Caller(String tenant, String subject, Set<Role> roles) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    public boolean may(Role asked) {
        return roles.stream().anyMatch(role -> role.allows(asked));
    }
}
