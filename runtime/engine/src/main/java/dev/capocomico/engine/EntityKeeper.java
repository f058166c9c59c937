package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Has an entity live below the front: one at a time, and another one after a pause when one is gone. Part of the front's actor. */
final class EntityKeeper {
    private final ActorContext<ExecutionMessage> context;
    private final TimerScheduler<ExecutionMessage> timers;
    private final ExecutionKey key;
    private final Surroundings surroundings;
    private @Nullable ActorRef<ExecutionEntity.Message> entity;
    private int failures;

    EntityKeeper(
            ActorContext<ExecutionMessage> context,
            TimerScheduler<ExecutionMessage> timers,
            ExecutionKey key,
            Surroundings surroundings) {
        this.context = context;
        this.timers = timers;
        this.key = key;
        this.surroundings = surroundings;
    }

    void start() {
        ActorRef<ExecutionEntity.Message> started =
                context.spawnAnonymous(ExecutionEntity.create(key, surroundings, context.getSelf()));
        context.watchWith(started, ExecutionFront.EntityGone.INSTANCE);
        entity = started;
    }

    void tell(ExecutionEntity.Message message) {
        if (entity == null) {
            throw new IllegalStateException("execution " + key + " has no entity to take " + message);
        }
        entity.tell(message);
    }

    /** It has written, so the next pause is a short one. */
    void isWell() {
        failures = 0;
    }

    void gone() {
        entity = null;
    }

    /** Pauses double, with some chance in them, so that not all executions come back at one moment. */
    void startAfterPause() {
        Duration first = surroundings.settings().restartDelayMin();
        Duration most = surroundings.settings().restartDelayMax();
        double grown = first.toMillis() * Math.pow(2, Math.min(failures, 20));
        failures++;
        double spread = 0.5 + surroundings.chance().nextDouble() / 2;
        timers.startSingleTimer(ExecutionFront.Alarm.ENTITY_PAUSE_OVER, Duration.ofMillis((long)
                (Math.min(grown, (double) most.toMillis()) * spread)));
    }
}
