package dev.capocomico.language.expression;

import java.util.List;

/** An expression that was parsed and type-checked, with what it refers to. Immutable. */
public final class CompiledExpression {
    private final String source;
    private final List<VariableUse> variables;
    private final List<TaskUse> tasks;
    private final ResultKind resultKind;
    private final Program program;

    CompiledExpression(
            String source, List<VariableUse> variables, List<TaskUse> tasks, ResultKind resultKind, Program program) {
        this.source = source;
        this.variables = List.copyOf(variables);
        this.tasks = List.copyOf(tasks);
        this.resultKind = resultKind;
        this.program = program;
    }

    public String source() {
        return source;
    }

    /** Every use of a variable, by offset. {@code tasks} and {@code execution} are no variables. */
    public List<VariableUse> variables() {
        return variables;
    }

    /** Every use of a task, by offset. */
    public List<TaskUse> tasks() {
        return tasks;
    }

    public ResultKind resultKind() {
        return resultKind;
    }

    Program program() {
        return program;
    }
}
