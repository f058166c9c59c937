package dev.capocomico.engine.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds registered workflows. Each has an id of its own besides its name and version; none of the three ever changes. */
public interface WorkflowDirectory {
    /** A version of a workflow. */
    record Registered(String id, String name, String version, String digest, long registeredAtMicros) {}

    /** Where a page of a list ended. */
    record After(long registeredAtMicros, String id) {}

    Optional<Registered> byId(String tenant, String id);

    /**
     * Finds it by name.
     *
     * @param version null for the one registered last
     */
    Optional<Registered> byName(String tenant, String name, @Nullable String version);

    /** Finds it by the digest of its definition; empty when that was executed only, and not registered. */
    Optional<Registered> byDigest(String tenant, String digest);

    /**
     * Those registered last come first.
     *
     * @param name null for the versions of all workflows
     * @param among of the names of workflows
     * @param after null for the first page
     */
    List<Registered> newest(String tenant, @Nullable String name, NamePatterns among, @Nullable After after, int limit);
}
