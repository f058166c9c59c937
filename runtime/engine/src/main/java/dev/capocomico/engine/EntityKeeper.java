package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
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
    private final Backoff backoff;

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

    void start() {
        ActorRef<ExecutionEntity.Message> started =
                context.spawnAnonymous(ExecutionEntity.create(key, surroundings, context.getSelf()));
        context.watchWith(started, FrontMessage.EntityGone.INSTANCE);
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
        backoff.reset();
    }

    void gone() {
        entity = null;
    }

    void startAfterPause() {
        timers.startSingleTimer(FrontMessage.Alarm.ENTITY_PAUSE_OVER, backoff.next());
    }
}
