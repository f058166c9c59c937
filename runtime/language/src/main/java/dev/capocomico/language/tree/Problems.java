package dev.capocomico.language.tree;

import dev.capocomico.language.problem.Excerpt;
import dev.capocomico.language.problem.Place;
import dev.capocomico.language.problem.Problem;
import dev.capocomico.language.problem.ProblemCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with one document, each thing once. */
public final class Problems {
    private record Identity(ProblemCode code, int line, int column, String message) {}

    private static final int EXCERPT_CODE_POINTS_MAX = 400;
    private static final int MESSAGE_CHARACTERS_MAX = 600;

    private final SourceText source;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Identity> known = new HashSet<>();
    private boolean full;

    public Problems(SourceText source) {
        this.source = source;
    }

    public void add(ProblemCode code, Cursor where, String message) {
        add(code, where, message, null);
    }

    /**
     * A problem with a value.
     *
     * @param hint what to do; null for what one does about this code in general
     */
    public void add(ProblemCode code, Cursor where, String message, @Nullable String hint) {
        add(code, where.path(), where.node().span(), message, hint);
    }

    /** A problem inside a string, at an offset of its value. */
    public void addInside(
            ProblemCode code, Cursor string, int offset, int length, String message, @Nullable String hint) {
        if (full) {
            return;
        }
        Span span = string.node() instanceof Node.Scalar scalar
                ? new ScalarPlaces(source, scalar).span(offset, length)
                : string.node().span();
        add(code, string.path(), span, message, hint);
    }

    public void add(ProblemCode code, Path path, Span span, String message, @Nullable String hint) {
        if (full || !known.add(new Identity(code, span.line(), span.column(), message))) {
            return;
        }
        if (problems.size() >= TreeLimits.PROBLEMS_MAX) {
            full = true;
            problems.add(problem(
                    ProblemCode.TOO_MANY_PROBLEMS,
                    path,
                    span,
                    "there are more than " + TreeLimits.PROBLEMS_MAX + " problems; reading stopped here",
                    ProblemCode.TOO_MANY_PROBLEMS.remedy()));
            return;
        }
        problems.add(problem(code, path, span, message, hint == null ? code.remedy() : hint));
    }

    /** Whether so much was found that looking further is of no use. */
    public boolean full() {
        return full;
    }

    public boolean isEmpty() {
        return problems.isEmpty();
    }

    public List<Problem> inOrder() {
        List<Problem> sorted = new ArrayList<>(problems);
        sorted.sort(Comparator.<Problem>comparingInt(problem -> problem.place().line())
                .thenComparingInt(problem -> problem.place().column()));
        return sorted;
    }

    private Problem problem(ProblemCode code, Path path, Span span, String message, String hint) {
        Place place = new Place(source.name(), span.line(), span.column());
        return new Problem(code, path.pointer(), place, clip(message), clip(hint), excerpt(span));
    }

    private Excerpt excerpt(Span span) {
        int caret = source.columnWithin(span.line(), span.column()) - 1;
        String line = source.from(span.line(), 1, EXCERPT_CODE_POINTS_MAX + 1);
        // A line may be as long as the document: what is shown of it is a window around the caret.
        boolean whole = codePoints(line) <= EXCERPT_CODE_POINTS_MAX;
        int from = whole ? 0 : Math.max(0, caret - EXCERPT_CODE_POINTS_MAX / 2);
        String window = whole ? line : source.from(span.line(), from + 1, EXCERPT_CODE_POINTS_MAX);
        int length = Math.max(1, Math.min(span.length(), from + codePoints(window) - caret));
        return new Excerpt(window, caret - from, length);
    }

    private static int codePoints(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String clip(String sentence) {
        return sentence.length() <= MESSAGE_CHARACTERS_MAX
                ? sentence
                : sentence.substring(0, MESSAGE_CHARACTERS_MAX) + "…";
    }
}
