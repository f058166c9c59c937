package dev.capocomico;

import dev.capocomico.language.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A workflow cannot be registered. Nothing was changed. */
public final class WorkflowInvalid extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    WorkflowInvalid(String source, List<Problem> problems) {
        super(source + " is no valid workflow:\n"
                + problems.stream()
                        .map(problem -> "  %s:%d:%d %s %s"
                                .formatted(
                                        problem.place().file(),
                                        problem.place().line(),
                                        problem.place().column(),
                                        problem.code(),
                                        problem.message()))
                        .collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    WorkflowInvalid(String message) {
        super(message);
        this.problems = List.of();
    }

    /** Everything that is wrong with the document, in the order of its places; empty when the reason is another. */
    public List<Problem> problems() {
        return problems;
    }
}
