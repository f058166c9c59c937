package dev.capocomico.language.tree;

import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.work.Cancellation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds a tree from what a parser meets, YAML's or JSON's, and holds the bounds that both share: nesting, number of
 * nodes, keys that stand twice. Once {@link #stopped} the parser need not go on.
 */
final class TreeBuilder {
    /** From so many keys on, a mapping remembers its keys in a hash map. */
    private static final int LINEAR_KEYS_MAX = 16;

    private static final String ROOT_KEY = "workflow";

    /** A collection that is not closed yet. */
    private static final class Frame {
        final boolean isMapping;
        final Span span;
        final @Nullable String anchor;
        final List<Node.Entry> entries = new ArrayList<>(0);
        final List<Node> items = new ArrayList<>(0);
        final Map<String, Node.Scalar> keys = new HashMap<>(0);
        Node.@Nullable Scalar key;
        int size = 1;
        int height = 1;

        Frame(boolean isMapping, Span span, @Nullable String anchor) {
            this.isMapping = isMapping;
            this.span = span;
            this.anchor = anchor;
        }

        Node.@Nullable Scalar firstUseOf(String key) {
            if (entries.size() < LINEAR_KEYS_MAX) {
                for (Node.Entry entry : entries) {
                    if (entry.key().text().equals(key)) {
                        return entry.key();
                    }
                }
                return null;
            }
            if (keys.isEmpty()) {
                entries.forEach(entry -> keys.put(entry.key().text(), entry.key()));
            }
            return keys.get(key);
        }
    }

    private record Anchored(Node node, int height) {}

    private final Problems problems;
    private final TreeBounds bounds;
    private final Deque<Frame> open = new ArrayDeque<>();
    private final Map<String, Anchored> anchors = new HashMap<>();
    private @Nullable Node root;
    private long unfolded;
    private long nextLook;
    private long aliased;
    private boolean stopped;

    TreeBuilder(Problems problems, TreeBounds bounds) {
        this.problems = problems;
        this.bounds = bounds;
    }

    boolean stopped() {
        return stopped || problems.full();
    }

    void stop() {
        stopped = true;
    }

    /** The tree; null when nothing came, or when reading was stopped. */
    @Nullable Node root() {
        return stopped() ? null : root;
    }

    boolean expectsKey() {
        Frame top = open.peek();
        return top != null && top.isMapping && top.key == null;
    }

    void open(boolean isMapping, Span span, @Nullable String anchor) {
        if (deeper(1, span) && more(1, span)) {
            open.push(new Frame(isMapping, span, anchor));
        }
    }

    void close() {
        Frame top = open.pop();
        Node node = top.isMapping
                ? new Node.Mapping(top.span, List.copyOf(top.entries), top.size)
                : new Node.Sequence(top.span, List.copyOf(top.items), top.size);
        add(node, top.anchor, top.height);
    }

    void key(Node.Scalar key) {
        if (key.text().length() > bounds.keyCharactersMax()) {
            tooLong(key);
            return;
        }
        requireCharacters(key);
        Frame top = open.element();
        Node.Scalar first = top.firstUseOf(key.text());
        if (first != null) {
            problems.add(
                    ProblemCode.DUPLICATE_KEY,
                    path().then(key.text()),
                    key.span(),
                    "the key \"" + key.text() + "\" stands here a second time",
                    "it stands first in line " + first.span().line() + "; keep one of them");
        }
        top.key = key;
    }

    private void tooLong(Node.Scalar key) {
        problems.add(
                ProblemCode.INVALID_VALUE,
                path(),
                key.span(),
                "this key has more than %,d characters".formatted(bounds.keyCharactersMax()),
                "make what it says a value");
        stop();
    }

    void scalar(Node.Scalar scalar, @Nullable String anchor) {
        if (more(1, scalar.span())) {
            requireCharacters(scalar);
            add(scalar, anchor, 1);
        }
    }

    /** An escape can name half of a character. UTF-8 has no bytes for it, so it would be another text when it is read again. */
    private void requireCharacters(Node.Scalar scalar) {
        String text = scalar.text();
        int point;
        for (int i = 0; i < text.length(); i += Character.charCount(point)) {
            point = text.codePointAt(i);
            if (Character.getType(point) == Character.SURROGATE) {
                problems.add(
                        ProblemCode.SYNTAX,
                        path(),
                        scalar.span(),
                        "\\u%04x is half of a character".formatted(point),
                        "write the character itself, or both halves");
                return;
            }
        }
    }

    void alias(String anchor, Span span) {
        Anchored target = anchors.get(anchor);
        if (target == null) {
            boolean itself = open.stream().anyMatch(frame -> anchor.equals(frame.anchor));
            problems.add(
                    ProblemCode.UNSUPPORTED_YAML,
                    path(),
                    span,
                    itself
                            ? "the alias *" + anchor + " stands inside the value that it names"
                            : "there is no anchor &" + anchor + " above this alias",
                    itself ? "a value cannot contain itself" : "write the value out");
            stop();
        } else if (deeper(target.height, span) && moreByAlias(target.node.size(), span)) {
            add(target.node, null, target.height);
        }
    }

    /** Where the next node will stand. */
    Path path() {
        Path path = Path.ROOT;
        for (var frames = open.descendingIterator(); frames.hasNext(); ) {
            Frame frame = frames.next();
            if (!frame.isMapping) {
                path = path.then(frame.items.size());
            } else if (frame.key != null) {
                path = path.then(frame.key.text());
            }
        }
        return path;
    }

    private void add(Node node, @Nullable String anchor, int height) {
        if (anchor != null) {
            anchors.put(anchor, new Anchored(node, height));
        }
        Frame top = open.peek();
        if (top == null) {
            root = node;
            return;
        }
        top.size += node.size();
        top.height = Math.max(top.height, height + 1);
        if (top.isMapping) {
            Node.Scalar key = top.key;
            if (key == null) {
                throw new IllegalStateException("a value without its key in " + path().pointer());
            }
            // Of two equal keys the first stays, so that what follows is judged by one of them.
            if (top.firstUseOf(key.text()) == null) {
                top.entries.add(new Node.Entry(key, node));
                if (!top.keys.isEmpty()) {
                    top.keys.put(key.text(), key);
                }
            }
            top.key = null;
        } else {
            top.items.add(node);
        }
    }

    private boolean deeper(int height, Span span) {
        if (open.size() + height + levelsLeftOut() <= TreeLimits.NESTING_MAX) {
            return true;
        }
        problems.add(
                ProblemCode.NESTING_TOO_DEEP,
                path(),
                span,
                "values are nested deeper than " + TreeLimits.NESTING_MAX + " levels here",
                null);
        stop();
        return false;
    }

    /** A workflow that stands there without its root key is as deep as it will be when it is written out with it. */
    private int levelsLeftOut() {
        Frame outermost = open.peekLast();
        Node.Scalar key = outermost == null ? null : outermost.key;
        return key == null || key.text().equals(ROOT_KEY) ? 0 : 1;
    }

    private boolean more(int nodes, Span span) {
        unfolded += nodes;
        if (unfolded >= nextLook) {
            nextLook = unfolded + Cancellation.STEPS_BETWEEN_LOOKS;
            Cancellation.check();
        }
        return unfolded <= bounds.nodesMax()
                || tooMany(
                        span,
                        "the document holds more than %,d values".formatted(bounds.nodesMax()),
                        "hand large data over as input, not in the definition");
    }

    private boolean moreByAlias(int nodes, Span span) {
        aliased += nodes;
        String message = "written out, the aliases up to here come to more than %,d values"
                .formatted(TreeLimits.ALIASED_NODES_MAX);
        return (aliased <= TreeLimits.ALIASED_NODES_MAX || tooMany(span, message, null)) && more(nodes, span);
    }

    private boolean tooMany(Span span, String message, @Nullable String hint) {
        problems.add(ProblemCode.TOO_MANY_NODES, path(), span, message, hint);
        stop();
        return false;
    }
}
