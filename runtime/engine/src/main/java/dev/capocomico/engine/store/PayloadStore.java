package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionKey;
import java.util.Collection;
import java.util.Map;

/**
 * Keeps values that are too large for a row of the journal, each once for an execution, under the SHA-256 of its bytes in
 * hexadecimal.
 */
public interface PayloadStore {
    /** Returns when all are durable. Those that are there already are left as they are. */
    void write(ExecutionKey key, Map<String, byte[]> payloads);

    /** By their digests; fails when one is not there. */
    Map<String, byte[]> read(ExecutionKey key, Collection<String> digests);
}
