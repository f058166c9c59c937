package dev.capocomico.http.answer;

import dev.capocomico.engine.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Calls the ports that block, on threads that may wait. A port that cannot be reached is {@link NotNow}; whatever else a call fails
 * with is a fault of the program, and stays one: "come again" would send the caller into it again.
 */
public record Waiting(Executor threads) {
    public <T> CompletionStage<T> call(Supplier<T> port) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return port.get();
                    } catch (StoreException e) {
                        throw new NotNow(e);
                    }
                },
                threads);
    }
}
