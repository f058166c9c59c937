package dev.capocomico.engine;

import dev.capocomico.engine.store.Archive;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Refusal;
import java.util.Optional;

/**
 * Answers for an execution whose history is gone, from what is left of it.
 *
 * @param summary empty when not even that is left; then it is only known that the id was used
 */
record ArchivedExecution(ExecutionKey key, Optional<Archive.Summary> summary) {
    ExecutionAnswer answer(ExecutionMessage.Request request) {
        return switch (request) {
            case ExecutionMessage.Begin begin -> begunAgain(begin.plan().digest());
            case ExecutionMessage.Ask ask ->
                refused(Refusal.Code.ENDED, "has ended, and its history is not kept any more");
            case ExecutionMessage.AwaitEnd await -> end();
            case ExecutionMessage.Look look -> standing();
            case ExecutionMessage.Release release ->
                refused(Refusal.Code.WRONG_STATE, "has ended, and is not quarantined");
        };
    }

    /** Whether the input is the same cannot be said any more; the workflow is. */
    private ExecutionAnswer begunAgain(String digest) {
        if (summary.isPresent() && summary.get().workflowDigest().equals(digest)) {
            return new ExecutionAnswer.Accepted(summary.get().kind().status());
        }
        return refused(Refusal.Code.ALREADY_STARTED, "was started before, with another workflow");
    }

    private ExecutionAnswer end() {
        return summary.<ExecutionAnswer>map(left -> new ExecutionAnswer.Ended(ending(left), left.task(), left.output()))
                .orElseGet(this::nothingLeft);
    }

    private ExecutionAnswer standing() {
        return summary.<ExecutionAnswer>map(left ->
                        new ExecutionAnswer.Archived(left.workflowDigest(), ending(left), left.task(), left.output()))
                .orElseGet(this::nothingLeft);
    }

    private static Ending ending(Archive.Summary left) {
        return new Ending(left.kind(), left.code(), left.message(), null);
    }

    private ExecutionAnswer nothingLeft() {
        return refused(Refusal.Code.NOT_FOUND, "has ended, and nothing of it is kept any more");
    }

    private ExecutionAnswer refused(Refusal.Code code, String why) {
        return new ExecutionAnswer.Refused(new Refusal(code, "the execution \"" + key.id() + "\" " + why));
    }
}
