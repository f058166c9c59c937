package dev.capocomico.language.expression;

import dev.capocomico.language.expression.ExpressionProblem.Kind;
import dev.capocomico.language.problem.DidYouMean;
import dev.cel.common.CelIssue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says in one sentence what the parser or the type-checker of {@code dev.cel} says in its own words. */
final class CelMessages {
    private static final Pattern UNDECLARED =
            Pattern.compile("undeclared reference to '(.*?)' \\(in container.*", Pattern.DOTALL);
    private static final Pattern NO_OVERLOAD =
            Pattern.compile("found no matching overload for '(.*?)' applied to '\\((.*?)\\)'.*", Pattern.DOTALL);
    private static final Pattern NO_FIELDS = Pattern.compile("type '(.*)' does not support field selection");
    private static final Pattern NO_RANGE =
            Pattern.compile("expression of type '(.*)' cannot be range of a comprehension.*", Pattern.DOTALL);
    private static final Pattern OTHER_TYPE = Pattern.compile("expected type '(.*)' but found '(.*)'");
    private static final Pattern QUOTED =
            Pattern.compile("(?:input|at:|at) '(.*?)'(?: expecting .*)?$", Pattern.DOTALL);

    private static final Map<String, String> OTHER_LANGUAGES =
            Map.of("and", "write && for and", "or", "write || for or", "not", "write ! for not", "is", "write ==");

    private static final Map<String, String> HALF_OPERATORS =
            Map.of("=", "write == to compare", "&", "write && for and", "|", "write || for or");

    private CelMessages() {}

    /** One problem: after the first the parser is only guessing. */
    static List<ExpressionProblem> ofParser(String source, Collection<CelIssue> issues) {
        CelIssue first = issues.stream()
                .min(Comparator.comparingInt(issue -> Positions.of(source, issue.getSourceLocation())))
                .orElseThrow();
        for (CelIssue issue : issues) {
            if (issue.getMessage().startsWith("Expression recursion limit exceeded")) {
                return List.of(tooDeep(source));
            }
        }
        return List.of(parserProblem(source, Positions.of(source, first.getSourceLocation()), first.getMessage()));
    }

    static ExpressionProblem tooDeep(String source) {
        return new ExpressionProblem(
                Kind.TOO_LONG,
                0,
                source.length(),
                "the expression is nested deeper, or chains more operators, than "
                        + ExpressionLimits.EXPRESSION_DEPTH_MAX,
                null);
    }

    private static ExpressionProblem parserProblem(String source, int offset, String message) {
        if (message.startsWith("reserved identifier: ")) {
            String word = message.substring(message.indexOf(':') + 2);
            return syntax(offset, word.length(), "\"" + word + "\" is a reserved word and no name", null);
        }
        if (message.startsWith("invalid argument to has()")) {
            return syntax(offset, 1, "has(…) takes one field selection", "write it such as has(input.name)");
        }
        if (message.startsWith("The argument must be a simple name")) {
            return syntax(offset, 1, "the first argument of a macro is a plain name", "write it such as map(x, x.id)");
        }
        if (message.startsWith("For input string") || message.contains("out of range")) {
            return syntax(offset, 1, "this number does not fit into a 64-bit integer", null);
        }
        if (ExpressionText.skipSpace(source, offset) >= source.length()) {
            return syntax(source.length(), 0, "the expression ends too early", missing(message));
        }
        if (message.startsWith("missing ")) {
            Matcher token =
                    Pattern.compile("missing '(.*?)' at.*", Pattern.DOTALL).matcher(message);
            return syntax(
                    offset,
                    1,
                    token.matches() ? "a " + token.group(1) + " is missing here" : "something is missing here",
                    null);
        }
        if (message.startsWith("unsupported syntax")) {
            return syntax(offset, 1, "optional selection such as a.?b is not supported", "test it with has(a.b)");
        }
        return unexpected(source, offset, message);
    }

    private static @Nullable String missing(String message) {
        Matcher token = Pattern.compile("missing '(.*?)' at.*", Pattern.DOTALL).matcher(message);
        return token.matches() ? "a " + token.group(1) + " is missing" : null;
    }

    private static ExpressionProblem unexpected(String source, int offset, String message) {
        String rest = source.substring(offset);
        if (ExpressionText.isQuote(rest.charAt(0))) {
            return ExpressionText.skipString(source, offset) < 0
                    ? syntax(offset, 1, "the string that starts here is not closed", null)
                    : syntax(
                            offset,
                            1,
                            "this string cannot stand here, or has an escape that does not exist",
                            "a backslash is written \\\\");
        }
        String token = token(rest, message);
        String hint = OTHER_LANGUAGES.getOrDefault(token, HALF_OPERATORS.get(token));
        if (hint == null && offset > 0 && ExpressionLanguage.KEYWORDS.contains(token)) {
            hint = source.charAt(offset - 1) == '.' ? "write [\"" + token + "\"] instead of ." + token : null;
        }
        return syntax(offset, token.length(), "\"" + ExpressionText.excerpt(token, 40) + "\" cannot stand here", hint);
    }

    /** The word or character that the parser stumbled over. */
    private static String token(String rest, String message) {
        int word = ExpressionText.skipIdentifier(rest, 0);
        if (word > 0) {
            return rest.substring(0, word);
        }
        Matcher quoted = QUOTED.matcher(message);
        String said = quoted.find() ? quoted.group(1).strip() : "";
        boolean apt = !said.isEmpty() && rest.startsWith(said) && !message.startsWith("token recognition");
        return apt ? said : rest.substring(0, Character.charCount(rest.codePointAt(0)));
    }

    private static ExpressionProblem syntax(int offset, int length, String message, @Nullable String hint) {
        return new ExpressionProblem(Kind.SYNTAX, offset, length, message, hint);
    }

    static List<ExpressionProblem> ofChecker(String source, Collection<CelIssue> issues) {
        List<ExpressionProblem> problems = new ArrayList<>();
        boolean unknownFunction = false;
        for (CelIssue issue : issues) {
            int offset = Positions.of(source, issue.getSourceLocation());
            Matcher undeclared = UNDECLARED.matcher(issue.getMessage());
            if (undeclared.matches() && source.startsWith("{", offset)) {
                return List.of(noMessage(source, offset, undeclared.group(1)));
            }
            if (undeclared.matches() && source.startsWith("(", offset)) {
                problems.add(unknownFunction(source, offset, undeclared.group(1)));
                unknownFunction = true;
            } else {
                problems.add(checkerProblem(source, offset, issue.getMessage()));
            }
        }
        if (unknownFunction) {
            // The names before and inside the brackets of a function that does not exist are mostly part of the same
            // slip.
            problems.removeIf(problem ->
                    problem.kind() == Kind.UNKNOWN_NAME && !problem.message().contains("function"));
        }
        return problems.stream()
                .sorted(Lowering.byOffset())
                .distinct()
                .limit(ExpressionLimits.PROBLEMS_MAX)
                .toList();
    }

    private static ExpressionProblem noMessage(String source, int brace, String name) {
        return type(
                Math.max(0, source.lastIndexOf(name, brace)),
                name.length(),
                "messages such as " + ExpressionText.excerpt(name, 64) + "{…} cannot be made here",
                "write a map such as {'key': value}");
    }

    /** What other languages call a function that is here under another name. */
    private static final Map<String, String> FOREIGN_FUNCTIONS =
            Map.of("len", "size", "length", "size", "count", "size");

    private static ExpressionProblem unknownFunction(String source, int bracket, String name) {
        int start = Math.max(0, source.lastIndexOf(name, bracket));
        if (ExpressionLanguage.MACROS.contains(name)) {
            return new ExpressionProblem(
                    Kind.TYPE,
                    start,
                    name.length(),
                    "the macro " + name + " is given the wrong number of arguments",
                    name.equals("has") ? "write has(input.name)" : "write it such as list." + name + "(x, …)");
        }
        List<String> known = new ArrayList<>(ExpressionLanguage.FUNCTIONS);
        known.addAll(ExpressionLanguage.MACROS);
        Optional<String> near =
                Optional.ofNullable(FOREIGN_FUNCTIONS.get(name)).or(() -> DidYouMean.among(name, known));
        return new ExpressionProblem(
                Kind.UNKNOWN_NAME,
                start,
                name.length(),
                "there is no function \"" + ExpressionText.excerpt(name, 64) + "\"",
                near.map(word -> "did you mean " + word + "?").orElse(null));
    }

    private static ExpressionProblem checkerProblem(String source, int offset, String message) {
        Matcher undeclared = UNDECLARED.matcher(message);
        if (undeclared.matches()) {
            String name = undeclared.group(1);
            return unknownName(offset, name.startsWith(".") ? name.substring(1) : name);
        }
        Matcher overload = NO_OVERLOAD.matcher(message);
        if (overload.matches()) {
            return noOverload(source, offset, overload.group(1), typeNames(overload.group(2)));
        }
        Matcher fields = NO_FIELDS.matcher(message);
        if (fields.matches()) {
            return type(offset, 1, "a value of type " + typeNames(fields.group(1)) + " has no fields", null);
        }
        Matcher range = NO_RANGE.matcher(message);
        if (range.matches()) {
            return type(offset, 1, "only a list or a map can be gone through, not " + typeNames(range.group(1)), null);
        }
        Matcher other = OTHER_TYPE.matcher(message);
        if (other.matches()) {
            return type(
                    offset,
                    1,
                    "a value of type " + typeNames(other.group(1)) + " must stand here, not "
                            + typeNames(other.group(2)),
                    null);
        }
        return type(offset, 1, "the types in this expression do not fit together", null);
    }

    private static ExpressionProblem unknownName(int offset, String name) {
        List<String> names = ExpressionLanguage.names();
        String shown = ExpressionText.excerpt(name, 64);
        return new ExpressionProblem(
                Kind.UNKNOWN_NAME,
                offset,
                name.length(),
                "there is no \"" + shown + "\"",
                DidYouMean.among(name, names)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("an expression can start from " + String.join(", ", names)));
    }

    private static ExpressionProblem noOverload(String source, int offset, String function, String types) {
        return switch (function) {
            case "_?_:_" ->
                type(
                        offset,
                        1,
                        "?: needs a bool before the ? and two values of one type after it, not " + types,
                        "wrap a value in dyn(…) to let the types differ");
            case "_&&_", "_||_" -> noCondition(source, offset, function.substring(1, 3), types);
            case "_[_]" -> type(offset, 1, "a list is indexed by an int and a map by its keys, not " + types, null);
            case "@in" -> type(offset, 2, "in needs a list or a map on its right, not " + types, null);
            default ->
                Character.isLetter(function.charAt(0))
                        ? noFunction(source, offset, function, types)
                        : noOperator(offset, function.replace("_", ""), types);
        };
    }

    private static ExpressionProblem noCondition(String source, int offset, String operator, String types) {
        // Macros are expanded to these operators, which then stand nowhere in the source.
        return source.startsWith(operator, offset)
                ? type(offset, 2, operator + " needs a bool on both sides, not " + types, null)
                : type(offset, 1, "the condition of this macro must be a bool", null);
    }

    private static ExpressionProblem noOperator(int offset, String operator, String types) {
        return type(
                offset,
                operator.length(),
                operator + " cannot be applied to " + types,
                operator.equals("+") ? conversion(types) : null);
    }

    private static ExpressionProblem noFunction(String source, int offset, String function, String types) {
        int start = source.startsWith("(", offset) ? Math.max(0, source.lastIndexOf(function, offset)) : offset;
        return type(start, function.length(), function + " cannot be applied to " + types, null);
    }

    private static @Nullable String conversion(String types) {
        return switch (types) {
            case "int and string", "string and int", "string and double", "double and string" ->
                "turn the number into text with string(…)";
            case "int and double", "double and int" -> "convert one with double(…) or int(…)";
            default -> null;
        };
    }

    private static ExpressionProblem type(int offset, int length, String message, @Nullable String hint) {
        return new ExpressionProblem(Kind.TYPE, offset, length, message, hint);
    }

    /** {@code (int, list(dyn))} as words: {@code int and list(any)}. */
    private static String typeNames(String types) {
        String words = types.replace("google.protobuf.Timestamp", "timestamp")
                .replace("google.protobuf.Duration", "duration")
                .replace("null_type", "null")
                .replace("dyn", "any");
        StringBuilder joined = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                joined.append(" and");
            } else {
                joined.append(c);
            }
        }
        return ExpressionText.excerpt(joined.toString(), 120);
    }
}
