package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.plan.Plan;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of an execution, by its id, through {@link Executions}.
 *
 * <p>A message that changes something is answered when the change is in the journal, never before. When no answer comes (the node
 * died, the database is away) nothing is known: the change may or may not have happened. {@link Begin} may be sent again, and so
 * may a signal that has a key; of the others, ask for the state first.
 */
public sealed interface ExecutionMessage
        permits ExecutionMessage.Request, ExecutionMessage.Wake, ExecutionMessage.ChildEnded, FrontMessage {
    /** From outside. */
    sealed interface Request extends ExecutionMessage {
        ActorRef<ExecutionAnswer> replyTo();
    }

    /**
     * Begins the execution, or finds it begun by the same message.
     *
     * @param plan what is to be executed; its definition is in the store already
     * @param origin where it came from, for the audit; null when a program or a parent began it
     */
    record Begin(
            ExecutionCommand.Start start,
            Plan plan,
            @Nullable Origin origin,
            ActorRef<ExecutionAnswer> replyTo) implements Request {
        public Begin(ExecutionCommand.Start start, Plan plan, ActorRef<ExecutionAnswer> replyTo) {
            this(start, plan, null, replyTo);
        }

        /** What the execution is told. */
        ExecutionCommand command() {
            return origin == null ? start : new ExecutionCommand.Called(origin, start);
        }
    }

    /** Any other command. */
    record Ask(ExecutionCommand command, ActorRef<ExecutionAnswer> replyTo) implements Request {}

    /**
     * The answer comes when the execution has ended; at once if it has. To be repeated by those who wait long. An execution
     * that could leave memory stays for as long as somebody waits for this answer.
     */
    record AwaitEnd(ActorRef<ExecutionAnswer> replyTo) implements Request {}

    /** Where the execution stands, as far as the journal knows. */
    record Look(ActorRef<ExecutionAnswer> replyTo) implements Request {}

    /**
     * Lets a quarantined execution be recovered again. The answer comes when it was, or could not be again.
     *
     * @param origin where it came from, for the audit; null when a program asks
     */
    record Release(@Nullable Origin origin, ActorRef<ExecutionAnswer> replyTo) implements Request {
        public Release(ActorRef<ExecutionAnswer> replyTo) {
            this(null, replyTo);
        }
    }

    /**
     * Has the execution looked after, wherever sharding says: one that is not in memory is read back, and does what it owes; one
     * that is looks at what is due, asks its children again and reads its events again. Of one that is unknown or has ended
     * nothing comes. Not answered; may be sent at any time, any number of times, and may get lost without harm if it is sent
     * again some day.
     */
    enum Wake implements ExecutionMessage {
        INSTANCE
    }

    /** From a child execution, when its end is in the journal. May get lost: the parent asks now and then. */
    record ChildEnded(String childId, ExecutionAnswer.Ended end) implements ExecutionMessage {}
}
