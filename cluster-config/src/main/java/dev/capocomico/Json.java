package dev.capocomico;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.execution.ValueLimits;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Values of a program as JSON, in the form that parsing gives: that is the form in which they come back from the journal. */
final class Json {
    /** Agents return on threads that live for one attempt; buffers that belong to a thread would be made anew each time. */
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(ValueLimits.incoming())
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .build());

    private Json() {}

    static JsonNode of(@Nullable Object value) {
        return switch (value) {
            case null -> NullNode.instance;
            case Boolean flag -> BooleanNode.valueOf(flag);
            case Integer number -> IntNode.valueOf(number);
            case Long number when number.intValue() == number -> IntNode.valueOf(number.intValue());
            case Long number -> LongNode.valueOf(number);
            default -> writtenAndRead(value);
        };
    }

    /**
     * A value that comes from outside an execution, refused when it is larger than one that goes from task to task may be.
     *
     * @param what the beginning of a sentence about it
     */
    static JsonNode bounded(String what, @Nullable Object value) {
        JsonNode json = of(value);
        ValueLimits.excess(json).ifPresent(excess -> {
            throw new IllegalArgumentException(what + " " + excess);
        });
        return json;
    }

    private static JsonNode writtenAndRead(Object value) {
        try {
            return MAPPER.readTree(MAPPER.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "a " + value.getClass().getName() + " cannot be written as JSON: " + e.getMessage(), e);
        }
    }
}
