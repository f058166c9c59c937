package dev.capocomico.http.load;

import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.RefusedException;
import dev.capocomico.language.work.Cancellation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Work for callers that takes the processor: reading and checking what they send. It is done on a few threads of its own, tenant by
 * tenant in turn, so that whatever it is, the threads that answer others stay free; and it ends at its time, done or not. Thread-safe.
 */
public final class CallerWork implements AutoCloseable {
    /** Half of the processors are left to everything else. */
    private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    /** Tenants share what there is, and one who is alone may have it all. */
    private final FairShare share;

    private final ExecutorService threads;
    private final Executor answers;
    private final Duration timeMax;

    /**
     * Begins with threads that wait for work.
     *
     * @param timeMax for a piece of work, with the time that it waits
     * @param answers threads on which callers go on
     */
    public CallerWork(Duration timeMax, Executor answers) {
        this.timeMax = timeMax;
        this.answers = answers;
        this.share = new FairShare(THREADS, THREADS, THREADS, answers);
        ThreadFactory factory =
                Thread.ofPlatform().daemon().name("caller-work-", 0).factory();
        this.threads = Executors.newFixedThreadPool(THREADS, factory);
    }

    /** Does the work, or fails with a {@link RefusedException}. */
    public <T> CompletionStage<T> run(String tenant, Supplier<T> work) {
        Cancellation cancellation = new Cancellation();
        CompletableFuture.delayedExecutor(timeMax.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                .execute(cancellation::cancel);
        return share.enter(tenant, 1, timeMax).thenCompose(place -> {
            if (place.isEmpty()) {
                return CompletableFuture.failedFuture(busy());
            }
            CompletableFuture<T> result = new CompletableFuture<>();
            try {
                threads.execute(() -> {
                    try {
                        complete(cancellation, work, result);
                    } finally {
                        place.get().leave();
                    }
                });
            } catch (RuntimeException e) {
                place.get().leave();
                throw e;
            }
            return result.thenApplyAsync(Function.identity(), answers);
        });
    }

    private <T> void complete(Cancellation cancellation, Supplier<T> work, CompletableFuture<T> result) {
        try {
            result.complete(cancellation.run(work));
        } catch (Cancellation.CancelledException e) {
            result.completeExceptionally(tooLong());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    private static RefusedException busy() {
        return new RefusedException(Answer.Problem.of(
                        ProblemCode.OVERLOADED, "so many calls are to be read that this one did not come to its turn")
                .with("Retry-After", "1"));
    }

    private RefusedException tooLong() {
        return new RefusedException(Answer.Problem.of(
                        ProblemCode.OVERLOADED,
                        "reading and checking what was sent was given up after %,d ms; send less, or something simpler"
                                .formatted(timeMax.toMillis()))
                .with("Retry-After", "5"));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
