package dev.capocomico.language.expression;

import dev.capocomico.language.expression.ExpressionProblem.Kind;
import dev.capocomico.language.problem.DidYouMean;
import dev.capocomico.model.expression.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an expression refers to: variables, tasks, the execution. Notes the uses and the misuses. */
final class References {
    private static final Node NOTHING = new Node.Constant(Value.Null.VALUE);

    private final String source;
    private final List<VariableUse> variables = new ArrayList<>();
    private final List<TaskUse> tasks = new ArrayList<>();
    private final List<ExpressionProblem> problems = new ArrayList<>();

    References(String source) {
        this.source = source;
    }

    List<VariableUse> variables() {
        variables.sort((a, b) -> Integer.compare(a.offset(), b.offset()));
        return variables;
    }

    List<TaskUse> tasks() {
        tasks.sort((a, b) -> Integer.compare(a.offset(), b.offset()));
        return tasks;
    }

    List<ExpressionProblem> problems() {
        return problems.stream()
                .sorted(Lowering.byOffset())
                .limit(ExpressionLimits.PROBLEMS_MAX)
                .toList();
    }

    Node refuse(int offset, int length, String message, @Nullable String hint) {
        problems.add(new ExpressionProblem(Kind.TYPE, offset, length, message, hint));
        return NOTHING;
    }

    private Node unknown(int offset, int length, String message, @Nullable String hint) {
        problems.add(new ExpressionProblem(Kind.UNKNOWN_NAME, offset, length, message, hint));
        return NOTHING;
    }

    Node variable(Variable variable, int offset) {
        variables.add(new VariableUse(variable, offset));
        return new Node.ReadVariable(variable);
    }

    Node bareTasks(int offset) {
        return refuse(
                offset,
                ExpressionLanguage.TASKS.length(),
                "tasks by itself is no value",
                "name one task and what to read of it, such as tasks.fetch.output");
    }

    Node bareExecution(int offset) {
        return refuse(
                offset, ExpressionLanguage.EXECUTION.length(), "execution by itself is no value", "write execution.id");
    }

    Node execution(int offset, @Nullable String key, int memberAt, boolean test) {
        int length = memberEnd(memberAt) - offset;
        if (key == null || !key.equals("id")) {
            return unknown(
                    offset,
                    length,
                    key == null ? "execution has only an id" : "execution has no \"" + shown(key) + "\"",
                    "write execution.id");
        }
        return test ? new Node.Constant(Value.Bool.TRUE) : new Node.ReadExecutionId();
    }

    /** {@code tasks.x} with nothing after it, or {@code tasks[…]} with something that is no literal. */
    Node taskAlone(int offset, @Nullable String taskId, int memberAt) {
        int length = memberEnd(memberAt) - offset;
        if (taskId == null) {
            return refuse(
                    offset,
                    length,
                    "the task must be named by a literal, so that its order is known before anything runs",
                    "write tasks[\"fetch\"].output");
        }
        String task = taskPrefix(taskId);
        return refuse(
                offset, length, task + " by itself is no value", "write " + task + ".output or " + task + ".status");
    }

    Node task(int offset, String taskId, @Nullable String key, int memberAt, boolean test) {
        int length = memberEnd(memberAt) - offset;
        for (TaskField field : TaskField.values()) {
            if (field.identifier().equals(key)) {
                tasks.add(new TaskUse(taskId, field, offset, length));
                Node read = new Node.ReadTask(taskId, field);
                return test ? present(read) : read;
            }
        }
        List<String> fields =
                Arrays.stream(TaskField.values()).map(TaskField::identifier).toList();
        String near = key == null ? "output" : DidYouMean.among(key, fields).orElse("");
        String task = taskPrefix(taskId);
        return unknown(
                offset,
                length,
                key == null
                        ? "a task has an output and a status, named literally"
                        : "a task has an output and a status, but no \"" + shown(key) + "\"",
                near.isEmpty()
                        ? "write " + task + ".output or " + task + ".status"
                        : "did you mean " + task + "." + near + "?");
    }

    /** {@code has(tasks.x.output)}: the task has an output that is not null. */
    private static Node present(Node read) {
        Function differs = Function.named("_!=_");
        if (differs == null) {
            throw new IllegalStateException("the operator != is missing");
        }
        return new Node.Call(differs, List.of(read, NOTHING));
    }

    void requireRegex(String regex, int offset) {
        try {
            RegexBounds.compile(regex, new Meter());
        } catch (EvaluationFailure failure) {
            refuseLiteral(offset, failure.sentence(), null);
        }
    }

    /** Refuses the literal that starts at the offset: a whole string, or the first character of anything else. */
    void refuseLiteral(int offset, String message, @Nullable String hint) {
        int end = offset < source.length() && ExpressionText.isQuote(source.charAt(offset))
                ? ExpressionText.skipString(source, offset)
                : -1;
        refuse(offset, end < 0 ? 1 : end - offset, message, hint);
    }

    private static String taskPrefix(String taskId) {
        String id = shown(taskId);
        return TaskIds.isPlain(id) ? "tasks." + id : "tasks[\"" + id + "\"]";
    }

    private static String shown(String name) {
        return ExpressionText.excerpt(name, 128);
    }

    /** The end of a selection or index whose dot or bracket is at the given offset. */
    private int memberEnd(int memberAt) {
        if (source.startsWith("[", memberAt)) {
            int inside = ExpressionText.skipSpace(source, memberAt + 1);
            boolean quoted = inside < source.length() && ExpressionText.isQuote(source.charAt(inside));
            int after = quoted ? ExpressionText.skipString(source, inside) : inside;
            int close = source.indexOf(']', Math.max(after, inside));
            return close < 0 ? source.length() : close + 1;
        }
        if (source.startsWith("(", memberAt)) {
            // has(…) stands at its bracket; its argument ends where the bracket closes.
            int close = source.indexOf(')', memberAt);
            return close < 0 ? source.length() : close;
        }
        int name = ExpressionText.skipSpace(source, Math.min(memberAt + 1, source.length()));
        if (source.startsWith("`", name)) {
            return source.indexOf('`', name + 1) + 1;
        }
        return ExpressionText.skipIdentifier(source, name);
    }
}
