package dev.capocomico.language.expression;

import dev.capocomico.model.expression.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The words of the expression language, all of them: what is not listed here does not exist. */
public final class ExpressionLanguage {
    public static final String TASKS = "tasks";
    public static final String EXECUTION = "execution";

    /** Expanded before type-checking. */
    public static final List<String> MACROS = List.of("has", "all", "exists", "exists_one", "map", "filter");

    /** Functions and methods, each in the forms that CEL's standard library gives it. */
    public static final List<String> FUNCTIONS = List.of(
            "size",
            "contains",
            "startsWith",
            "endsWith",
            "matches",
            "int",
            "double",
            "string",
            "bool",
            "bytes",
            "timestamp",
            "duration",
            "type",
            "dyn",
            "getFullYear",
            "getMonth",
            "getDate",
            "getDayOfMonth",
            "getDayOfWeek",
            "getDayOfYear",
            "getHours",
            "getMinutes",
            "getSeconds",
            "getMilliseconds");

    public static final List<String> OPERATORS =
            List.of("+", "-", "*", "/", "%", "!", "<", "<=", ">", ">=", "==", "!=", "in", "&&", "||", "?:", "[]", ".");

    /** Names of types, to compare {@code type(x)} with. */
    public static final List<String> TYPES =
            List.of("bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type");

    /** Reserved words that cannot follow a dot either: {@code input["in"]}. */
    static final Set<String> KEYWORDS = Set.of("false", "in", "null", "true");

    /** Words that cannot be names of variables. */
    public static final Set<String> RESERVED_WORDS = Set.of(
            "as",
            "break",
            "const",
            "continue",
            "else",
            "false",
            "for",
            "function",
            "if",
            "import",
            "in",
            "let",
            "loop",
            "package",
            "namespace",
            "null",
            "return",
            "true",
            "var",
            "void",
            "while");

    private ExpressionLanguage() {}

    /** The names that an expression can start from: the variables, {@code tasks} and {@code execution}. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        Arrays.stream(Variable.values()).map(Variable::identifier).forEach(names::add);
        names.add(TASKS);
        names.add(EXECUTION);
        return List.copyOf(names);
    }
}
