package dev.capocomico.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.capocomico.model.execution.ValueLimits;
import java.util.Optional;

/** JSON that a person has typed: one value, and nothing after it. */
final class JsonInput {
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(ValueLimits.incoming())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonInput() {}

    static JsonNode parse(String text) throws JsonProcessingException {
        JsonNode value = JSON.readTree(text);
        if (value.isMissingNode()) {
            throw new NoValueException("there is nothing");
        }
        Optional<String> excess = ValueLimits.excess(value);
        if (excess.isPresent()) {
            throw new NoValueException("it " + excess.get());
        }
        return value;
    }

    /** Without the parser's talk about itself. */
    static String why(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : " (line %d, column %d)"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        return String.valueOf(e.getOriginalMessage()) + where;
    }

    /** There is nothing, or more than a value may be. */
    private static final class NoValueException extends JsonProcessingException {
        private static final long serialVersionUID = 1;

        NoValueException(String why) {
            super(why);
        }
    }
}
