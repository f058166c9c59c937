package dev.capocomico.engine.daemon;

import dev.capocomico.engine.store.Archive;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ShardedDaemonProcess;

/**
 * Removes the history of executions that ended long ago, a little at a time. One of it lives somewhere in the cluster. Nothing waits
 * for it: what it could not do now it finds again at its next turn. Two of it at once, in a split brain, remove nothing twice.
 */
public final class RetentionDaemon extends AbstractBehavior<RetentionDaemon.Message> {
    private static final Duration EVERY = Duration.ofMinutes(3);

    /** Between two lots of what is to go: whoever else uses the database comes in between. */
    private static final Duration BREATH = Duration.ofMillis(50);

    private static final int AT_ONCE_MAX = 100;

    sealed interface Message {}

    private enum Turn implements Message {
        NEXT
    }

    private enum Leave implements Message {
        NOW
    }

    private record Removed(int executions) implements Message {}

    private record Failed(Throwable cause) implements Message {}

    private final TimerScheduler<Message> timers;
    private final Archive archive;
    private final Duration retention;
    private final Executor waiting;
    private final EarnedTime time;

    private RetentionDaemon(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            Archive archive,
            Duration retention,
            Executor waiting,
            LongSupplier nanos) {
        super(context);
        this.timers = timers;
        this.archive = archive;
        this.waiting = waiting;
        this.retention = retention;
        this.time = new EarnedTime(nanos);
    }

    /**
     * Makes this node one of those on which the daemon may live. To be called once for an actor system.
     *
     * @param retention how long the history of what has ended is kept
     * @param waiting threads that may wait for the database
     */
    public static void start(ActorSystem<?> system, Archive archive, Duration retention, Executor waiting) {
        ShardedDaemonProcess.get(system)
                .init(
                        Message.class,
                        "retention",
                        1,
                        index -> create(archive, retention, waiting, System::nanoTime),
                        Leave.NOW);
    }

    /** @param nanos a clock that nobody sets */
    static Behavior<Message> create(Archive archive, Duration retention, Executor waiting, LongSupplier nanos) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            RetentionDaemon daemon = new RetentionDaemon(context, timers, archive, retention, waiting, nanos);
            daemon.remove();
            return daemon;
        }));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::take).build();
    }

    private Behavior<Message> take(Message message) {
        return switch (message) {
            case Turn turn -> {
                remove();
                yield this;
            }
            case Removed removed -> {
                timers.startSingleTimer(Turn.NEXT, removed.executions() < AT_ONCE_MAX ? EVERY : BREATH);
                yield this;
            }
            case Failed failed -> {
                getContext()
                        .getLog()
                        .warn("the history of executions that ended long ago could not be removed", failed.cause());
                timers.startSingleTimer(Turn.NEXT, EVERY);
                yield this;
            }
            case Leave leave -> Behaviors.stopped();
        };
    }

    private void remove() {
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(
                                () -> archive.removeEndedBefore(
                                        time.at(archive.now()).minus(retention), AT_ONCE_MAX),
                                waiting),
                        (removed, failure) -> failure == null ? new Removed(removed) : new Failed(failure));
    }
}
