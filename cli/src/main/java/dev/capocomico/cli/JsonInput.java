package dev.capocomico.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON that a person has typed: one value, and nothing after it. */
final class JsonInput {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonInput() {}

    static JsonNode parse(String text) throws JsonProcessingException {
        JsonNode value = JSON.readTree(text);
        if (value.isMissingNode()) {
            throw new EmptyException();
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

    /** There is nothing. */
    private static final class EmptyException extends JsonProcessingException {
        private static final long serialVersionUID = 1;

        EmptyException() {
            super("there is nothing");
        }
    }
}
