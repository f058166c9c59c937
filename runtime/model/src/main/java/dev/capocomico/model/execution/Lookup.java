package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.expression.Correlation;
import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.expression.Expressions.Evaluation;
import dev.capocomico.model.value.Reference;
import dev.capocomico.model.value.Values;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one decision looks into of what its state only refers to.
 *
 * <p>An expression that looks into something that is not at hand goes on with a null in its place, and what it comes to is thrown away:
 * {@link Missing} leaves from here, and never from inside the expression language, which would take it for a failure of the expression. Nobody
 * but {@link Execution} catches it.
 */
final class Lookup {
    /** How much one expression may look into. */
    static final long BYTES_PER_LOOK_MAX = 64L * 1024 * 1024;

    /** When a step has looked into so much, or so often, it begins nothing further; the next step does. */
    static final long BYTES_PER_STEP = 16L * 1024 * 1024;

    private static final int VALUES_PER_STEP = 64;

    /** Something is not at hand that a decision needs. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Set<Reference> references;

        private Missing(Set<Reference> references) {
            super("values have to be fetched first", null, false, false);
            this.references = references;
        }

        Set<Reference> references() {
            return references;
        }
    }

    private final Values values;
    // Most decisions look into nothing that is not in the state.
    private @Nullable Set<Reference> seen;
    private @Nullable Set<Reference> missing;
    private long bytes;
    private long bytesBefore;
    private @Nullable Reference lost;

    Lookup(Values values) {
        this.values = values;
    }

    /** Whether the step has looked into enough. */
    boolean isEnough() {
        return bytes >= BYTES_PER_STEP || (seen != null && seen.size() >= VALUES_PER_STEP);
    }

    Evaluation evaluate(Expressions expressions, JsonNode template, Sight sight) {
        return checked(() -> expressions.evaluate(template, sight));
    }

    /** See {@link Expressions#correlation}; null when there is none. */
    @Nullable Correlation correlation(Expressions expressions, String condition, Sight sight) {
        bytesBefore = bytes;
        lost = null;
        Correlation found = expressions.correlation(condition, sight).orElse(null);
        if (missing != null) {
            throw new Missing(missing);
        }
        return lost != null || isTooMuch() ? null : found;
    }

    /** The whole of a value that was looked into by something other than an expression. */
    Evaluation wholeOf(JsonNode held) {
        return held.isValueNode() && !held.isBinary()
                ? new Evaluation.Value(held)
                : checked(() -> new Evaluation.Value(whole(held)));
    }

    /** The value without what is inside it and kept elsewhere. */
    Evaluation openOf(JsonNode held) {
        return held.isBinary() ? checked(() -> new Evaluation.Value(open(held))) : new Evaluation.Value(held);
    }

    private Evaluation checked(Supplier<Evaluation> look) {
        bytesBefore = bytes;
        lost = null;
        Evaluation evaluation = look.get();
        if (missing != null) {
            throw new Missing(missing);
        }
        if (lost != null) {
            return new Evaluation.Failed("a large value that it looks into is not kept any more, or is damaged");
        }
        return isTooMuch()
                ? new Evaluation.Failed(
                        "it looks into more than %d MiB of large values".formatted(BYTES_PER_LOOK_MAX / (1024 * 1024)))
                : evaluation;
    }

    private boolean isTooMuch() {
        return bytes - bytesBefore > BYTES_PER_LOOK_MAX;
    }

    JsonNode open(JsonNode held) {
        JsonNode at = held;
        while (at.isBinary()) {
            at = find(Reference.of(at));
        }
        return at;
    }

    JsonNode whole(JsonNode held) {
        JsonNode opened = open(held);
        if (!Reference.isIn(opened)) {
            return opened;
        }
        if (opened instanceof ObjectNode object) {
            ObjectNode whole = object.objectNode();
            object.properties().forEach(field -> whole.set(field.getKey(), whole(field.getValue())));
            return whole;
        }
        ArrayNode whole = ((ArrayNode) opened).arrayNode(opened.size());
        opened.forEach(element -> whole.add(whole(element)));
        return whole;
    }

    private JsonNode find(Reference reference) {
        if (seen == null) {
            seen = new HashSet<>();
        }
        if (seen.add(reference)) {
            bytes += reference.size();
        }
        if (isTooMuch()) {
            return NullNode.instance;
        }
        JsonNode found = values.find(reference);
        if (found == null) {
            if (missing == null) {
                missing = new HashSet<>();
            }
            missing.add(reference);
            return NullNode.instance;
        }
        if (found.isMissingNode()) {
            lost = reference;
            return NullNode.instance;
        }
        return found;
    }
}
