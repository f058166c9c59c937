package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says in one sentence for each place what a validator says once for each keyword and alternative. */
final class Misfits {
    private record At(String pointer, @Nullable String key) {}

    private Misfits() {}

    static List<Misfit> of(List<Error> errors) {
        Map<At, List<Error>> byPlace = new LinkedHashMap<>();
        for (Error error : errors) {
            byPlace.computeIfAbsent(place(error), place -> new ArrayList<>()).add(error);
        }
        TreeSet<String> pointers =
                byPlace.keySet().stream().map(At::pointer).collect(Collectors.toCollection(TreeSet::new));
        List<Misfit> misfits = new ArrayList<>();
        byPlace.forEach((at, here) -> {
            if (!isExplainedBelow(at, here, pointers)) {
                misfits.add(new Misfit(at.pointer(), at.key(), sentence(at, here)));
            }
        });
        return misfits;
    }

    private static At place(Error error) {
        boolean keyIsWrong =
                switch (error.getKeyword()) {
                    case "additionalProperties", "unevaluatedProperties", "propertyNames" -> true;
                    case null, default -> false;
                };
        return new At(error.getInstanceLocation().toString(), keyIsWrong ? error.getProperty() : null);
    }

    /** Of two alternatives the one that fits the value's kind says more: it complains about something inside. */
    private static boolean isExplainedBelow(At at, List<Error> here, NavigableSet<String> pointers) {
        String below = pointers.higher(at.pointer());
        return below != null
                && below.startsWith(at.pointer() + "/")
                && here.stream()
                        .allMatch(error -> error.getEvaluationPath().toString().contains("/anyOf/"));
    }

    private static String sentence(At at, List<Error> errors) {
        Error first = errors.getFirst();
        String last = at.pointer().substring(at.pointer().lastIndexOf('/') + 1);
        String subject = last.isEmpty() || last.matches("\\d+")
                ? "this"
                : "\"" + last.replace("~1", "/").replace("~0", "~") + "\"";
        return switch (first.getKeyword()) {
            case "additionalProperties", "unevaluatedProperties" -> "\"" + first.getProperty() + "\" is no key here";
            case "propertyNames" -> "\"" + first.getProperty() + "\" cannot be a key here";
            case "required" ->
                subject + " lacks "
                        + errors.stream()
                                .map(Error::getProperty)
                                .filter(Objects::nonNull)
                                .map(key -> "\"" + key + "\"")
                                .collect(Collectors.joining(" and "));
            case "type" -> subject + " must be " + types(errors);
            case "enum" -> subject + " must be one of " + values(first.getSchemaNode());
            case "minimum" -> subject + " must be at least " + first.getSchemaNode();
            case "exclusiveMinimum" -> subject + " must be greater than " + first.getSchemaNode();
            case "maximum" -> subject + " must be at most " + first.getSchemaNode();
            case "minItems" -> subject + " must have at least " + first.getSchemaNode() + " entries";
            case "maxItems" -> subject + " must have at most " + first.getSchemaNode() + " entries";
            case "maxProperties" -> subject + " must have at most " + first.getSchemaNode() + " keys";
            case "uniqueItems" -> subject + " has an entry twice";
            case "pattern" -> subject + " must match " + first.getSchemaNode().asText();
            case null, default -> subject + ": " + JsonSchemas.firstLine(first.getMessage());
        };
    }

    private static String types(List<Error> errors) {
        List<String> types = errors.stream()
                .filter(error -> "type".equals(error.getKeyword()))
                .flatMap(error -> error.getSchemaNode().isArray()
                        ? error.getSchemaNode().valueStream()
                        : Stream.of(error.getSchemaNode()))
                .map(JsonNode::asText)
                .distinct()
                .toList();
        boolean textToo = errors.stream().anyMatch(error -> "pattern".equals(error.getKeyword()));
        return types.stream()
                        .filter(type -> !type.equals("integer") || !types.contains("number"))
                        .map(Misfits::withArticle)
                        .collect(Collectors.joining(" or "))
                + (textToo ? " or a string of another form" : "");
    }

    private static String withArticle(String type) {
        return switch (type) {
            case "integer" -> "a whole number";
            case "array" -> "a list";
            case "object" -> "a mapping";
            case "boolean" -> "true or false";
            case "null" -> "null";
            default -> "a " + type;
        };
    }

    private static String values(JsonNode choices) {
        return choices.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "));
    }
}
