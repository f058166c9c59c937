package dev.capocomico.language.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.language.expression.Value.Entries;
import dev.capocomico.language.expression.Value.Int;
import dev.capocomico.language.expression.Value.Items;
import dev.capocomico.language.expression.Value.MadeEntries;
import dev.capocomico.language.expression.Value.MadeItems;
import dev.capocomico.language.expression.Value.Text;
import dev.capocomico.model.value.Reference;
import java.util.Base64;

/** From CEL's values back to JSON. */
final class JsonResult {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Quotes, commas and the like around a value. */
    private static final int PUNCTUATION_BYTES = 2;

    private JsonResult() {}

    static JsonNode of(Value value, Meter meter) {
        return of(value, meter, 0);
    }

    private static JsonNode of(Value value, Meter meter, int depth) {
        requireDepth(depth);
        meter.step();
        return switch (value) {
            case Value.Null n -> JSON.nullNode();
            case Value.Bool bool -> JSON.booleanNode(bool.value());
            case Int whole -> number(whole.value());
            case Value.Real real -> number(real.value());
            case Text text -> JSON.textNode(text.value());
            case Value.Bytes bytes -> {
                meter.allocateText(bytes.value().length / 3 * 4 + 4);
                yield JSON.textNode(Base64.getEncoder().encodeToString(bytes.value()));
            }
            case Value.Moment moment -> JSON.textNode(moment.value().toString());
            case Value.Span span -> JSON.textNode(Times.print(span.value()));
            case Value.TypeName type -> throw new EvaluationFailure("a type is no JSON value");
            case Value.JsonItems items -> items.json();
            case Value.JsonEntries entries -> entries.json();
            case MadeItems items -> list(items, meter, depth);
            case MadeEntries entries -> map(entries, meter, depth);
        };
    }

    /** An int when it fits, as the JSON parser has it: Jackson's trees of equal numbers differ otherwise. */
    private static JsonNode number(long value) {
        return value == (int) value ? JSON.numberNode((int) value) : JSON.numberNode(value);
    }

    private static JsonNode number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new EvaluationFailure("the result " + value + " is no JSON number");
        }
        return JSON.numberNode(value);
    }

    private static ArrayNode list(Items items, Meter meter, int depth) {
        meter.allocate(Meter.OBJECT_BYTES + (long) (Meter.SLOT_BYTES + Meter.OBJECT_BYTES) * items.size());
        ArrayNode array = JSON.arrayNode(items.size());
        for (int i = 0; i < items.size(); i++) {
            array.add(of(items.get(i), meter, depth + 1));
        }
        return array;
    }

    private static ObjectNode map(Entries entries, Meter meter, int depth) {
        ObjectNode object = JSON.objectNode();
        Items keys = entries.keys(meter);
        for (int i = 0; i < keys.size(); i++) {
            Value key = keys.get(i);
            Value value = entries.find(key);
            if (!(key instanceof Text name) || value == null) {
                throw new EvaluationFailure(() -> "a map with " + key.described() + " as a key is no JSON object");
            }
            object.set(name.value(), of(value, meter, depth + 1));
        }
        return object;
    }

    /** Charges the size that the value will have as JSON, roughly. */
    static void measure(JsonNode json, Meter meter) {
        measure(json, meter, 0);
    }

    private static void measure(JsonNode json, Meter meter, int depth) {
        requireDepth(depth);
        if (json.isTextual()) {
            meter.result(PUNCTUATION_BYTES + json.textValue().length());
        } else if (json.isObject()) {
            meter.result(PUNCTUATION_BYTES);
            for (var field : json.properties()) {
                meter.result(PUNCTUATION_BYTES + field.getKey().length());
                measure(field.getValue(), meter, depth + 1);
            }
        } else if (json.isArray()) {
            meter.result(PUNCTUATION_BYTES);
            for (JsonNode element : json) {
                measure(element, meter, depth + 1);
            }
        } else if (json.isBinary()) {
            meter.result(Reference.of(json).size());
        } else {
            meter.result(1 + PUNCTUATION_BYTES);
        }
    }

    private static void requireDepth(int depth) {
        if (depth > ExpressionLimits.VALUE_DEPTH_MAX) {
            throw new LimitReached("the value is nested more than " + ExpressionLimits.VALUE_DEPTH_MAX + " deep");
        }
    }
}
