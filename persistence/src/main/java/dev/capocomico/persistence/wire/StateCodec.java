package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;

/**
 * States as bytes: CBOR, written and read by hand as steps are. A snapshot may be thrown away, so there is one version and no other is
 * read. Thread-safe.
 */
public final class StateCodec {
    private static final int USUAL_BYTES = 16 * 1024;

    private StateCodec() {}

    /** The name and version under which {@link #encode} writes. */
    public static String manifest() {
        return StateNames.STATE;
    }

    /**
     * Writes a state of an execution that was started.
     *
     * @param values what is written in place of a value
     */
    public static byte[] encode(ExecutionState state, UnaryOperator<JsonNode> values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator out = Cbor.FACTORY.createGenerator(bytes)) {
            out.writeStartArray();
            new StateWriter(out, values).state(state);
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("the state after step " + state.steps() + " cannot be written", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #encode} has written.
     *
     * @throws UnreadableStepException if another version has written it, or it is no state
     */
    public static ExecutionState decode(String manifest, byte[] bytes) {
        if (!manifest.equals(StateNames.STATE)) {
            throw Names.unknown("kind of snapshot", manifest);
        }
        try (JsonParser in = Cbor.FACTORY.createParser(bytes)) {
            StateReader reader = new StateReader(in);
            ExecutionState state = reader.state();
            reader.end();
            if (in.nextToken() != null) {
                throw new UnreadableStepException("there is more after the state", null);
            }
            return state;
        } catch (IOException | StackOverflowError | IllegalArgumentException | IllegalStateException e) {
            throw new UnreadableStepException("the snapshot is no readable state: " + e.getMessage(), e);
        }
    }
}
