package dev.capocomico.persistence.store;

import dev.capocomico.model.execution.ExecutionKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Outlines by the digests of their definitions, the last used ones at hand. For one thread. */
final class Outlines {
    /** A text for each; so some megabytes. */
    private static final int TASKS_MAX = 200_000;

    private final Map<String, Outline> atHand = new LinkedHashMap<>(16, 0.75f, true);
    private int tasks;

    /** Of a definition that a tenant has. */
    record Wanted(String tenant, String digest) {
        static Wanted of(ExecutionKey key, String digest) {
            return new Wanted(key.tenant(), digest);
        }
    }

    /** By digest, which says all of a definition, whoever it belongs to. One that is not kept is not in the answer. */
    Map<String, Outline> find(Connection connection, Collection<Wanted> wanted) throws SQLException {
        Map<String, Outline> found = new HashMap<>();
        Map<String, Wanted> missing = new HashMap<>();
        for (Wanted one : wanted) {
            Outline outline = atHand.get(one.digest());
            if (outline == null) {
                missing.put(one.digest(), one);
            } else {
                found.put(one.digest(), outline);
            }
        }
        if (!missing.isEmpty()) {
            load(connection, List.copyOf(missing.values()), found);
        }
        return found;
    }

    private void load(Connection connection, List<Wanted> missing, Map<String, Outline> found) throws SQLException {
        String sql = """
                SELECT d.digest, d.name, d.version, d.tree
                FROM unnest(?::text[], ?::text[]) AS w (tenant, digest)
                JOIN definition d ON d.tenant = w.tenant AND d.digest = w.digest""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            new Unnest<>(statement, missing).texts(Wanted::tenant).texts(Wanted::digest);
            // Trees may be large; not all of them at once.
            statement.setFetchSize(50);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String digest = row.getString(1);
                    try {
                        Outline outline = Outline.of(row.getString(2), row.getString(3), row.getString(4));
                        found.put(digest, outline);
                        remember(digest, outline);
                    } catch (RuntimeException | StackOverflowError e) {
                        UnreadableRows.passedOver("the definition " + digest, e);
                    }
                }
            }
        }
    }

    private void remember(String digest, Outline outline) {
        Outline before = atHand.put(digest, outline);
        tasks += size(outline) - (before == null ? 0 : size(before));
        var eldest = atHand.entrySet().iterator();
        while (tasks > TASKS_MAX && eldest.hasNext()) {
            tasks -= size(eldest.next().getValue());
            eldest.remove();
        }
    }

    private static int size(Outline outline) {
        return 1 + outline.taskIds().size();
    }
}
