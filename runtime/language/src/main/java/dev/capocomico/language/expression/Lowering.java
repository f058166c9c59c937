package dev.capocomico.language.expression;

import dev.capocomico.model.expression.Variable;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From the syntax tree of {@code dev.cel} to nodes that can be evaluated, noting what the expression refers to. */
final class Lowering {
    /** The name that the parser gives the accumulators of macros; nobody can write it. */
    private static final String ACCUMULATOR = "@result";

    private final CelAbstractSyntaxTree ast;
    private final Positions positions;
    private final References references;
    private final Deque<Local> locals = new ArrayDeque<>();
    private int slots;

    private record Local(String name, int slot) {}

    Lowering(String source, CelAbstractSyntaxTree ast) {
        this.ast = ast;
        this.positions = new Positions(source, ast.getSource());
        this.references = new References(source);
    }

    Node root() {
        return lower(ast.getExpr());
    }

    List<ExpressionProblem> problems() {
        return references.problems();
    }

    List<VariableUse> variables() {
        return references.variables();
    }

    List<TaskUse> tasks() {
        return references.tasks();
    }

    int slots() {
        return slots;
    }

    private Node lower(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> constant(expr);
            case IDENT -> identifier(expr);
            case SELECT -> select(expr);
            case CALL -> call(expr);
            case LIST -> new Node.MakeItems(lower(expr.list().elements()));
            case MAP ->
                new Node.MakeEntries(expr.map().entries().stream()
                        .map(entry -> Map.entry(lower(entry.key()), lower(entry.value())))
                        .toList());
            case COMPREHENSION -> loop(expr.comprehension());
            case STRUCT, NOT_SET -> references.refuse(positions.of(expr), 1, "messages cannot be made here", null);
        };
    }

    private List<Node> lower(List<CelExpr> exprs) {
        List<Node> nodes = new ArrayList<>(exprs.size());
        for (CelExpr expr : exprs) {
            nodes.add(lower(expr));
        }
        return List.copyOf(nodes);
    }

    private Node constant(CelExpr expr) {
        CelConstant constant = expr.constant();
        Value value =
                switch (constant.getKind()) {
                    case NULL_VALUE -> Value.Null.VALUE;
                    case BOOLEAN_VALUE -> Value.of(constant.booleanValue());
                    case INT64_VALUE -> Value.Int.of(constant.int64Value());
                    case DOUBLE_VALUE -> new Value.Real(constant.doubleValue());
                    case STRING_VALUE -> new Value.Text(constant.stringValue());
                    case BYTES_VALUE -> new Value.Bytes(constant.bytesValue().toByteArray());
                    default -> null;
                };
        return value != null
                ? new Node.Constant(value)
                : references.refuse(
                        positions.of(expr), 1, "there are no unsigned integers here", "write the number without u");
    }

    private Node identifier(CelExpr expr) {
        String name = expr.ident().name();
        Integer slot = slotOf(name);
        if (slot != null) {
            return new Node.Local(slot);
        }
        int offset = positions.of(expr);
        for (Variable variable : Variable.values()) {
            if (variable.identifier().equals(name)) {
                return references.variable(variable, offset);
            }
        }
        return switch (name) {
            case ExpressionLanguage.TASKS -> references.bareTasks(offset);
            case ExpressionLanguage.EXECUTION -> references.bareExecution(offset);
            default -> new Node.Constant(new Value.TypeName(name));
        };
    }

    private @Nullable Integer slotOf(String name) {
        for (Local local : locals) {
            if (local.name().equals(name)) {
                return local.slot();
            }
        }
        return null;
    }

    private boolean isName(CelExpr expr, String name) {
        return expr.getKind() == Kind.IDENT && expr.ident().name().equals(name) && slotOf(name) == null;
    }

    private Node select(CelExpr expr) {
        Node root = root(expr);
        if (root != null) {
            return root;
        }
        CelSelect select = expr.select();
        Node of = lower(select.operand());
        return select.testOnly() ? new Node.Has(of, select.field()) : new Node.Field(of, select.field());
    }

    /** A selection or index that starts at {@code tasks} or {@code execution}, which are no values; else null. */
    private @Nullable Node root(CelExpr expr) {
        CelExpr operand = operandOf(expr);
        if (operand == null) {
            return null;
        }
        if (isName(operand, ExpressionLanguage.EXECUTION)) {
            return references.execution(positions.of(operand), keyOf(expr), positions.of(expr), isTest(expr));
        }
        if (isName(operand, ExpressionLanguage.TASKS)) {
            return references.taskAlone(positions.of(operand), keyOf(expr), positions.of(expr));
        }
        CelExpr tasks = operandOf(operand);
        if (tasks == null || !isName(tasks, ExpressionLanguage.TASKS)) {
            return null;
        }
        String taskId = keyOf(operand);
        return taskId == null
                ? references.taskAlone(positions.of(tasks), null, positions.of(operand))
                : references.task(positions.of(tasks), taskId, keyOf(expr), positions.of(expr), isTest(expr));
    }

    private static boolean isTest(CelExpr expr) {
        return expr.getKind() == Kind.SELECT && expr.select().testOnly();
    }

    /** What is selected from or indexed. */
    private static @Nullable CelExpr operandOf(CelExpr expr) {
        if (expr.getKind() == Kind.SELECT) {
            return expr.select().operand();
        }
        boolean index = expr.getKind() == Kind.CALL && expr.call().function().equals("_[_]");
        return index ? expr.call().args().get(0) : null;
    }

    /** The name that is selected, or the literal text that is the index. */
    private static @Nullable String keyOf(CelExpr expr) {
        if (expr.getKind() == Kind.SELECT) {
            return expr.select().field();
        }
        CelExpr index = expr.call().args().get(1);
        boolean text = index.getKind() == Kind.CONSTANT && index.constant().getKind() == CelConstant.Kind.STRING_VALUE;
        return text ? index.constant().stringValue() : null;
    }

    private Node call(CelExpr expr) {
        Node root = root(expr);
        if (root != null) {
            return root;
        }
        CelCall call = expr.call();
        List<CelExpr> operands = new ArrayList<>();
        call.target().ifPresent(operands::add);
        operands.addAll(call.args());
        return switch (call.function()) {
            case "_&&_" -> new Node.Logic(false, lower(operands.get(0)), lower(operands.get(1)));
            case "_||_" -> new Node.Logic(true, lower(operands.get(0)), lower(operands.get(1)));
            case "_?_:_" ->
                new Node.Conditional(lower(operands.get(0)), lower(operands.get(1)), lower(operands.get(2)));
            case "@not_strictly_false" -> new Node.NotStrictlyFalse(lower(operands.getFirst()));
            case "_+_" -> appends(operands) ? append(operands.get(1)) : function(expr, call.function(), operands);
            default -> function(expr, call.function(), operands);
        };
    }

    private static boolean appends(List<CelExpr> operands) {
        return operands.get(0).identOrDefault().name().equals(ACCUMULATOR)
                && operands.get(1).getKind() == Kind.LIST;
    }

    private Node append(CelExpr list) {
        Integer slot = slotOf(ACCUMULATOR);
        if (slot == null) {
            throw new IllegalStateException("a macro's accumulator is used outside of it");
        }
        return new Node.Append(slot, lower(list.list().elements()));
    }

    private Node function(CelExpr expr, String name, List<CelExpr> operands) {
        Function function = Function.named(name);
        if (function == null) {
            return references.refuse(positions.of(expr), 1, "there is no function \"" + name + "\"", null);
        }
        List<Node> arguments = lower(operands);
        if (name.equals("matches") && arguments.get(1) instanceof Node.Constant(Value.Text regex)) {
            references.requireRegex(regex.value(), positions.of(operands.get(1)));
        }
        StatusComparison.in(name, arguments)
                .ifPresent(mistake -> references.refuseLiteral(
                        positions.of(operands.get(mistake.value())), mistake.message(), mistake.hint()));
        return new Node.Call(function, arguments);
    }

    private Node loop(CelComprehension macro) {
        Node range = lower(macro.iterRange());
        Node start = lower(macro.accuInit());
        int accumulator = slots++;
        int variable = slots++;
        locals.push(new Local(macro.accuVar(), accumulator));
        locals.push(new Local(macro.iterVar(), variable));
        Node goOn = lower(macro.loopCondition());
        Node step = lower(macro.loopStep());
        locals.pop();
        Node result = lower(macro.result());
        locals.pop();
        return new Node.Loop(variable, accumulator, range, start, goOn, step, result);
    }

    static Comparator<ExpressionProblem> byOffset() {
        return Comparator.comparingInt(ExpressionProblem::offset);
    }
}
