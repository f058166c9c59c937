package dev.capocomico.language.grammar;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A mapping with known keys. */
public final class Shape {
    /**
     * One key.
     *
     * @param meaning one line for the manual and for an editor's completion
     */
    public record Field(String name, Type type, boolean required, String meaning) {}

    private final String name;
    private final List<Field> fields;
    private final Map<String, Field> byName;

    Shape(String name, Field... fields) {
        this.name = name;
        this.fields = List.of(fields);
        this.byName = this.fields.stream().collect(Collectors.toMap(Field::name, Function.identity()));
    }

    static Field required(String name, Type type, String meaning) {
        return new Field(name, type, true, meaning);
    }

    static Field optional(String name, Type type, String meaning) {
        return new Field(name, type, false, meaning);
    }

    public String name() {
        return name;
    }

    /** The name as it reads in a sentence. */
    String inSentence() {
        return switch (name) {
            case "agent" -> "an agent";
            case "document", "workflow", "task", "child workflow", "retry policy" -> "a " + name;
            default -> isSettings() ? "the " + name : name;
        };
    }

    /** As {@link #inSentence}, of one that the reader has before him. */
    String thisOne() {
        return switch (name) {
            case "agent", "document", "workflow", "task", "child workflow", "retry policy" -> "this " + name;
            default -> inSentence();
        };
    }

    boolean isSettings() {
        return name.startsWith("settings ");
    }

    public List<Field> fields() {
        return fields;
    }

    public @Nullable Field field(String name) {
        return byName.get(name);
    }

    public List<String> keys() {
        return fields.stream().map(Field::name).toList();
    }
}
