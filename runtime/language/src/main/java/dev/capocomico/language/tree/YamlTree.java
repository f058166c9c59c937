package dev.capocomico.language.tree;

import dev.capocomico.language.problem.ProblemCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 from the parser's events rather than through its composer: so bounds are held before anything is built,
 * and nothing recurses.
 */
public final class YamlTree {
    /**
     * Large windows: the engine copies what it has not consumed each time it reads on, and it may look ahead from the
     * beginning of a document to its end (over percent escapes in a tag).
     */
    private static final int WINDOW_CHARACTERS_MAX = 1024 * 1024;

    private static final ScalarResolver WORDS = new CoreSchema().getScalarResolver();

    private final SourceText source;
    private final Problems problems;
    private final TreeBuilder tree;
    private int documents;

    private YamlTree(SourceText source, Problems problems, TreeBounds bounds) {
        this.source = source;
        this.problems = problems;
        this.tree = new TreeBuilder(problems, bounds);
    }

    /** Null when the document holds nothing, or when a problem keeps it from being read to its end. */
    public static @Nullable Node read(SourceText source, Problems problems, TreeBounds bounds) {
        return new YamlTree(source, problems, bounds).read();
    }

    private @Nullable Node read() {
        int longLine = source.firstLineLongerThan(TreeLimits.YAML_LINE_CODE_POINTS_MAX);
        if (longLine > 0) {
            String message = "this line has more than %,d characters".formatted(TreeLimits.YAML_LINE_CODE_POINTS_MAX);
            problems.add(ProblemCode.LINE_TOO_LONG, Path.ROOT, new Span(longLine, 1, 1), message, null);
            return null;
        }
        LoadSettings settings = LoadSettings.builder()
                .setBufferSize(Math.clamp(source.bytes(), 1, WINDOW_CHARACTERS_MAX))
                .setCodePointLimit(TreeLimits.DOCUMENT_BYTES_MAX)
                .setSchema(new CoreSchema())
                .build();
        StreamReader reader = new StreamReader(settings, source.reader());
        ParserImpl parser = new ParserImpl(settings, reader);
        Event event = next(parser, reader);
        while (event != null) {
            take(event);
            event = tree.stopped() ? null : next(parser, reader);
        }
        return tree.root();
    }

    /** Null behind the last event, and when the text is no YAML. */
    private @Nullable Event next(ParserImpl parser, StreamReader reader) {
        try {
            return parser.hasNext() ? parser.next() : null;
        } catch (MarkedYamlEngineException e) {
            notYaml(e);
        } catch (ReaderException e) {
            Span span = source.spanOfCodePoint(e.getPosition());
            String character = "U+%04X".formatted(e.getCodePoint());
            notYaml(span, "the character " + character + " cannot stand in YAML", "write it as an escape in quotes");
        } catch (YamlEngineException e) {
            notYaml(new Span(1, 1, 1), String.valueOf(e.getMessage()), null);
        } catch (IllegalArgumentException e) {
            // The engine takes an escape or a tag to pieces before it has looked whether all of it is there.
            Span span = reader.getMark().map(at -> span(at, at)).orElse(new Span(1, 1, 1));
            notYaml(span, "an escape or a tag is cut short, or names no character", "write the character itself");
        }
        return null;
    }

    private void take(Event event) {
        switch (event.getEventId()) {
            case MappingStart, SequenceStart -> open((CollectionStartEvent) event);
            case MappingEnd, SequenceEnd -> tree.close();
            case Scalar -> scalar((ScalarEvent) event);
            case Alias -> alias((AliasEvent) event);
            case DocumentStart -> document(event);
            case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
        }
    }

    private void document(Event event) {
        documents++;
        if (documents > 1) {
            unsupported(span(event), "a second document begins here", "put each workflow into a file of its own");
        }
    }

    private void open(CollectionStartEvent event) {
        boolean mapping = event.getEventId() == Event.ID.MappingStart;
        if (tree.expectsKey()) {
            unsupported(span(event), "a key must be a word, not a list or a mapping", null);
            return;
        }
        Tag own = mapping ? Tag.MAP : Tag.SEQ;
        Optional<String> tag = event.getTag();
        if (tag.isPresent() && !tag.get().equals(own.getValue()) && !tag.get().equals("!")) {
            unsupported(span(event), "the tag " + shown(tag.get()) + " means nothing here", "remove the tag");
            return;
        }
        tree.open(mapping, span(event), event.getAnchor().map(Anchor::getValue).orElse(null));
    }

    private void alias(AliasEvent event) {
        if (tree.expectsKey()) {
            unsupported(span(event), "a key must be a word, not an alias", null);
        } else {
            tree.alias(event.getAlias().getValue(), span(event));
        }
    }

    private void scalar(ScalarEvent event) {
        Node.Style style = event.isPlain()
                ? Node.Style.PLAIN
                : event.isSQuoted() || event.isDQuoted() ? Node.Style.QUOTED : Node.Style.BLOCK;
        Node.ScalarKind kind = kind(event);
        Node.Scalar scalar = new Node.Scalar(span(event), kind, event.getValue(), style);
        if (!tree.expectsKey()) {
            tree.scalar(scalar, event.getAnchor().map(Anchor::getValue).orElse(null));
        } else if (scalar.text().equals("<<") && style == Node.Style.PLAIN) {
            unsupported(
                    scalar.span(),
                    "merge keys (<<) are not part of YAML 1.2",
                    "write the keys out where they are meant");
        } else if (event.getAnchor().isPresent()) {
            unsupported(scalar.span(), "a key cannot have an anchor", "remove the anchor");
        } else {
            tree.key(scalar);
        }
    }

    private Node.ScalarKind kind(ScalarEvent event) {
        String tag = event.getTag().orElse(null);
        if (tag == null || tag.equals("!")) {
            boolean word = event.isPlain() && tag == null;
            return kind(word ? WORDS.resolve(event.getValue(), true) : Tag.STR);
        }
        Node.ScalarKind kind = kind(tag);
        boolean known = kind != Node.ScalarKind.STRING || tag.equals(Tag.STR.getValue());
        if (!known) {
            unsupported(span(event), "the tag " + shown(tag) + " means nothing here", "remove the tag");
        } else if (kind != Node.ScalarKind.STRING && !reads(event.getValue(), kind)) {
            unsupported(
                    span(event),
                    "\"" + event.getValue() + "\" is not what its tag " + shown(tag) + " says",
                    "remove the tag");
        }
        return kind;
    }

    private static boolean reads(String word, Node.ScalarKind kind) {
        Node.ScalarKind plain = kind(WORDS.resolve(word, true));
        return plain == kind || (plain == Node.ScalarKind.INT && kind == Node.ScalarKind.FLOAT);
    }

    private static Node.ScalarKind kind(Tag tag) {
        return kind(tag.getValue());
    }

    /** By its text: the engine makes no tag of every text that a document may hold. */
    private static Node.ScalarKind kind(String tag) {
        if (tag.equals(Tag.NULL.getValue())) {
            return Node.ScalarKind.NULL;
        }
        if (tag.equals(Tag.BOOL.getValue())) {
            return Node.ScalarKind.BOOL;
        }
        if (tag.equals(Tag.INT.getValue())) {
            return Node.ScalarKind.INT;
        }
        return tag.equals(Tag.FLOAT.getValue()) ? Node.ScalarKind.FLOAT : Node.ScalarKind.STRING;
    }

    /** As it was written. */
    private static String shown(String tag) {
        return tag.startsWith(Tag.PREFIX) ? "!!" + tag.substring(Tag.PREFIX.length()) : tag;
    }

    private void unsupported(Span span, String message, @Nullable String hint) {
        problems.add(ProblemCode.UNSUPPORTED_YAML, tree.path(), span, message, hint);
        tree.stop();
    }

    private void notYaml(MarkedYamlEngineException e) {
        String problem = e.getProblem() == null
                ? "this is no YAML"
                : e.getProblem().strip().replace("\n", " ");
        String context = e.getContext() == null ? "" : e.getContext().strip();
        Mark unexpected = e.getProblemMark().orElse(null);
        if (unexpected != null && opensExpression(unexpected)) {
            String message = "an expression inside { } or [ ] has to be in quotes";
            notYaml(span(unexpected, unexpected), message, "write it such as {q: \"${input.q}\"}");
            return;
        }
        Optional<YamlComplaint> meaning = YamlComplaint.find(problem, context);
        boolean begin = meaning.map(YamlComplaint::shownWhereItBegins).orElse(false);
        Optional<Mark> mark = begin
                ? e.getContextMark().or(e::getProblemMark)
                : e.getProblemMark().or(e::getContextMark);
        Span span = mark.map(at -> span(at, at)).orElse(new Span(1, 1, 1));
        notYaml(
                span,
                meaning.map(YamlComplaint::message)
                        .orElse(context.isEmpty() ? problem : problem + " (" + context + ")"),
                meaning.map(YamlComplaint::hint).orElse(null));
    }

    /** Whether what the parser did not expect is the brace of a <code>${</code>. */
    private static boolean opensExpression(Mark mark) {
        int[] text = mark.getBuffer();
        int place = mark.getPointer();
        return place > 0 && place < text.length && text[place] == '{' && text[place - 1] == '$';
    }

    private void notYaml(Span span, String message, @Nullable String hint) {
        problems.add(ProblemCode.SYNTAX, tree.path(), span, message, hint);
        tree.stop();
    }

    private static Span span(Event event) {
        Mark start = event.getStartMark().orElseThrow();
        return span(start, event.getEndMark().orElse(start));
    }

    private static Span span(Mark start, Mark end) {
        boolean oneLine = end.getLine() == start.getLine();
        int length = oneLine ? Math.max(1, end.getColumn() - start.getColumn()) : 1;
        return new Span(start.getLine() + 1, start.getColumn() + 1, length);
    }
}
