package dev.capocomico.model.execution;

import java.util.regex.Pattern;

/**
 * Names an execution among those of all tenants, who choose ids independently of each other.
 *
 * @param tenant lower-case letters, digits, {@code _ -}; at most 40, a letter or digit first
 * @param id letters, digits and {@code . _ : -}; at most 200, a letter or digit first
 */
public record ExecutionKey(String tenant, String id) {
    public static final int ID_LENGTH_MAX = 200;

    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,39}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,199}");

    public ExecutionKey {
        if (!TENANT.matcher(tenant).matches()) {
            throw new IllegalArgumentException(
                    "a tenant's name has lower-case letters, digits and _ - in it, at most 40, a letter or digit first; \"%s\" is none"
                            .formatted(tenant));
        }
        requireId(id);
    }

    /** Throws an {@link IllegalArgumentException} that says what an id looks like. */
    public static void requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "an execution's id has letters, digits and . _ : - in it, at most 200, a letter or digit first; \"%s\" is none"
                            .formatted(id));
        }
    }

    /** Reads what {@link #toString} wrote. */
    public static ExecutionKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a key of an execution is tenant/id; \"" + text + "\" is none");
        }
        return new ExecutionKey(text.substring(0, slash), text.substring(slash + 1));
    }

    /** Another execution of the same tenant. */
    public ExecutionKey sibling(String otherId) {
        return new ExecutionKey(tenant, otherId);
    }

    /** {@code tenant/id}, short enough for a key of the journal. */
    @Override
    public String toString() {
        return tenant + "/" + id;
    }
}
