package dev.capocomico.http.execution;

import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/** How executions are asked. Fails with a {@link java.util.concurrent.TimeoutException} when no answer comes in time. */
@FunctionalInterface
public interface Asking {
    CompletionStage<ExecutionAnswer> ask(
            ExecutionKey key, Function<ActorRef<ExecutionAnswer>, ExecutionMessage.Request> request);
}
