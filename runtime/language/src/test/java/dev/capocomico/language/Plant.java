package dev.capocomico.language;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tree that a fuzzer may bend as it likes: a mapping whose keys may stand twice, a list, a value, a word that goes into the
 * document as it is, or an alias. The parts that do not belong to its kind are empty.
 */
final class Plant {
    /** What it is. */
    enum Kind {
        MAPPING,
        LIST,
        STRING,
        /** Written without quotes, whatever that makes of it. */
        WORD,
        ALIAS
    }

    Kind kind;
    String text;
    final List<String> keys = new ArrayList<>();
    final List<Plant> children = new ArrayList<>();

    @Nullable String anchor;

    private Plant(Kind kind, String text) {
        this.kind = kind;
        this.text = text;
    }

    static Plant mapping() {
        return new Plant(Kind.MAPPING, "");
    }

    static Plant list() {
        return new Plant(Kind.LIST, "");
    }

    static Plant string(String text) {
        return new Plant(Kind.STRING, text);
    }

    static Plant word(String text) {
        return new Plant(Kind.WORD, text);
    }

    static Plant alias(String anchor) {
        return new Plant(Kind.ALIAS, anchor);
    }

    static Plant of(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> {
                Plant mapping = mapping();
                json.properties().forEach(entry -> mapping.put(entry.getKey(), of(entry.getValue())));
                yield mapping;
            }
            case ARRAY -> {
                Plant list = list();
                json.forEach(item -> list.children.add(of(item)));
                yield list;
            }
            case STRING -> string(json.textValue());
            case NUMBER, BOOLEAN, NULL -> word(json.toString());
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("no document holds " + json.getNodeType());
        };
    }

    Plant put(String key, Plant child) {
        keys.add(key);
        children.add(child);
        return this;
    }

    Plant copy() {
        Plant copy = new Plant(kind, text);
        copy.anchor = anchor;
        copy.keys.addAll(keys);
        children.forEach(child -> copy.children.add(child.copy()));
        return copy;
    }

    /** Becomes what the other one is. */
    void become(Plant other) {
        Plant copy = other.copy();
        kind = copy.kind;
        text = copy.text;
        anchor = copy.anchor;
        keys.clear();
        keys.addAll(copy.keys);
        children.clear();
        children.addAll(copy.children);
    }

    boolean isBranch() {
        return kind == Kind.MAPPING || kind == Kind.LIST;
    }

    /** This one and everything below it. */
    List<Plant> all() {
        List<Plant> all = new ArrayList<>();
        collect(all);
        return all;
    }

    private void collect(List<Plant> all) {
        all.add(this);
        children.forEach(child -> child.collect(all));
    }

    /** Everything that stands under a key of this name, anywhere. */
    List<Plant> under(String key) {
        List<Plant> found = new ArrayList<>();
        for (Plant plant : all()) {
            for (int i = 0; i < plant.keys.size(); i++) {
                if (plant.keys.get(i).equals(key)) {
                    found.add(plant.children.get(i));
                }
            }
        }
        return found;
    }
}
