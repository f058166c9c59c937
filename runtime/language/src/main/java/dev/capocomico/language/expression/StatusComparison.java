package dev.capocomico.language.expression;

import dev.capocomico.language.problem.DidYouMean;
import dev.capocomico.model.execution.TaskStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds comparisons of a task's status with a value that no status has: such a comparison is never true, so the branch behind it
 * would vanish without a word.
 */
final class StatusComparison {
    private static final List<String> STATUSES =
            Arrays.stream(TaskStatus.values()).map(TaskStatus::wireName).toList();

    /** Words that other systems, or other parts of this one, use for a status. */
    private static final Map<String, TaskStatus> OTHER_WORDS = Map.of(
            "timed_out", TaskStatus.TIMEOUT,
            "success", TaskStatus.COMPLETED,
            "succeeded", TaskStatus.COMPLETED,
            "done", TaskStatus.COMPLETED,
            "error", TaskStatus.FAILED,
            "failure", TaskStatus.FAILED,
            "executing", TaskStatus.RUNNING);

    private StatusComparison() {}

    /**
     * What is wrong with a comparison, and what to write instead.
     *
     * @param value the place of the operand that is no status
     */
    record Mistake(int value, String message, String hint) {}

    /** Empty for every call that is no such comparison, and for comparisons that can be true. */
    static Optional<Mistake> in(String function, List<Node> operands) {
        return switch (function) {
            case "_==_", "_!=_" ->
                isStatus(operands.get(0))
                        ? check(1, operands.get(1))
                        : isStatus(operands.get(1)) ? check(0, operands.get(0)) : Optional.empty();
            case "@in" ->
                isStatus(operands.get(0)) && operands.get(1) instanceof Node.MakeItems list
                        ? list.elements().stream()
                                .map(element -> check(1, element))
                                .flatMap(Optional::stream)
                                .findFirst()
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean isStatus(Node node) {
        return node instanceof Node.ReadTask read && read.field() == TaskField.STATUS;
    }

    private static Optional<Mistake> check(int place, Node value) {
        if (!(value instanceof Node.Constant(Value constant))) {
            return Optional.empty();
        }
        if (!(constant instanceof Value.Text text)) {
            return Optional.of(new Mistake(place, "a task's status is a string", list()));
        }
        if (STATUSES.contains(text.value())) {
            return Optional.empty();
        }
        String word = ExpressionText.excerpt(text.value(), 64);
        return Optional.of(new Mistake(place, "no task has the status \"" + word + "\"", hint(text.value())));
    }

    private static String hint(String word) {
        @Nullable TaskStatus known = OTHER_WORDS.get(word);
        return known != null
                ? "did you mean \"" + known.wireName() + "\"?"
                : DidYouMean.hint(word, STATUSES, "the statuses are");
    }

    private static String list() {
        return "the statuses are: " + String.join(", ", STATUSES);
    }
}
