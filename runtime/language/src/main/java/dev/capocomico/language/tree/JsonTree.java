package dev.capocomico.language.tree;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.capocomico.language.problem.ProblemCode;
import java.io.IOException;
import java.io.Reader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads JSON (RFC 8259, nothing looser) token by token. */
public final class JsonTree {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(2 * TreeLimits.NESTING_MAX)
                    .maxNumberLength(TreeLimits.DOCUMENT_BYTES_MAX)
                    .maxStringLength(TreeLimits.DOCUMENT_BYTES_MAX)
                    .maxNameLength(TreeLimits.DOCUMENT_BYTES_MAX)
                    .build())
            .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
            .build();

    private final Problems problems;
    private final TreeBuilder tree;
    private final SourceText.Utf16Places places;

    private static final Pattern PLACE = Pattern.compile("(?:at )?\\[Source:[^;]*; line: (\\d+), column: (\\d+)\\]");

    private JsonTree(SourceText source, Problems problems, TreeBounds bounds) {
        this.problems = problems;
        this.tree = new TreeBuilder(problems, bounds);
        this.places = source.utf16Places();
    }

    /** Null when the document holds nothing, or when a problem keeps it from being read to its end. */
    public static @Nullable Node read(SourceText source, Problems problems, TreeBounds bounds) {
        return new JsonTree(source, problems, bounds).read(source.reader());
    }

    private @Nullable Node read(Reader text) {
        int depth = 0;
        boolean ended = false;
        try (JsonParser parser = JSON.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null && !tree.stopped(); token = parser.nextToken()) {
                if (ended) {
                    problems.add(
                            ProblemCode.SYNTAX, Path.ROOT, span(parser), "the document goes on after its end", null);
                    return null;
                }
                take(parser, token);
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                ended = depth == 0;
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            Span span = at == null ? new Span(1, 1, 1) : places.span(at.getCharOffset());
            problems.add(ProblemCode.SYNTAX, tree.path(), span, sentence(e.getOriginalMessage()), null);
            tree.stop();
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory cannot fail", e);
        }
        return tree.root();
    }

    private void take(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT, START_ARRAY -> tree.open(token == JsonToken.START_OBJECT, span(parser), null);
            case END_OBJECT, END_ARRAY -> tree.close();
            case FIELD_NAME -> tree.key(scalar(parser, Node.ScalarKind.STRING));
            case VALUE_STRING -> tree.scalar(scalar(parser, Node.ScalarKind.STRING), null);
            case VALUE_NUMBER_INT -> tree.scalar(scalar(parser, Node.ScalarKind.INT), null);
            case VALUE_NUMBER_FLOAT -> tree.scalar(scalar(parser, Node.ScalarKind.FLOAT), null);
            case VALUE_TRUE, VALUE_FALSE -> tree.scalar(scalar(parser, Node.ScalarKind.BOOL), null);
            case VALUE_NULL -> tree.scalar(scalar(parser, Node.ScalarKind.NULL), null);
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("a text has no token " + token);
        }
    }

    private Node.Scalar scalar(JsonParser parser, Node.ScalarKind kind) throws IOException {
        Node.Style style = kind == Node.ScalarKind.STRING ? Node.Style.QUOTED : Node.Style.PLAIN;
        String text = parser.getText();
        Span start = span(parser);
        int length = text.codePointCount(0, text.length()) + (kind == Node.ScalarKind.STRING ? 2 : 0);
        return new Node.Scalar(new Span(start.line(), start.column(), length), kind, text, style);
    }

    private Span span(JsonParser parser) {
        return places.span(parser.currentTokenLocation().getCharOffset());
    }

    /** The parser's own words, without the name of the source and what it says of its own options. */
    private static String sentence(String message) {
        int end = message.indexOf('\n');
        return PLACE.matcher(end < 0 ? message : message.substring(0, end)).replaceAll("in line $1, column $2");
    }
}
