package dev.capocomico.language.schema;

import com.fasterxml.jackson.databind.JsonNode;
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
    private static final int SENTENCE_CHARACTERS_MAX = 600;
    private static final int VALUE_CHARACTERS_MAX = 60;
    private static final int LISTED_MAX = 24;

    private record At(String pointer, @Nullable String key) {}

    private Misfits() {}

    static List<Misfit> of(List<Fault> errors) {
        Map<At, List<Fault>> byPlace = new LinkedHashMap<>();
        for (Fault error : errors) {
            byPlace.computeIfAbsent(place(error), place -> new ArrayList<>()).add(error);
        }
        TreeSet<String> pointers =
                byPlace.keySet().stream().map(At::pointer).collect(Collectors.toCollection(TreeSet::new));
        List<Misfit> misfits = new ArrayList<>();
        byPlace.forEach((at, here) -> {
            if (!isExplainedBelow(at, here, pointers)) {
                misfits.add(new Misfit(at.pointer(), at.key(), clipped(sentence(at, here), SENTENCE_CHARACTERS_MAX)));
            }
        });
        return misfits;
    }

    private static At place(Fault error) {
        boolean keyIsWrong =
                switch (error.keyword()) {
                    case "additionalProperties", "unevaluatedProperties", "propertyNames" -> true;
                    default -> false;
                };
        return new At(error.pointer(), keyIsWrong ? error.property() : null);
    }

    /** Of two alternatives the one that fits the value's kind says more: it complains about something inside. */
    private static boolean isExplainedBelow(At at, List<Fault> here, NavigableSet<String> pointers) {
        String below = pointers.higher(at.pointer());
        return below != null
                && below.startsWith(at.pointer() + "/")
                && here.stream().allMatch(Fault::isAlternative);
    }

    private static String sentence(At at, List<Fault> errors) {
        Fault first = errors.getFirst();
        String last = at.pointer().substring(at.pointer().lastIndexOf('/') + 1);
        String subject = last.isEmpty() || last.matches("\\d+")
                ? "this"
                : "\"" + last.replace("~1", "/").replace("~0", "~") + "\"";
        return switch (first.keyword()) {
            case "additionalProperties", "unevaluatedProperties" -> "\"" + first.property() + "\" is no key here";
            case "propertyNames" -> "\"" + first.property() + "\" cannot be a key here";
            case "required" ->
                subject + " lacks "
                        + errors.stream()
                                .filter(error -> error.keyword().equals("required"))
                                .map(Fault::property)
                                .limit(LISTED_MAX)
                                .filter(Objects::nonNull)
                                .map(key -> "\"" + key + "\"")
                                .collect(Collectors.joining(" and "));
            case "type" -> subject + " must be " + types(errors);
            case "enum" -> subject + " must be one of " + values(first.said());
            case "minimum" -> subject + " must be at least " + first.said();
            case "exclusiveMinimum" -> subject + " must be greater than " + first.said();
            case "maximum" -> subject + " must be at most " + first.said();
            case "minItems" -> subject + " must have at least " + first.said() + " entries";
            case "maxItems" -> subject + " must have at most " + first.said() + " entries";
            case "maxProperties" -> subject + " must have at most " + first.said() + " keys";
            case "uniqueItems" -> subject + " has an entry twice";
            case "pattern" -> subject + " must match " + first.said().asText();
            case "maxLength" -> subject + " must have at most " + first.said() + " characters";
            case "minLength" -> subject + " must have at least " + first.said() + " characters";
            case "minProperties" -> subject + " must have at least " + first.said() + " keys";
            case "exclusiveMaximum" -> subject + " must be less than " + first.said();
            case "multipleOf" -> subject + " must be a multiple of " + first.said();
            case "const" -> subject + " must be " + clipped(first.said().toString(), VALUE_CHARACTERS_MAX);
            case "minContains" ->
                subject + " must have at least "
                        + first.said().path("minContains").asText("1") + " entries that fit the schema of contains";
            case "maxContains" ->
                subject + " must have at most "
                        + first.said().path("maxContains").asText() + " entries that fit the schema of contains";
            case "dependentRequired" ->
                subject + " lacks \"" + first.property() + "\", which another key there asks for";
            case "oneOf" -> subject + " must fit exactly one of the alternatives, and fits " + first.property();
            case "not" -> subject + " fits what it must not fit";
            case "false" -> subject + " cannot stand here";
            default -> throw new IllegalStateException("no sentence for the keyword " + first.keyword());
        };
    }

    private static String types(List<Fault> errors) {
        List<String> types = errors.stream()
                .filter(error -> "type".equals(error.keyword()))
                .flatMap(error -> error.said().isArray() ? error.said().valueStream() : Stream.of(error.said()))
                .map(JsonNode::asText)
                .distinct()
                .toList();
        boolean textToo = errors.stream().anyMatch(error -> "pattern".equals(error.keyword()));
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
        String all = choices.valueStream()
                .limit(LISTED_MAX)
                .map(choice ->
                        clipped(choice.isContainerNode() ? choice.toString() : choice.asText(), VALUE_CHARACTERS_MAX))
                .collect(Collectors.joining(", "));
        return choices.size() <= LISTED_MAX ? all : "%s and %,d more".formatted(all, choices.size() - LISTED_MAX);
    }

    private static String clipped(String text, int charactersMax) {
        return text.length() <= charactersMax ? text : text.substring(0, charactersMax) + "…";
    }
}
