package dev.capocomico.engine;

import dev.capocomico.engine.store.EventLog;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.AttemptResult;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What a front hears from its own children, its timers and the shard. */
sealed interface FrontMessage extends ExecutionMessage
        permits ExecutionEntity.News,
                Glance.Seen,
                Containment.News,
                FrontMessage.OfAttempts,
                FrontMessage.ListenerGone,
                FrontMessage.Alarm,
                FrontMessage.EntityGone,
                FrontMessage.Begone,
                FrontMessage.NodeStops {

    /** From those who pay what the execution owes. */
    sealed interface OfAttempts extends FrontMessage {}

    record AttemptEnded(AttemptKey key, AttemptResult result) implements OfAttempts {}

    /** The attempt's actor is no more. If it has reported nothing, it broke. */
    record AttemptGone(AttemptKey key) implements OfAttempts {}

    /** There will be no such child. */
    record ChildFailed(AttemptKey key, AttemptResult result) implements OfAttempts {}

    /** A child has ended, and what its output refers to is kept for this execution too. */
    record ChildOutputCopied(ExecutionMessage.ChildEnded news) implements OfAttempts {}

    record ChildActorGone(String childId, ActorRef<ChildActor.Message> actor) implements OfAttempts {}

    record EventsRead(Listeners.Listener listener, Listeners.Beginning beginning, EventLog.Page page)
            implements OfAttempts {}

    record EventsUnread(Listeners.Listener listener, String reason) implements OfAttempts {}

    /**
     * How far a task has looked was to be kept.
     *
     * @param kept null when nobody knows whether it was
     */
    record PlaceKept(
            Listeners.Listener listener,
            EventLog.Position through,
            @Nullable Boolean kept) implements OfAttempts {}

    /** A pause after which events are read again is over. */
    record EventsWanted(Listeners.Listener listener) implements OfAttempts {}

    /** Who waited for the end does so no more. */
    record ListenerGone(ActorRef<ExecutionAnswer> listener) implements FrontMessage {}

    /** Timers. */
    enum Alarm implements FrontMessage {
        SOMETHING_IS_DUE,
        /** From {@link ClockWatch}. */
        CLOCK_MOVED,
        ENTITY_PAUSE_OVER,
        /** The entity should have told long ago what it read. */
        ENTITY_SLOW,
        DATABASE_PAUSE_OVER,
        /** A row that was tried and not found may have appeared. */
        ROW_IN_DOUBT,
        LOOK_AFTER,
        /** Agents that were interrupted because the node stops have had their time to say so. */
        WAITED_FOR_AGENTS,
        LINGERED
    }

    enum EntityGone implements FrontMessage {
        INSTANCE
    }

    /** From the node: there is a moment to write what is to be known of what runs here. */
    enum NodeStops implements FrontMessage {
        INSTANCE
    }

    /** From the shard: it is to leave memory, or this node. */
    enum Begone implements FrontMessage {
        INSTANCE
    }
}
