package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Steps as bytes: CBOR, written and read by hand (ADR 12). Whatever the bytes are, reading them builds nothing but a step or an
 * {@link UnreadableStepException}. Thread-safe.
 */
public final class StepCodec {
    private static final int USUAL_BYTES = 256;

    private StepCodec() {}

    /** The name and version under which {@link #encode} writes. */
    public static String manifest() {
        return Names.STEP;
    }

    public static byte[] encode(Step step) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator out = Cbor.FACTORY.createGenerator(bytes)) {
            boolean signed = step.writer() != Step.NO_WRITER;
            out.writeStartArray(null, signed ? 4 : 3);
            out.writeNumber(step.number());
            out.writeNumber(step.atMillis());
            out.writeStartArray(null, step.facts().size());
            FactWriter writer = new FactWriter(Cbor.TREES, out);
            for (Fact fact : step.facts()) {
                writer.fact(fact);
            }
            out.writeEndArray();
            if (signed) {
                out.writeNumber(step.writer());
            }
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("step " + step.number() + " cannot be written", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what any released version has written.
     *
     * @throws UnreadableStepException if there is something in it that this program does not know, or that is no step
     */
    public static Step decode(String manifest, byte[] bytes) {
        if (!manifest.equals(Names.STEP)) {
            throw Names.unknown("kind of row", manifest);
        }
        try (JsonParser in = Cbor.FACTORY.createParser(bytes)) {
            FactReader reader = new FactReader(Cbor.TREES, in);
            reader.begin("a step");
            long number = reader.number();
            long atMillis = reader.number();
            reader.begin("facts");
            List<Fact> facts = reader.facts();
            long writer = reader.numberOrEnd(Step.NO_WRITER);
            if (in.nextToken() != null) {
                throw new UnreadableStepException("there is more after the step", null);
            }
            return new Step(number, atMillis, facts, writer);
        } catch (IOException | StackOverflowError | IllegalArgumentException | IllegalStateException e) {
            throw new UnreadableStepException("the row is no readable step: " + e.getMessage(), e);
        }
    }

    static StepSkim skim(String manifest, byte[] bytes) {
        if (!manifest.equals(Names.STEP)) {
            throw Names.unknown("kind of row", manifest);
        }
        try (JsonParser in = Cbor.FACTORY.createParser(bytes)) {
            FactReader reader = new FactReader(Cbor.TREES, in);
            reader.begin("a step");
            long number = reader.number();
            long atMillis = reader.number();
            List<Milestone> milestones = new MilestoneReader(Cbor.TREES, in, bytes).milestones();
            reader.numberOrEnd(Step.NO_WRITER);
            return new StepSkim(number, atMillis, milestones);
        } catch (IOException e) {
            throw new UnreadableStepException("the row is no readable step: " + e.getMessage(), e);
        }
    }
}
