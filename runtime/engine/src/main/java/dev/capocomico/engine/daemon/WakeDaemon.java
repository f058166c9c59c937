package dev.capocomico.engine.daemon;

import dev.capocomico.engine.store.Projection;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.sharding.typed.javadsl.ShardedDaemonProcess;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that executions go on by themselves. One of it lives somewhere in the cluster; when its node goes, another one is
 * started on another node.
 *
 * <p>It looks at the database again and again: brings the table of executions up to date with the journal, and wakes whatever is
 * parked and due or waits for an event that came. Every few seconds, at its start, and when a node comes or goes, it goes through all that
 * should be awake and wakes what does not live here. A message to one that lives on another node does no harm. So it needs to know nothing of
 * crashes, moves and restarts: whatever should be awake and is not is found at the next round.
 *
 * <p>While the database is away it tries again after growing pauses. Two of it at once, in a split brain, do the same work without
 * doubling anything: offsets and claims are the database's.
 */
public final class WakeDaemon extends AbstractBehavior<WakeDaemon.Message> {
    private static final Duration REMOVAL_EVERY = Duration.ofMinutes(1);

    /** A reader that is held back for longer is worth a line in the log. */
    private static final Duration LAG_MAX = Duration.ofSeconds(30);

    sealed interface Message {}

    private enum LookAgain implements Message {
        INSTANCE
    }

    private enum Leave implements Message {
        INSTANCE
    }

    private record MembersChanged(MemberEvent event) implements Message {}

    private record HasSeen(Look.Seen seen) implements Message {}

    private record HasFailed(Throwable cause) implements Message {}

    private final Duties duties;
    private final TimerScheduler<Message> timers;
    private final EarnedTime eventTime = new EarnedTime(System::nanoTime);

    private boolean everCaughtUp;
    /** By a clock that nobody sets: one that goes back by a week would else keep the daemon from its rounds for so long. */
    private long nextRoundNanos = System.nanoTime();

    private boolean inRound;
    private @Nullable ExecutionKey roundGoesOnAfter;
    private boolean tellAgain = true;
    private long nextRemovalNanos = System.nanoTime();
    private int failures;

    private WakeDaemon(ActorContext<Message> context, TimerScheduler<Message> timers, Duties duties) {
        super(context);
        this.duties = duties;
        this.timers = timers;
    }

    /** Makes this node one of those on which the daemon may live. To be called once for an actor system. */
    public static void start(ActorSystem<?> system, Duties duties) {
        ShardedDaemonProcess.get(system).init(Message.class, "wake", 1, index -> inCluster(duties), Leave.INSTANCE);
    }

    static Behavior<Message> inCluster(Duties duties) {
        return Behaviors.setup(context -> {
            ActorRef<MemberEvent> members = context.messageAdapter(MemberEvent.class, MembersChanged::new);
            Cluster.get(context.getSystem()).subscriptions().tell(Subscribe.create(members, MemberEvent.class));
            return create(duties);
        });
    }

    static Behavior<Message> create(Duties duties) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            WakeDaemon daemon = new WakeDaemon(context, timers, duties);
            daemon.look();
            return daemon;
        }));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::take).build();
    }

    private Behavior<Message> take(Message message) {
        return switch (message) {
            case LookAgain again -> {
                look();
                yield this;
            }
            case HasSeen has -> {
                seen(has.seen());
                yield this;
            }
            case HasFailed has -> {
                failed(has.cause());
                yield this;
            }
            case MembersChanged changed -> {
                // What lived on a node that went is awake nowhere, and what was sent to it may be lost.
                nextRoundNanos = System.nanoTime();
                tellAgain = true;
                yield this;
            }
            case Leave leave -> Behaviors.stopped();
        };
    }

    private void look() {
        long nowNanos = System.nanoTime();
        if (!inRound && nowNanos - nextRoundNanos >= 0) {
            inRound = true;
            roundGoesOnAfter = null;
            nextRoundNanos = nowNanos + duties.settings().round().toNanos();
        }
        boolean removal = nowNanos - nextRemovalNanos >= 0;
        Look.Plan plan = new Look.Plan(everCaughtUp, inRound, roundGoesOnAfter, tellAgain, removal);
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> Look.at(duties, plan, eventTime), duties.waiting()),
                        (seen, failure) -> seen == null ? new HasFailed(failure) : new HasSeen(seen));
        if (everCaughtUp) {
            tellAgain = false;
        }
    }

    private void seen(Look.Seen seen) {
        if (failures > 0) {
            getContext().getLog().info("the database is back; executions are looked after again");
        }
        failures = 0;
        for (String row : seen.setAside()) {
            getContext()
                    .getLog()
                    .error("a row of the journal could not be taken into the table of executions: {}", row);
        }
        seen.toWake().forEach(duties.living()::wake);
        everCaughtUp |= seen.caughtUp();
        roundGoesOnAfter = seen.roundGoesOnAfter();
        inRound &= !seen.roundOver();
        warnOf(seen.lag());
        if (seen.removedAll()) {
            nextRemovalNanos = System.nanoTime() + REMOVAL_EVERY.toNanos();
        }
        if (seen.caughtUp()) {
            lookAfter(duties.settings().pause());
        } else {
            look();
        }
    }

    private void warnOf(Projection.@Nullable Lag lag) {
        if (lag != null && lag.age().compareTo(LAG_MAX) > 0) {
            getContext()
                    .getLog()
                    .warn(
                            "the table of executions is {} s behind the journal: {} rows can be read, {} are held back by a transaction that does not end",
                            lag.age().toSeconds(),
                            lag.ready(),
                            lag.heldBack());
        }
    }

    private void failed(Throwable cause) {
        if (failures == 0) {
            getContext().getLog().warn("executions cannot be looked after; it is tried again until it works", cause);
        }
        double first = duties.settings().pause().toMillis();
        double most = duties.settings().retryDelayMax().toMillis();
        double grown = Math.min(most, first * Math.pow(2, Math.min(failures, 20)));
        failures++;
        tellAgain = true;
        lookAfter(Duration.ofMillis((long) (grown * (0.5 + duties.chance().nextDouble() / 2))));
    }

    private void lookAfter(Duration pause) {
        timers.startSingleTimer(LookAgain.INSTANCE, pause);
    }
}
