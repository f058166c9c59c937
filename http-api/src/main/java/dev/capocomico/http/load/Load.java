package dev.capocomico.http.load;

import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** All bounds that tenants share, one beside the other. Thread-safe. */
public final class Load implements AutoCloseable {
    /** A tenant that is not alone gets its part of so many times fewer calls at once, and of fewer still while the processors are busy. */
    private static final int SHARED_PART = 8;

    private static final Duration PATIENCE = Duration.ofMillis(800);

    /** Who calls too often gets the answer so much later, and so cannot ask again at once. */
    private static final Duration PACE = Duration.ofMillis(250);

    private final RateLimit rate;
    private final FairShare calls;
    private final BodyMemory bodies;
    private final CallerWork work;
    private final Executor threads;

    /** @param threads on which calls go on that had to wait */
    public Load(LoadLimits limits, Executor threads) {
        this.rate = new RateLimit(limits.callsPerSecondPerTenant());
        this.calls = new FairShare(
                limits.callsAtOnce(),
                limits.callsAtOnce(),
                SharedPart.ofProcessors(Math.max(1, limits.callsAtOnce() / SHARED_PART)),
                threads,
                System::nanoTime);
        this.bodies = BodyMemory.percentOfHeap(limits.bodyHeapPercent(), threads);
        this.work = new CallerWork(limits.workTimeMax(), threads);
        this.threads = threads;
    }

    /**
     * Makes a call of a tenant when its turn comes.
     *
     * @param refused answers it in its place, when it may not be made or its turn does not come
     */
    public CompletionStage<Answer> call(
            String tenant,
            Supplier<CompletionStage<Answer>> call,
            Function<Answer.Problem, CompletionStage<Answer>> refused) {
        Duration wait = rate.take(tenant);
        if (!wait.isZero()) {
            return CompletableFuture.runAsync(
                            () -> {},
                            CompletableFuture.delayedExecutor(PACE.toMillis(), TimeUnit.MILLISECONDS, threads))
                    .thenCompose(paced -> refused.apply(tooMany(wait)));
        }
        return calls.enter(tenant, 1, PATIENCE).thenCompose(place -> {
            if (place.isEmpty()) {
                return refused.apply(overloaded("other calls, of this tenant too, take all the places that there are"));
            }
            CompletionStage<Answer> answer;
            try {
                answer = call.get();
            } catch (RuntimeException e) {
                place.get().leave();
                throw e;
            }
            return answer.whenComplete((done, failure) -> place.get().leave());
        });
    }

    /** For the body of one call. */
    public BodyRoom room(String tenant) {
        return new BodyRoom(bodies, tenant);
    }

    public CallerWork work() {
        return work;
    }

    private static Answer.Problem tooMany(Duration wait) {
        return Answer.Problem.of(
                        ProblemCode.TOO_MANY_CALLS,
                        "this tenant makes more calls in a second than it may; wait, and come again")
                .with("Retry-After", Long.toString(wait.toSeconds() + 1));
    }

    static Answer.Problem overloaded(String detail) {
        return Answer.Problem.of(ProblemCode.OVERLOADED, detail + "; nothing was done")
                .with("Retry-After", "1");
    }

    @Override
    public void close() {
        work.close();
    }
}
