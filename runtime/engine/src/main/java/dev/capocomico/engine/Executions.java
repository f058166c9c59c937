package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/** All executions of the cluster, wherever they live. Thread-safe. */
public final class Executions {
    private static final EntityTypeKey<ExecutionMessage> KEY =
            EntityTypeKey.create(ExecutionMessage.class, "execution");

    /** How long another node may not know that an execution is quarantined, or released. */
    private static final Duration QUARANTINE_ASKED_EVERY = Duration.ofSeconds(10);

    private static final Duration DATABASE_LOOKED_AT_EVERY = Duration.ofSeconds(10);

    private final ActorSystem<?> system;
    private final ActorRef<ShardingEnvelope<ExecutionMessage>> region;
    private final LiveFronts live;

    private Executions(ActorSystem<?> system, ActorRef<ShardingEnvelope<ExecutionMessage>> region, LiveFronts live) {
        this.system = system;
        this.region = region;
        this.live = live;
    }

    /** Makes this node one on which executions live. To be called once for an actor system. */
    public static Executions start(ActorSystem<?> system, Surroundings surroundings) {
        LiveFronts live = new LiveFronts();
        system.scheduler()
                .scheduleWithFixedDelay(
                        QUARANTINE_ASKED_EVERY,
                        QUARANTINE_ASKED_EVERY,
                        surroundings.quarantine()::refreshSoon,
                        system.executionContext());
        system.scheduler()
                .scheduleWithFixedDelay(
                        DATABASE_LOOKED_AT_EVERY,
                        DATABASE_LOOKED_AT_EVERY,
                        surroundings.health()::lookSoon,
                        system.executionContext());
        ActorRef<ShardingEnvelope<ExecutionMessage>> region = ClusterSharding.get(system)
                .init(Entity.of(
                                KEY,
                                context -> ExecutionFront.create(
                                        ExecutionKey.parse(context.getEntityId()),
                                        context.getShard(),
                                        live,
                                        surroundings))
                        .withStopMessage(FrontMessage.Begone.INSTANCE));
        ClockWatch watch = new ClockWatch(
                surroundings.clock(), System::nanoTime, () -> live.tellAll(FrontMessage.Alarm.CLOCK_MOVED));
        var unused = system.scheduler()
                .scheduleWithFixedDelay(ClockWatch.EVERY, ClockWatch.EVERY, watch::look, system.executionContext());
        return new Executions(system, region, live);
    }

    /**
     * Asks an execution.
     *
     * @return fails with a {@link java.util.concurrent.TimeoutException} when no answer comes in time; see
     *     {@link ExecutionMessage} for what that means
     */
    public CompletionStage<ExecutionAnswer> ask(
            ExecutionKey key, Function<ActorRef<ExecutionAnswer>, ExecutionMessage.Request> request, Duration timeout) {
        return AskPattern.ask(
                region,
                replyTo -> new ShardingEnvelope<>(key.toString(), request.apply(replyTo)),
                timeout,
                system.scheduler());
    }

    /**
     * This node stops: what runs here is handed back, in one step of each execution, so that whoever carries it next goes on with it and
     * nothing counts as lost. Executions leave memory when that is written; see {@link #livingHere}. Requests are refused from now on.
     */
    public void handBack() {
        live.stop();
    }

    /** How many executions are in memory on this node: those that work, and those that somebody asks. */
    public int livingHere() {
        return live.count();
    }

    /** How many executions have work in flight on this node, or are about to begin. Parked ones do not count. */
    public int working() {
        return live.work().count();
    }

    /** Those of a tenant among them. */
    public int working(String tenant) {
        return live.work().count(tenant);
    }

    /** What came of asking for a place. */
    public enum Entry {
        ENTERED,
        /** As many executions have work in flight here as may. */
        FULL,
        /** As many of the tenant's. */
        FULL_FOR_TENANT
    }

    /**
     * Takes a place among those with work in flight, for an execution that is about to be begun. Who got one gives it back with
     * {@link #entered} as soon as the execution has answered, or cannot be expected to; from then on it counts by itself, for as long
     * as it works. One that counts already has its place.
     */
    public Entry enter(ExecutionKey key, int max, int perTenantMax) {
        return live.work().enter(key, max, perTenantMax);
    }

    /** See {@link #enter}. */
    public void entered(ExecutionKey key) {
        live.work().entered(key);
    }

    /** What would come of {@link #enter} now. */
    public Entry room(ExecutionKey key, int max, int perTenantMax) {
        return live.work().room(key, max, perTenantMax);
    }

    /** Has an execution looked after; see {@link ExecutionMessage.Wake}. Returns at once. */
    public void wake(ExecutionKey key) {
        region.tell(new ShardingEnvelope<>(key.toString(), ExecutionMessage.Wake.INSTANCE));
    }

    /**
     * Whether the execution is in memory on this node, where it looks after itself. False says nothing: it may live on another
     * node, or nowhere. Cheap.
     */
    public boolean livesHere(ExecutionKey key) {
        return live.contains(key);
    }

    static void send(ActorSystem<?> system, ExecutionKey key, ExecutionMessage message) {
        address(system, key).tell(message);
    }

    static EntityRef<ExecutionMessage> address(ActorSystem<?> system, ExecutionKey key) {
        return ClusterSharding.get(system).entityRefFor(KEY, key.toString());
    }
}
