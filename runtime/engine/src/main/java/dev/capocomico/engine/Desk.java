package dev.capocomico.engine;

import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.model.execution.Refusal;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Where requests to one execution come in, and where they are answered: at once from what is known, when their turn is over, or with
 * the news that there is no database. Part of the front's actor.
 */
final class Desk {
    private final Surroundings surroundings;
    private final Known known;
    private final Turns turns;
    private final Debts debts;
    private final Audience audience;

    Desk(Surroundings surroundings, Known known, Turns turns, Debts debts, Audience audience) {
        this.surroundings = surroundings;
        this.known = known;
        this.turns = turns;
        this.debts = debts;
        this.audience = audience;
    }

    void take(ExecutionMessage.Request request) {
        switch (request) {
            case ExecutionMessage.Begin begin -> queue(begin);
            case ExecutionMessage.Ask ask -> queue(ask);
            case ExecutionMessage.AwaitEnd await -> await(await.replyTo());
            case ExecutionMessage.Look look -> look(look.replyTo());
            case ExecutionMessage.Release release ->
                throw new IllegalStateException("it is let go elsewhere: " + release);
        }
    }

    private void queue(ExecutionMessage.Request request) {
        if (surroundings.health().isLost() || known.hasLostSteps()) {
            request.replyTo().tell(known.unavailable(false));
        } else if (turns.size() >= surroundings.settings().requestsMax()) {
            request.replyTo()
                    .tell(new ExecutionAnswer.Unavailable(
                            "%,d requests wait for this execution already".formatted(turns.size())));
        } else {
            turns.add(new Turns.Requested(request));
        }
    }

    private void await(ActorRef<ExecutionAnswer> replyTo) {
        if (known.isCertain() && known.hasEnded()) {
            replyTo.tell(known.end());
            return;
        }
        if (!known.isCertain()) {
            // After a crash, who waits for the end is the first to come, and should not wait for a daemon.
            debts.lookForChildrenOnceRecovered();
        }
        audience.awaitEnd(replyTo);
    }

    private void look(ActorRef<ExecutionAnswer> replyTo) {
        if (known.isCertain()) {
            replyTo.tell(known.standing(debts.working()));
        } else if (surroundings.health().isLost()) {
            replyTo.tell(known.unavailable(false));
        } else {
            audience.look(replyTo);
        }
    }

    /** What was asked for is in the journal, or is refused. */
    void answer(ExecutionMessage.Request request, @Nullable Refusal refusal) {
        surroundings.probe().at(CrashPoint.BEFORE_REPLY);
        request.replyTo()
                .tell(
                        refusal == null
                                ? new ExecutionAnswer.Accepted(known.state().status())
                                : new ExecutionAnswer.Refused(refusal));
        surroundings.probe().at(CrashPoint.AFTER_REPLY);
    }

    /** Nobody here will learn what becomes of the write under way. */
    void giveUpTurn() {
        turns.abandon(request -> request.replyTo().tell(known.unavailable(true)));
        turns.end();
    }

    /** Who wants something done is told so at once. Who waits for the end goes on waiting, and is let go when he stops. */
    void refuseAll() {
        turns.abandon(request -> request.replyTo().tell(known.unavailable(true)));
        turns.dismiss(request -> request.replyTo().tell(known.unavailable(false)));
        audience.tellLookers(known.unavailable(false));
        audience.watch();
    }

    /** The node stops: who wants something is told to come again, to whoever carries the execution then. */
    void refuseBecauseNodeStops() {
        turns.dismiss(request -> request.replyTo().tell(known.nodeStops(turns.inDoubt())));
        audience.dismiss(request -> request.replyTo().tell(known.nodeStops(false)));
    }

    /** Gives all who wait to somebody else. */
    void dismiss(Consumer<ExecutionMessage> to) {
        turns.dismiss(to::accept);
        audience.dismiss(to::accept);
    }
}
