package dev.capocomico.persistence.wire;

import dev.capocomico.model.execution.Step;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Tells Pekko how steps are written. Its number and its manifests stand in every row of the journal, so neither changes. */
public final class StepSerializer extends SerializerWithStringManifest {
    /** What stands in the rows. */
    public static final int IDENTIFIER = 1_667_330_159;

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object object) {
        return StepCodec.manifest();
    }

    @Override
    public byte[] toBinary(Object object) {
        return StepCodec.encode((Step) object);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return StepCodec.decode(manifest, bytes);
    }
}
