package dev.capocomico.language.expression;

/**
 * A place where an expression reads a task.
 *
 * @param offset of the word {@code tasks} in the expression
 * @param length from there to the end of {@code .output} or {@code .status}
 */
public record TaskUse(String taskId, TaskField field, int offset, int length) {}
