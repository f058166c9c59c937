package dev.capocomico.language.expression;

import dev.capocomico.model.expression.Variable;

/** A place where an expression reads a variable; the offset is inside the expression. */
public record VariableUse(Variable variable, int offset) {}
