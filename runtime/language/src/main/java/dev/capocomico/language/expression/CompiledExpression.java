package dev.capocomico.language.expression;

import dev.capocomico.model.expression.Variable;
import java.util.List;

public final class CompiledExpression {
    public record VariableUse(Variable variable, int offset) {}

    public record TaskUse(String taskId, int offset, int length) {}

    public List<VariableUse> variables() {
        return List.of();
    }

    public List<TaskUse> tasks() {
        return List.of();
    }

    public ResultKind resultKind() {
        return ResultKind.DYNAMIC;
    }
}
