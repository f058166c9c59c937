package dev.capocomico.http.stream;

import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.JournalTail;
import dev.capocomico.engine.store.JournalTail.Position;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.WorkflowDirectory.Registered;
import dev.capocomico.engine.store.WorkflowRuns.Which;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.execution.Absences;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.GraphDSL;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/** Tells what happens to the executions of a workflow, over a WebSocket. What is told is in the journal. */
public final class SocketCalls implements AutoCloseable {
    /** What a browser says, which can send no token but here. */
    public static final String PROTOCOL = "bearer";

    private final Workflows workflows;
    private final Followers followers;
    private final StepLog log;
    private final Plans plans;
    private final Absences absences;
    private final JournalTail tail;
    private final Assignments assignments;
    private final Waiting waiting;
    private final InstantSource clock;
    private final Socket.Patience patience;
    private final SharedKillSwitch end = KillSwitches.shared("sockets");

    /** Finds workflows. */
    public interface Workflows {
        /** The one that the path names, and whether all its versions are meant. */
        CompletionStage<Optional<Found>> find(Call call);

        /** A version of it. */
        CompletionStage<Optional<Registered>> find(String tenant, String name, String version);
    }

    /** What a path names. */
    public record Found(Registered workflow, boolean allVersions) {}

    public SocketCalls(
            Workflows workflows,
            Followers followers,
            StepLog log,
            Plans plans,
            Absences absences,
            JournalTail tail,
            ActorSystem<?> system,
            Waiting waiting,
            InstantSource clock) {
        this(workflows, followers, log, plans, absences, tail, system, waiting, clock, Socket.Patience.DEFAULT);
    }

    SocketCalls(
            Workflows workflows,
            Followers followers,
            StepLog log,
            Plans plans,
            Absences absences,
            JournalTail tail,
            ActorSystem<?> system,
            Waiting waiting,
            InstantSource clock,
            Socket.Patience patience) {
        this.workflows = workflows;
        this.followers = followers;
        this.log = log;
        this.plans = plans;
        this.absences = absences;
        this.tail = tail;
        this.assignments = new Assignments(system);
        this.waiting = waiting;
        this.clock = clock;
        this.patience = patience;
    }

    /** By the operation of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of("watchWorkflow", this::watch);
    }

    private CompletionStage<Answer> watch(Call call) {
        return workflows.find(call).thenCompose(found -> {
            WebSocketUpgrade upgrade = call.upgrade();
            if (found.isEmpty()) {
                Answer.Problem unknown = Answer.Problem.of(
                        ProblemCode.NOT_FOUND,
                        "no workflow \"%s\" is registered"
                                .formatted(call.arguments().required("workflow")));
                return done(upgrade == null ? unknown : closed(upgrade, unknown));
            }
            if (upgrade == null) {
                return done(Answer.Problem.of(ProblemCode.UPGRADE_REQUIRED, "this address speaks WebSocket")
                        .with("Upgrade", "websocket"));
            }
            String executionId = call.arguments().text("execution_id").orElse(null);
            if (followers.isFull(call.tenant())) {
                return done(StreamCalls.full());
            }
            return executionId == null
                    ? begin(call, found.get(), upgrade, null)
                    : ofOne(call, found.get(), upgrade, executionId);
        });
    }

    private CompletionStage<Answer> ofOne(Call call, Found found, WebSocketUpgrade upgrade, String executionId) {
        ExecutionKey key = new ExecutionKey(call.tenant(), executionId);
        return waiting.call(() -> log.read(key, 0, 1)).thenCompose(first -> {
            if (first.isEmpty()) {
                return absences.why(key).thenApply(why -> closed(upgrade, why));
            }
            return plans.load(key.tenant(), StreamCalls.digest(first))
                    .thenCompose(plan -> isOf(found, plan.definition())
                            ? begin(call, found, upgrade, executionId)
                            : done(closed(
                                    upgrade,
                                    Answer.Problem.of(
                                            ProblemCode.NOT_FOUND,
                                            "execution \"%s\" is of another workflow".formatted(executionId)))));
        });
    }

    private static boolean isOf(Found found, Definition definition) {
        return definition.name().equals(found.workflow().name())
                && (found.allVersions()
                        || definition.version().equals(found.workflow().version()));
    }

    /** A browser shows nobody with which status a WebSocket was refused. So it is opened, and closed with a code that says it. */
    public static Answer closed(WebSocketUpgrade upgrade, Answer why) {
        ProblemCode code = why instanceof Answer.Problem problem ? problem.code() : null;
        return code == ProblemCode.NOT_FOUND
                ? closed(upgrade, Socket.NOT_FOUND, "there is no such workflow or execution")
                : code == ProblemCode.HISTORY_REMOVED
                        ? closed(upgrade, Socket.HISTORY_REMOVED, "its history is kept no more")
                        : why;
    }

    private static Answer closed(WebSocketUpgrade upgrade, int code, String reason) {
        Flow<FrameEvent, FrameEvent, NotUsed> flow =
                Flow.fromSinkAndSource(Sink.ignore(), Source.single(Frames.close(code, reason)));
        return new Answer.Stream(Frames.upgrade(upgrade, flow, protocol(upgrade)));
    }

    private CompletionStage<Answer> begin(
            Call call, Found found, WebSocketUpgrade upgrade, @Nullable String executionId) {
        Optional<Place> from = call.arguments().text("from").flatMap(Place::read);
        CompletionStage<Place> after = from.isPresent()
                ? CompletableFuture.completedFuture(from.get())
                : executionId != null
                        ? CompletableFuture.completedFuture(Place.START)
                        : waiting.call(() -> place(tail.listed()));
        return after.thenApply(place -> new Answer.Stream(
                Frames.upgrade(upgrade, flow(messages(call, found, executionId, place)), protocol(upgrade))));
    }

    private static Place place(Position position) {
        return new Place(position.transaction(), position.ordering(), Place.INDEX_MAX);
    }

    private static @Nullable String protocol(WebSocketUpgrade upgrade) {
        for (String requested : upgrade.getRequestedProtocols()) {
            if (requested.equals(PROTOCOL)) {
                return PROTOCOL;
            }
        }
        return null;
    }

    private Supplier<Followers.@Nullable Watch> watch(
            Call call, Found found, @Nullable String executionId, Place after) {
        Registered workflow = found.workflow();
        Which which = new Which(call.tenant(), workflow.name(), found.allVersions() ? null : workflow.version());
        WorkflowReading.Journal journal =
                new WorkflowReading.Journal(tail, log, plans, version -> workflowId(call.tenant(), workflow, version));
        return () -> followers.watch(
                call.tenant(),
                new WorkflowTopic(which, executionId),
                after,
                place -> new WorkflowReading(journal, which, executionId, place),
                () -> executionId == null ? place(tail.listed()) : Place.START);
    }

    /** An execution may be of a version that was never registered, or of another than the path names. */
    private String workflowId(String tenant, Registered named, String version) {
        return version.equals(named.version())
                ? named.id()
                : workflows
                        .find(tenant, named.name(), version)
                        .toCompletableFuture()
                        .join()
                        .map(Registered::id)
                        .orElse(named.id());
    }

    /** What the journal has, in its order, and between it what no journal has, with the cursor of what was told before. */
    private Source<String, NotUsed> messages(Call call, Found found, @Nullable String executionId, Place after) {
        Source<Told, NotUsed> told = StreamCalls.items(
                        watch(call, found, executionId, after), waiting, end, StreamCalls.goodFor(call.until(), clock))
                .map(item -> item);
        return told.merge(passing(call, found, executionId), true)
                .statefulMap(
                        () -> after,
                        (place, news) -> switch (news) {
                            case Item item -> Pair.create(item.place(), item.text());
                            case Passing passing -> Pair.create(place, passing.textAt(place));
                        },
                        place -> Optional.empty());
    }

    private Source<Told, NotUsed> passing(Call call, Found found, @Nullable String executionId) {
        Registered named = found.workflow();
        return assignments
                .of(call.tenant(), named.name(), found.allVersions() ? null : named.version(), executionId)
                .mapAsync(
                        1,
                        news -> CompletableFuture.supplyAsync(
                                () -> Passing.of(news, workflowId(call.tenant(), named, news.version())),
                                waiting.threads()));
    }

    private Flow<FrameEvent, FrameEvent, NotUsed> flow(Source<String, NotUsed> messages) {
        return Flow.fromGraph(GraphDSL.create(builder -> {
            var socket = builder.add(new Socket(patience));
            builder.from(builder.add(messages)).toInlet(socket.in1());
            return FlowShape.of(socket.in0(), socket.out());
        }));
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** Ends what is under way; everybody can resume elsewhere. */
    @Override
    public void close() {
        end.shutdown();
    }
}
