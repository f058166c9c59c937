package dev.capocomico.http.stream;

import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.execution.Absences;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.CompletionTimeoutException;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Tells an execution's history while it happens, as server-sent events. What is told is in the journal; the id of an event says where
 * in the history it stands, so whoever comes again with the last one goes on there, on whatever node.
 */
public final class StreamCalls implements AutoCloseable {
    /** Below that after which connections are given up on which nothing moves, here and on the way. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** Of who takes nothing though there is something. */
    private static final Duration STALL_MAX = Duration.ofSeconds(30);

    /** So that watchers spread over the servers that there are by then, and keys and roles are looked at again. */
    static final Duration LENGTH_MAX = Duration.ofHours(1);

    private static final Duration LEAST = Duration.ofMillis(1);

    private static final int FIRST_READING_SECONDS_MAX = 10;

    private static final ByteString HEARTBEAT_COMMENT = ByteString.fromString(":\n\n");

    /** A comment, because it is no entry of the history; who comes again with the same token is told once more, by 401. */
    private static final ByteString EXPIRED_COMMENT =
            ByteString.fromString(": the token has expired; come again with a new one and the last id\n\n");

    private final Followers followers;
    private final StepLog log;
    private final Plans plans;
    private final Absences absences;
    private final Waiting waiting;
    private final InstantSource clock;
    private final SharedKillSwitch end = KillSwitches.shared("streams");

    public StreamCalls(
            Followers followers, StepLog log, Plans plans, Absences absences, Waiting waiting, InstantSource clock) {
        this.followers = followers;
        this.log = log;
        this.plans = plans;
        this.absences = absences;
        this.waiting = waiting;
        this.clock = clock;
    }

    /** By the operation of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of("streamExecution", this::stream);
    }

    private CompletionStage<Answer> stream(Call call) {
        ExecutionKey key = new ExecutionKey(call.tenant(), call.arguments().required("execution_id"));
        Optional<String> said =
                call.arguments().text("Last-Event-ID").or(() -> call.arguments().text("from"));
        Place after = said.flatMap(Place::read).orElse(Place.START);
        return waiting.call(() -> log.read(key, 0, 1))
                .thenCompose(first -> first.isEmpty()
                        ? absences.why(key)
                        : plans.load(key.tenant(), digest(first))
                                .thenCompose(plan -> begin(key, plan, after, call.until())));
    }

    /** The digest of the plan of an execution, by its first step. */
    static String digest(List<Step> first) {
        if (first.getFirst().facts().getFirst() instanceof Fact.Started started) {
            return started.planDigest();
        }
        throw new IllegalStateException("an execution whose first fact is not that it was started");
    }

    private CompletionStage<Answer> begin(ExecutionKey key, Plan plan, Place after, Instant until) {
        Supplier<Followers.@Nullable Watch> watch = () -> followers.watch(
                key.tenant(), key, after, place -> new ExecutionReading(log, key, plan), () -> Place.START);
        if (after.equals(Place.START)) {
            return CompletableFuture.completedFuture(
                    followers.isFull(key.tenant()) ? full() : new Answer.Stream(events(watch, until)));
        }
        Followers.Watch look = watch.get();
        if (look == null) {
            return CompletableFuture.completedFuture(full());
        }
        // Who has seen the end is told not to come again; a browser would, for ever.
        return look.follower()
                .nothingToCome(after)
                .toCompletableFuture()
                .orTimeout(FIRST_READING_SECONDS_MAX, TimeUnit.SECONDS)
                .whenComplete((nothing, failure) -> look.end().run())
                .thenApply(nothing -> new Answer.Stream(
                        nothing ? HttpResponse.create().withStatus(StatusCodes.NO_CONTENT) : events(watch, until)));
    }

    static Answer full() {
        return Answer.Problem.of(ProblemCode.UNAVAILABLE, "as many watch as this server can serve")
                .with("Retry-After", "5");
    }

    private HttpResponse events(Supplier<Followers.@Nullable Watch> watch, Instant until) {
        Source<ByteString, NotUsed> texts = items(watch, waiting, end, goodFor(until, clock))
                .map(item -> ByteString.fromString(item.text()))
                .recoverWith(TokenExpired.class, () -> Source.single(EXPIRED_COMMENT))
                .keepAlive(HEARTBEAT, () -> HEARTBEAT_COMMENT)
                .backpressureTimeout(STALL_MAX);
        return HttpResponse.create()
                .withEntity(HttpEntities.create(ContentTypes.create(MediaTypes.TEXT_EVENT_STREAM), texts))
                // What stands between must not gather events before it passes them on.
                .addHeader(RawHeader.create("X-Accel-Buffering", "no"));
    }

    /** How long a stream may go on whose token is good until then. */
    static Duration goodFor(Instant until, InstantSource clock) {
        Duration left = Duration.between(clock.instant(), until);
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }

    /**
     * Begins to watch when it is run, and ends when whoever runs it does.
     *
     * @param goodFor after which it fails with {@link TokenExpired}
     */
    static Source<Item, NotUsed> items(
            Supplier<Followers.@Nullable Watch> watch, Waiting waiting, SharedKillSwitch end, Duration goodFor) {
        Source<Item, NotUsed> all = Source.unfoldResourceAsync(
                        () -> CompletableFuture.supplyAsync(() -> begun(watch), waiting.threads()),
                        begun -> begun.watcher()
                                .next()
                                .thenApply(items -> items.isEmpty() ? Optional.empty() : Optional.of(items)),
                        begun -> {
                            begun.end().run();
                            return CompletableFuture.completedFuture(Done.getInstance());
                        })
                .mapConcat(items -> items)
                .filterNot(item -> item.text().isEmpty())
                .takeWithin(LENGTH_MAX)
                .via(end.flow())
                .mapMaterializedValue(nothing -> NotUsed.getInstance());
        return goodFor.compareTo(LENGTH_MAX) > 0
                ? all
                : all.completionTimeout(goodFor)
                        .mapError(CompletionTimeoutException.class, timeout -> new TokenExpired());
    }

    private static Followers.Watch begun(Supplier<Followers.@Nullable Watch> watch) {
        Followers.Watch begun = watch.get();
        if (begun == null) {
            throw new TooManyBehind();
        }
        return begun;
    }

    /** Ends what is under way; everybody can resume elsewhere. */
    @Override
    public void close() {
        end.shutdown();
        followers.close();
    }
}
