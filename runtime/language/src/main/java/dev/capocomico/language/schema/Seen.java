package dev.capocomico.language.schema;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/** Which properties or items of one value the keywords of a schema have looked at, for {@code unevaluatedProperties} and {@code unevaluatedItems}. */
final class Seen {
    private final Set<String> properties = new HashSet<>();
    private final BitSet items = new BitSet();

    void property(String name) {
        properties.add(name);
    }

    void item(int index) {
        items.set(index);
    }

    /** All items before this index. */
    void itemsBefore(int end) {
        items.set(0, end);
    }

    boolean hasProperty(String name) {
        return properties.contains(name);
    }

    boolean hasItem(int index) {
        return items.get(index);
    }

    /** Takes over what a schema beside this one has looked at. */
    void add(Seen other, Run run) {
        run.steps(1 + other.properties.size() + other.items.length() / Long.SIZE);
        properties.addAll(other.properties);
        items.or(other.items);
    }
}
