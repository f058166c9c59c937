package dev.capocomico.language.tree;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a complaint of the parser means to somebody who writes a workflow. */
record YamlComplaint(String message, @Nullable String hint, boolean shownWhereItBegins) {
    /** A complaint is known by parts of the parser's own words: what is wrong, and what it was reading. */
    private record Known(String problem, String context, YamlComplaint meaning) {}

    private static final List<Known> KNOWN = List.of(
            known("(TAB)", "", "a tab cannot indent a line", "indent with spaces, not with tabs"),
            known("'\\t", "", "a tab cannot stand here", "indent with spaces, not with tabs"),
            known(
                    "mapping values are not allowed here",
                    "",
                    "a : cannot stand here",
                    "put the whole value in quotes; or the line above lacks its colon"),
            known(
                    "could not find expected ':'",
                    "",
                    "this line is no key with its value",
                    "write a colon and a space after the key, and one space more of indentation before a text that goes on"),
            known(
                    "expected <block end>, but found '<block mapping start>'",
                    "",
                    "this line begins in a column where none of the lines above begins",
                    "begin it in the same column as the keys beside it"),
            known(
                    "expected <block end>, but found '<block sequence start>'",
                    "",
                    "this line begins in a column where none of the lines above begins",
                    "begin it in the same column as the entries beside it"),
            known(
                    "expected <block end>, but found '-'",
                    "",
                    "an entry of a list stands among the keys of a mapping",
                    "indent it below its key"),
            known(
                    "expected <block end>",
                    "",
                    "this does not belong to what the lines above begin",
                    "check the indentation, and put a value that begins with a special character in quotes"),
            begun(
                    "unexpected end of stream",
                    "quoted scalar",
                    "this string is never closed",
                    "close it with the same quote"),
            begun(
                    "unexpected document separator",
                    "quoted scalar",
                    "this string is not closed before the document ends",
                    "close it with the same quote"),
            known(
                    "expected ',' or ']'",
                    "",
                    "the list goes on without a comma, or is never closed",
                    "separate the entries by commas, and close the list with ]"),
            known(
                    "expected ',' or '}'",
                    "",
                    "the mapping goes on without a comma, or is never closed",
                    "separate the keys by commas, and close the mapping with }"),
            known(
                    "that cannot start any token",
                    "",
                    "no value can begin with this character",
                    "put the value in quotes"),
            known(
                    "found unknown escape character",
                    "",
                    "there is no such escape in a string",
                    "write a backslash twice, or use single quotes"),
            known("expected the node content", "", "a value is missing before this", null),
            known("found duplicate anchor", "", "this anchor stands twice at one value", "keep one of them"));

    private static Known known(String problem, String context, String message, @Nullable String hint) {
        return new Known(problem, context, new YamlComplaint(message, hint, false));
    }

    private static Known begun(String problem, String context, String message, String hint) {
        return new Known(problem, context, new YamlComplaint(message, hint, true));
    }

    static Optional<YamlComplaint> find(String problem, String context) {
        return KNOWN.stream()
                .filter(known -> problem.contains(known.problem()) && context.contains(known.context()))
                .map(Known::meaning)
                .findFirst();
    }
}
