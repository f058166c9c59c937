package dev.capocomico.model.execution;

/**
 * Why an attempt, a task or an execution failed.
 *
 * @param retryable whether the one who failed thinks that trying again may help; the policy has the last word
 */
public record Failure(String code, String message, boolean retryable) {
    /** What an agent writes may be of any length, and stays with the execution for its life. */
    public Failure {
        code = FreeText.bounded(code, FreeText.CODE_MAX);
        message = FreeText.bounded(message, FreeText.SENTENCE_MAX);
    }

    static Failure permanent(String code, String message) {
        return new Failure(code, message, false);
    }
}
