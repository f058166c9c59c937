package dev.capocomico.language.expression;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.capocomico.model.expression.Scope;
import dev.capocomico.model.expression.Variable;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A scope written down by hand. */
final class ScopeFixture implements Scope {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Map<Variable, JsonNode> variables = new EnumMap<>(Variable.class);
    private final Map<String, JsonNode> outputs = new LinkedHashMap<>();
    private final Map<String, String> statuses = new LinkedHashMap<>();

    /** JSON in which ' stands for ". */
    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    ScopeFixture with(Variable variable, JsonNode value) {
        variables.put(variable, value);
        return this;
    }

    ScopeFixture with(Variable variable, String json) {
        return with(variable, json(json));
    }

    ScopeFixture withTask(String id, String status, JsonNode output) {
        statuses.put(id, status);
        outputs.put(id, output);
        return this;
    }

    ScopeFixture withTask(String id, String status, String output) {
        return withTask(id, status, json(output));
    }

    @Override
    public @Nullable JsonNode variable(Variable variable) {
        return variables.get(variable);
    }

    @Override
    public @Nullable JsonNode taskOutput(String taskId) {
        return outputs.get(taskId);
    }

    @Override
    public @Nullable String taskStatus(String taskId) {
        return statuses.get(taskId);
    }

    @Override
    public String executionId() {
        return "run-17";
    }

    /** Nothing of what this scope has is kept elsewhere. */
    @Override
    public JsonNode open(JsonNode held) {
        return held;
    }

    @Override
    public JsonNode whole(JsonNode held) {
        return held;
    }
}
