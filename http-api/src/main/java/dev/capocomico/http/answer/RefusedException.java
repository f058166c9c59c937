package dev.capocomico.http.answer;

/** The call was not done, for a reason that its caller is told. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Answer.Problem problem;

    public RefusedException(Answer.Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public Answer.Problem problem() {
        return problem;
    }
}
