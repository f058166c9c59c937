package dev.capocomico.language.tree;

import org.jspecify.annotations.Nullable;

/** The way from the root of a document to a value; a JSON pointer once somebody asks for it. */
public record Path(@Nullable Path parent, String token) {
    public static final Path ROOT = new Path(null, "");

    public Path then(String token) {
        return new Path(this, token);
    }

    public Path then(int index) {
        return new Path(this, Integer.toString(index));
    }

    /** RFC 6901; empty for the root. */
    public String pointer() {
        StringBuilder pointer = new StringBuilder();
        for (Path step = this; step.parent != null; step = step.parent) {
            pointer.insert(0, step.token.replace("~", "~0").replace("/", "~1")).insert(0, '/');
        }
        return pointer.toString();
    }
}
