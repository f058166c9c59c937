package dev.capocomico.http.answer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Calls the ports that block, on threads that may wait. What they fail with is that they cannot be reached. */
public record Waiting(Executor threads) {
    public <T> CompletionStage<T> call(Supplier<T> port) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return port.get();
                    } catch (RuntimeException e) {
                        throw new NotNow(e);
                    }
                },
                threads);
    }
}
