package dev.capocomico.language.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value in a document. Immutable; an alias is the very node that its anchor names, so the tree may be a graph, whose
 * unfolded size and depth were checked when it was read.
 */
public sealed interface Node {
    Span span();

    /** Nodes in the unfolded tree, this one included. */
    int size();

    /** The word for a node of this kind in a message. */
    String kind();

    record Mapping(Span span, List<Entry> entries, int size) implements Node {
        public @Nullable Entry entry(String key) {
            // A linear search: mappings with known keys have few of them, and this is far smaller than a hash map.
            for (Entry entry : entries) {
                if (entry.key().text().equals(key)) {
                    return entry;
                }
            }
            return null;
        }

        public @Nullable Node get(String key) {
            Entry entry = entry(key);
            return entry == null ? null : entry.value();
        }

        @Override
        public String kind() {
            return "a mapping";
        }
    }

    record Entry(Scalar key, Node value) {}

    record Sequence(Span span, List<Node> items, int size) implements Node {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /**
     * A single value.
     *
     * @param text for a string its value, else the text as it was written
     */
    record Scalar(Span span, ScalarKind type, String text, Style style) implements Node {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public String kind() {
            return switch (type) {
                case NULL -> "nothing (null)";
                case BOOL -> "a truth value";
                case INT, FLOAT -> "a number";
                case STRING -> "a string";
            };
        }
    }

    /** What an unquoted word is; a quoted one is a string. */
    enum ScalarKind {
        NULL,
        BOOL,
        INT,
        FLOAT,
        STRING
    }

    /** How a scalar was written; tells where in the source its text begins. */
    enum Style {
        PLAIN,
        QUOTED,
        BLOCK
    }
}
