package dev.capocomico.http.contract;

import dev.capocomico.http.answer.Answer;
import java.util.concurrent.CompletionStage;

/**
 * Answers the calls of one operation. What a caller can cause is an {@link Answer.Problem}; a stage that fails with
 * {@link dev.capocomico.http.answer.NotNow} or a {@link java.util.concurrent.TimeoutException} says that nothing is known, and
 * any other failure is a bug.
 */
@FunctionalInterface
public interface Handler {
    CompletionStage<Answer> handle(Call call);
}
