package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import dev.capocomico.model.execution.ValueLimits;

/** How everything that is stored is written. */
final class Cbor {
    // Half of a character that has two halves is no UTF-8; it is replaced, because an agent's output must not stop a
    // journal.
    static final CBORFactory FACTORY = CBORFactory.builder()
            .streamReadConstraints(ValueLimits.stored())
            .enable(CBORGenerator.Feature.LENIENT_UTF_ENCODING)
            .build();

    /** For the JSON values inside, and for nothing else. */
    static final ObjectMapper TREES = new ObjectMapper(FACTORY).disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);

    private Cbor() {}
}
