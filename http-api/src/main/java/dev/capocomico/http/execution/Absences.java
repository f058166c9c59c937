package dev.capocomico.http.execution;

import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.concurrent.CompletionStage;

/** Says why an execution has no history: it has never been, or its history was kept as long as it was to be. */
public final class Absences {
    private final Asking executions;

    public Absences(Asking executions) {
        this.executions = executions;
    }

    /** Why nothing was found in the journal. */
    public CompletionStage<Answer> why(ExecutionKey key) {
        return executions.ask(key, ExecutionMessage.Look::new).thenApply(answer -> switch (answer) {
            case ExecutionAnswer.Archived archived -> removed(key, archived);
            case ExecutionAnswer.Refused refused -> Refusals.of(refused);
            case ExecutionAnswer.Unavailable unavailable -> Refusals.of(unavailable);
            case ExecutionAnswer.Standing standing -> begunMeanwhile();
            case ExecutionAnswer.Accepted accepted -> throw unexpected(accepted);
            case ExecutionAnswer.Ended ended -> throw unexpected(ended);
        });
    }

    private static Answer.Problem removed(ExecutionKey key, ExecutionAnswer.Archived archived) {
        return Answer.Problem.of(
                ProblemCode.HISTORY_REMOVED,
                "execution \"%s\" is %s, and its history was kept for as long as EVENT_RETENTION_HOURS says; /api/v1/executions/%s tells how it ended"
                        .formatted(key.id(), archived.status().wireName(), key.id()));
    }

    private static Answer.Problem begunMeanwhile() {
        return Answer.Problem.of(ProblemCode.UNAVAILABLE, "the execution has begun this moment; ask again")
                .with("Retry-After", Refusals.COME_AGAIN_AFTER);
    }

    private static IllegalStateException unexpected(ExecutionAnswer answer) {
        return new IllegalStateException(
                "a look was answered with a " + answer.getClass().getSimpleName());
    }
}
