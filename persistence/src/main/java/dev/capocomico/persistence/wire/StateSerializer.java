package dev.capocomico.persistence.wire;

import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Pekko how snapshots are read. One that cannot be read is told to the log, and Pekko goes on without it
 * ({@code snapshot-is-optional}). The number stands in every row of the table, so it does not change.
 */
public final class StateSerializer extends SerializerWithStringManifest {
    /** What stands in the rows. */
    public static final int IDENTIFIER = 1_667_330_160;

    private static final Logger LOG = LoggerFactory.getLogger(StateSerializer.class);

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object object) {
        return StateCodec.manifest();
    }

    @Override
    public byte[] toBinary(Object object) {
        throw new IllegalStateException("snapshots are not written this way");
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        try {
            return StoredState.read(manifest, bytes);
        } catch (RuntimeException e) {
            LOG.warn("a snapshot is set aside, and all steps of its execution are read instead: {}", e.getMessage());
            throw e;
        }
    }
}
