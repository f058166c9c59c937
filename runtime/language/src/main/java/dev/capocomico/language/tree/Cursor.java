package dev.capocomico.language.tree;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node, and the way that led to it: what a problem needs to say where it is. */
public record Cursor(Node node, Path path) {
    /** Null when this is no mapping, or has no such key. */
    public @Nullable Cursor at(String key) {
        Node child = node instanceof Node.Mapping mapping ? mapping.get(key) : null;
        return child == null ? null : new Cursor(child, path.then(key));
    }

    /** Follows a JSON pointer as far as it leads; the last node found is where its problem is shown. */
    public Cursor follow(String pointer) {
        Cursor here = this;
        for (String token : pointer.split("/", -1)) {
            Cursor next =
                    token.isEmpty() ? here : here.step(token.replace("~1", "/").replace("~0", "~"));
            if (next == null) {
                return here;
            }
            here = next;
        }
        return here;
    }

    private @Nullable Cursor step(String token) {
        if (node instanceof Node.Sequence sequence) {
            int index = token.matches("\\d{1,7}") ? Integer.parseInt(token) : -1;
            return index >= 0 && index < sequence.items().size() ? item(sequence, index) : null;
        }
        return at(token);
    }

    /** The items of a list; none when this is no list. */
    public Stream<Cursor> items() {
        return node instanceof Node.Sequence sequence
                ? IntStream.range(0, sequence.items().size()).mapToObj(index -> item(sequence, index))
                : Stream.empty();
    }

    private Cursor item(Node.Sequence sequence, int index) {
        return new Cursor(sequence.items().get(index), path.then(index));
    }
}
