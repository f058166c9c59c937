package dev.capocomico.language.expression;

import com.google.common.collect.ImmutableSet;
import dev.capocomico.language.expression.Compilation.Compiled;
import dev.capocomico.language.expression.Compilation.Rejected;
import dev.capocomico.language.expression.ExpressionProblem.Kind;
import dev.capocomico.model.expression.Variable;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.checker.CelStandardDeclarations.StandardFunction;
import dev.cel.checker.CelStandardDeclarations.StandardIdentifier;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import java.util.Arrays;
import java.util.List;

/** Parses and type-checks with {@code dev.cel}. Only this class, and what it calls, loads that library. */
final class CelFrontEnd {
    /** Operators in the names of the syntax tree, beside {@link ExpressionLanguage#FUNCTIONS}. */
    private static final ImmutableSet<StandardFunction> OPERATORS = ImmutableSet.of(
            StandardFunction.IN,
            StandardFunction.NOT_STRICTLY_FALSE,
            StandardFunction.CONDITIONAL,
            StandardFunction.LOGICAL_NOT,
            StandardFunction.LOGICAL_OR,
            StandardFunction.LOGICAL_AND,
            StandardFunction.EQUALS,
            StandardFunction.NOT_EQUALS,
            StandardFunction.ADD,
            StandardFunction.SUBTRACT,
            StandardFunction.MULTIPLY,
            StandardFunction.DIVIDE,
            StandardFunction.MODULO,
            StandardFunction.NEGATE,
            StandardFunction.INDEX,
            StandardFunction.LESS,
            StandardFunction.LESS_EQUALS,
            StandardFunction.GREATER,
            StandardFunction.GREATER_EQUALS);

    private static final int RECOVERIES_MAX = 3;

    private static final CelCompiler COMPILER = compiler();

    private CelFrontEnd() {}

    private static CelCompiler compiler() {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(CelOptions.current()
                        .enableHeterogeneousNumericComparisons(true)
                        .maxExpressionCodePointSize(ExpressionLimits.EXPRESSION_BYTES_MAX)
                        .maxParseRecursionDepth(ExpressionLimits.EXPRESSION_DEPTH_MAX)
                        .maxParseErrorRecoveryLimit(RECOVERIES_MAX)
                        .build())
                .setStandardEnvironmentEnabled(false)
                .setStandardDeclarations(declarations())
                .setStandardMacros(
                        CelStandardMacro.HAS,
                        CelStandardMacro.ALL,
                        CelStandardMacro.EXISTS,
                        CelStandardMacro.EXISTS_ONE,
                        CelStandardMacro.MAP,
                        CelStandardMacro.MAP_FILTER,
                        CelStandardMacro.FILTER)
                .addVar(
                        ExpressionLanguage.TASKS,
                        MapType.create(SimpleType.STRING, MapType.create(SimpleType.STRING, SimpleType.DYN)))
                .addVar(ExpressionLanguage.EXECUTION, MapType.create(SimpleType.STRING, SimpleType.STRING));
        for (Variable variable : Variable.values()) {
            builder.addVar(variable.identifier(), PathExpression.isInt(variable) ? SimpleType.INT : SimpleType.DYN);
        }
        return builder.build();
    }

    private static CelStandardDeclarations declarations() {
        return CelStandardDeclarations.newBuilder()
                .filterFunctions((function, overload) -> isDeclared(function))
                .filterIdentifiers(CelFrontEnd::isDeclared)
                .build();
    }

    private static boolean isDeclared(StandardFunction function) {
        return OPERATORS.contains(function) || ExpressionLanguage.FUNCTIONS.contains(function.functionName());
    }

    private static boolean isDeclared(StandardIdentifier identifier) {
        return ExpressionLanguage.TYPES.contains(identifier.identDecl().name());
    }

    /** The functions and operators that the type-checker knows, in the names of the syntax tree. */
    static List<String> declaredFunctions() {
        return Arrays.stream(StandardFunction.values())
                .filter(CelFrontEnd::isDeclared)
                .map(StandardFunction::functionName)
                .toList();
    }

    static Compilation compile(String source) {
        try {
            CelValidationResult parsed = COMPILER.parse(source);
            if (parsed.hasError()) {
                return new Rejected(CelMessages.ofParser(source, parsed.getErrors()));
            }
            CelValidationResult checked = COMPILER.check(parsed.getAst());
            return checked.hasError()
                    ? new Rejected(CelMessages.ofChecker(source, checked.getErrors()))
                    : lowered(source, checked.getAst());
        } catch (CelValidationException | RuntimeException e) {
            // A defect of the library must not take down whoever registers a definition.
            return new Rejected(List.of(new ExpressionProblem(
                    Kind.SYNTAX, 0, source.length(), "this expression cannot be understood", null)));
        } catch (StackOverflowError e) {
            return new Rejected(List.of(CelMessages.tooDeep(source)));
        }
    }

    private static Compilation lowered(String source, CelAbstractSyntaxTree ast) {
        Lowering lowering = new Lowering(source, ast);
        Node root = lowering.root();
        if (!lowering.problems().isEmpty()) {
            return new Rejected(lowering.problems());
        }
        return new Compiled(new CompiledExpression(
                source,
                lowering.variables(),
                lowering.tasks(),
                root instanceof Node.ReadTask read && read.field() == TaskField.STATUS
                        ? ResultKind.STRING
                        : kind(ast.getResultType()),
                new Program.Evaluate(root, lowering.slots())));
    }

    private static ResultKind kind(CelType type) {
        CelKind kind = type.kind();
        return switch (kind) {
            case BOOL -> ResultKind.BOOL;
            case INT -> ResultKind.INT;
            case DOUBLE -> ResultKind.DOUBLE;
            case STRING -> ResultKind.STRING;
            case LIST -> ResultKind.LIST;
            case MAP -> ResultKind.MAP;
            case NULL_TYPE -> ResultKind.NULL;
            case BYTES, TIMESTAMP, DURATION, TYPE -> ResultKind.OTHER;
            default -> ResultKind.DYNAMIC;
        };
    }
}
