package dev.capocomico.http.workflow;

import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.store.WorkflowRuns;
import dev.capocomico.engine.store.WorkflowRuns.Run;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.NotNow;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.execution.Asking;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Begins an execution if no other of its workflow is under way; of those who ask for that at once, for one. */
public final class Alone {
    /** So many that are open are asked for at a time. */
    private static final int LOOKED_AT_MAX = 20;

    /** If all of them have ended meanwhile, there may be others, and it is looked again. */
    private static final int LOOKS_MAX = 10;

    private static final int BEGIN_SECONDS_MAX = 20;

    private final WorkflowRuns runs;
    private final Asking executions;
    private final Waiting waiting;

    public Alone(WorkflowRuns runs, Asking executions, Waiting waiting) {
        this.runs = runs;
        this.executions = executions;
        this.waiting = waiting;
    }

    /**
     * Begins it, or says which is under way. One that was begun before is not in its own way: it is answered as the first time.
     *
     * @param begin asks the execution, which says whether it had begun
     */
    CompletionStage<Answer> unlessRunning(String workflow, ExecutionKey key, Supplier<CompletionStage<Answer>> begin) {
        WorkflowRuns.Which which = new WorkflowRuns.Which(key.tenant(), workflow, null);
        return waiting.call(() -> runs.alone(which, LOOKED_AT_MAX, open -> decide(workflow, key, open, begin)));
    }

    private Answer decide(
            String workflow, ExecutionKey key, Supplier<List<Run>> open, Supplier<CompletionStage<Answer>> begin) {
        if (!isThere(key)) {
            Optional<Run> underWay = underWay(workflow, open);
            if (underWay.isPresent()) {
                return Answer.Problem.of(
                        ProblemCode.ALREADY_EXECUTING,
                        "execution \"%s\" of \"%s\" has not ended"
                                .formatted(underWay.get().key().id(), workflow));
            }
        }
        return await(begin.get());
    }

    private Optional<Run> underWay(String workflow, Supplier<List<Run>> open) {
        for (int looks = 0; looks < LOOKS_MAX; looks++) {
            List<Run> some = open.get();
            Optional<Run> underWay =
                    some.stream().filter(run -> isUnderWay(run.key())).findFirst();
            if (underWay.isPresent() || some.size() < LOOKED_AT_MAX) {
                return underWay;
            }
        }
        throw new NotNow(new IllegalStateException(
                "executions of \"%s\" end faster than they can be asked whether they have".formatted(workflow)));
    }

    private boolean isThere(ExecutionKey key) {
        return switch (look(key)) {
            case ExecutionAnswer.Refused refused -> isQuarantined(refused);
            case ExecutionAnswer.Unavailable unavailable -> throw unsure(unavailable);
            case ExecutionAnswer.Standing standing -> true;
            case ExecutionAnswer.Archived archived -> true;
            case ExecutionAnswer.Accepted accepted -> throw unexpected(accepted);
            case ExecutionAnswer.Ended ended -> throw unexpected(ended);
        };
    }

    private boolean isUnderWay(ExecutionKey key) {
        return switch (look(key)) {
            case ExecutionAnswer.Standing standing -> !standing.state().hasEnded();
            case ExecutionAnswer.Refused refused -> isQuarantined(refused);
            case ExecutionAnswer.Archived archived -> false;
            case ExecutionAnswer.Unavailable unavailable -> throw unsure(unavailable);
            case ExecutionAnswer.Accepted accepted -> throw unexpected(accepted);
            case ExecutionAnswer.Ended ended -> throw unexpected(ended);
        };
    }

    /** One that cannot be recovered has not ended as long as nobody ends it. */
    private static boolean isQuarantined(ExecutionAnswer.Refused refused) {
        return refused.refusal().code() == Refusal.Code.QUARANTINED;
    }

    private ExecutionAnswer look(ExecutionKey key) {
        return await(executions.ask(key, ExecutionMessage.Look::new));
    }

    /** On a thread that may wait. */
    private static <T> T await(CompletionStage<T> answer) {
        return answer.toCompletableFuture()
                .orTimeout(BEGIN_SECONDS_MAX, TimeUnit.SECONDS)
                .join();
    }

    private static NotNow unsure(ExecutionAnswer.Unavailable unavailable) {
        return new NotNow(new IllegalStateException(unavailable.reason()));
    }

    private static IllegalStateException unexpected(ExecutionAnswer answer) {
        return new IllegalStateException(
                "a look was answered with a " + answer.getClass().getSimpleName());
    }
}
