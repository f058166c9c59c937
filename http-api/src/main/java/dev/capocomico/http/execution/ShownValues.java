package dev.capocomico.http.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.store.ValueLostException;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.value.Measure;
import dev.capocomico.model.value.Reference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The values of an execution that an answer shows, which are read when somebody asks for them. One that is too large to be shown, or cannot be
 * read any more, is left out, and the answer says so.
 */
record ShownValues(@Nullable JsonNode input, @Nullable JsonNode output, ObjectNode omitted) {
    /** What a task may come to is shown, and so are a few of them together. */
    static final long BYTES_MAX = 16L * 1024 * 1024;

    /** What is here already is not read. */
    static CompletionStage<ShownValues> of(
            ValueReader reader, Waiting waiting, ExecutionKey key, ExecutionState state) {
        JsonNode input = state.started() == null ? null : state.started().input();
        boolean allHere = isHere(input) && isHere(state.output());
        return allHere
                ? CompletableFuture.completedFuture(read(reader, key, input, state.output()))
                : waiting.call(() -> read(reader, key, input, state.output()));
    }

    private static boolean isHere(@Nullable JsonNode value) {
        return value == null || !Reference.isIn(value);
    }

    private static ShownValues read(
            ValueReader reader, ExecutionKey key, @Nullable JsonNode input, @Nullable JsonNode output) {
        ObjectNode omitted = JsonNodeFactory.instance.objectNode();
        return new ShownValues(
                read(reader, key, "input", input, omitted), read(reader, key, "output", output, omitted), omitted);
    }

    private static @Nullable JsonNode read(
            ValueReader reader, ExecutionKey key, String name, @Nullable JsonNode value, ObjectNode omitted) {
        if (value == null || isHere(value)) {
            return value;
        }
        long bytes = Measure.size(value);
        if (bytes > BYTES_MAX) {
            omitted.put(name, "it has about %,d bytes, and no more than %,d are shown".formatted(bytes, BYTES_MAX));
            return null;
        }
        try {
            return reader.whole(key, value);
        } catch (ValueLostException e) {
            omitted.put(name, "it cannot be read any more");
            return null;
        }
    }
}
