package dev.capocomico.http.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value outside the body.
 *
 * @param standard what holds when it is left out; null when nothing does
 */
public record Parameter(
        String name,
        Place place,
        boolean required,
        ContractSchema schema,
        @Nullable JsonNode standard) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,18}");

    /** Where it stands in a request. */
    public enum Place {
        PATH,
        QUERY,
        HEADER;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How an error names it. */
    public String pointer() {
        return place.wireName() + "/" + name;
    }

    /** Whether it may be given more than once. */
    public boolean isList() {
        return schema.isA("array");
    }

    /** What was said, as the kind of value that the contract speaks of; it may not fit it. */
    JsonNode value(List<String> said) {
        if (isList()) {
            ArrayNode list = JSON.arrayNode();
            said.forEach(list::add);
            return list;
        }
        String text = said.getFirst();
        return schema.isA("integer") && WHOLE_NUMBER.matcher(text).matches()
                ? JSON.numberNode(Long.parseLong(text))
                : JSON.textNode(text);
    }
}
