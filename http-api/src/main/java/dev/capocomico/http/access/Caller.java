package dev.capocomico.http.access;

import java.util.Set;

/**
 * Somebody whose token was good.
 *
 * @param tenant whose executions and workflows there are for this caller; no other exist
 * @param subject who it is, for the history
 * @param scopes to what the roles are narrowed
 */
public record Caller(String tenant, String subject, Set<Role> roles, Scopes scopes) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    /** One whose token is not narrowed. */
    public Caller(String tenant, String subject, Set<Role> roles) {
        this(tenant, subject, roles, Scopes.ALL);
    }

    public boolean may(Role asked) {
        return roles.stream().anyMatch(role -> role.allows(asked));
    }
}
