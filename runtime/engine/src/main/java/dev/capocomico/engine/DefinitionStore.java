package dev.capocomico.engine;

import dev.capocomico.model.execution.Origin;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the definitions of tenants for as long as an execution may need them. Methods block until the answer is durable, and fail with an
 * exception when the store cannot be reached; so call them from a thread that may wait. Thread-safe.
 */
public interface DefinitionStore {
    /** What a registration came to. */
    enum Registration {
        CREATED,
        /** The same definition was registered before. */
        UNCHANGED,
        /** Another definition has this name and version; nothing was changed. */
        CONFLICT
    }

    /**
     * A definition to be kept.
     *
     * @param tree the definition as JSON
     */
    record Stored(String digest, String name, String version, String tree) {}

    /** Gives the definition its name and version for good. */
    default Registration register(String tenant, Stored definition) {
        return register(tenant, definition, null);
    }

    /**
     * The same for somebody from outside. What was changed stands in the audit from the same moment on.
     *
     * @param origin where it came from; null when a program did it
     */
    Registration register(String tenant, Stored definition, @Nullable Origin origin);

    /** Keeps the definition under its digest, for executions of a document that nobody registered. Its name and version stay free. */
    void keep(String tenant, Stored definition);

    /** The tree of a definition that was registered or kept. */
    Optional<String> tree(String tenant, String digest);

    /**
     * The digest of the definition that a name means: of those registered the one registered last, and only if none is registered,
     * of those kept the one kept last.
     *
     * @param version null for any
     */
    Optional<String> digest(String tenant, String name, @Nullable String version);
}
