package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Has an entity live below the front: one at a time, and another one after a pause when one is gone. Part of the front's actor. */
final class EntityKeeper {
    /** How long after the database is back executions come back, at most. */
    private static final Duration LOST_PAUSE = Duration.ofSeconds(2);

    /** A database that says nothing makes nobody fail for a long time. It is asked for itself when an entity has been silent for this long. */
    static final Duration READING_MAX = Duration.ofSeconds(4);

    /** How often, and how many times, a journal is read again in which a row may still appear. */
    private static final Duration DOUBT_PAUSE = Duration.ofSeconds(2);

    private static final int DOUBT_READS_MAX = 60;

    private final ActorContext<ExecutionMessage> context;
    private final TimerScheduler<ExecutionMessage> timers;
    private final ExecutionKey key;
    private final Surroundings surroundings;
    private @Nullable ActorRef<ExecutionEntity.Message> entity;
    private final Backoff backoff;
    private boolean everStarted;
    private ExecutionEntity.Expectation expectation = ExecutionEntity.Expectation.KNOWN;
    private int doubtReads;

    EntityKeeper(
            ActorContext<ExecutionMessage> context,
            TimerScheduler<ExecutionMessage> timers,
            ExecutionKey key,
            Surroundings surroundings) {
        this.context = context;
        this.timers = timers;
        this.key = key;
        this.surroundings = surroundings;
        this.backoff = Backoff.of(surroundings);
    }

    boolean everStarted() {
        return everStarted;
    }

    /** The first one, for a message that says whether the execution is likely to be new. */
    void startFor(ExecutionMessage message) {
        start(
                message instanceof ExecutionMessage.Begin
                        ? ExecutionEntity.Expectation.NEW
                        : ExecutionEntity.Expectation.KNOWN);
    }

    /** Again. */
    void start() {
        start(expectation);
    }

    /** From now on without a snapshot: it is of no use. */
    void readAllSteps() {
        expectation = ExecutionEntity.Expectation.NEW;
    }

    /** It is of no use any more; that it is gone is told as always. */
    void stop() {
        if (entity != null) {
            context.stop(entity);
        }
    }

    private void start(ExecutionEntity.Expectation expectation) {
        everStarted = true;
        if (surroundings.health().isInDoubt()) {
            // Nothing is tried before it is known, so the pause need not grow.
            Duration most = surroundings.health().isLost()
                    ? LOST_PAUSE
                    : surroundings.settings().restartDelayMin();
            startAfter(backoff.within(most));
            return;
        }
        ActorRef<ExecutionEntity.Message> started =
                context.spawnAnonymous(ExecutionEntity.create(key, expectation, surroundings, context.getSelf()));
        context.watchWith(started, FrontMessage.EntityGone.INSTANCE);
        entity = started;
        timers.startSingleTimer(FrontMessage.Alarm.ENTITY_SLOW, READING_MAX);
    }

    /** It has told what it read. */
    void hasRead() {
        timers.cancel(FrontMessage.Alarm.ENTITY_SLOW);
    }

    /** It has not read yet. To be looked at again soon: the database may be lost by then. */
    void isSlow() {
        timers.startSingleTimer(FrontMessage.Alarm.ENTITY_SLOW, Duration.ofSeconds(1));
    }

    void tell(ExecutionEntity.Message message) {
        if (entity == null) {
            throw new IllegalStateException("execution " + key + " has no entity to take " + message);
        }
        entity.tell(message);
    }

    /** It is not to be used. Another one comes after a pause. */
    void discard() {
        if (entity != null) {
            context.stop(entity);
        }
    }

    /** It has written, so the next pause is a short one. */
    void isWell() {
        backoff.reset();
        doubtReads = 0;
    }

    /** A row may still appear that is not there yet. */
    void remindOfDoubt() {
        if (doubtReads < DOUBT_READS_MAX) {
            doubtReads++;
            timers.startSingleTimer(FrontMessage.Alarm.ROW_IN_DOUBT, DOUBT_PAUSE);
        }
    }

    /** The one of now goes; the next reads everything. */
    void readAgain() {
        if (entity != null) {
            context.stop(entity);
        }
    }

    boolean isGone() {
        return entity == null;
    }

    void gone() {
        entity = null;
        timers.cancel(FrontMessage.Alarm.ENTITY_SLOW);
    }

    /** For a front that has something to do as soon as the database is back. */
    void remindWhenBack() {
        if (!timers.isTimerActive(FrontMessage.Alarm.DATABASE_PAUSE_OVER)) {
            timers.startSingleTimer(FrontMessage.Alarm.DATABASE_PAUSE_OVER, backoff.within(LOST_PAUSE));
        }
    }

    void startAfterPause() {
        startAfter(surroundings.health().isLost() ? backoff.within(LOST_PAUSE) : backoff.next());
    }

    private void startAfter(Duration pause) {
        timers.startSingleTimer(FrontMessage.Alarm.ENTITY_PAUSE_OVER, pause);
    }
}
