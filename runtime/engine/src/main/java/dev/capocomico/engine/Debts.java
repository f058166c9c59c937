package dev.capocomico.engine;

import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Pays what one execution owes to the world: attempts by agents, child executions, events for those who wait. Part of the front's actor. */
final class Debts {
    /** Not the number of any row. */
    static final long NO_ROW = 0;

    private final Surroundings surroundings;
    private final TimerScheduler<ExecutionMessage> timers;
    private final Attempts attempts;
    private final Children children;
    private final Listeners listeners;
    /** What was heard of children before it was known that they are wanted. */
    private final List<ExecutionMessage.ChildEnded> earlyEnds = new ArrayList<>();
    /** Whether the children are looked for after the recovery. One that ends and says so is no reason to disturb the others. */
    private boolean lookForChildren;

    Debts(
            ActorContext<ExecutionMessage> context,
            TimerScheduler<ExecutionMessage> timers,
            ExecutionKey key,
            Surroundings surroundings,
            Turns turns,
            LongSupplier steps) {
        this.surroundings = surroundings;
        this.timers = timers;
        this.attempts = new Attempts(context, key, surroundings);
        this.children = new Children(context, key, surroundings, attempts);
        this.listeners = new Listeners(context, timers, key, surroundings, turns, steps);
    }

    // --- Paying

    void pay(List<Effect> effects, Definition definition) {
        Precedence precedence = Precedence.of(effects);
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Run run -> {
                    surroundings.probe().at(CrashPoint.BEFORE_DISPATCH);
                    attempts.start(run, definition, precedence);
                    surroundings.probe().at(CrashPoint.AFTER_DISPATCH);
                }
                case Effect.Stop stop -> stop(stop.key());
                case Effect.RunChild child -> children.begin(child);
                case Effect.Listen listen -> listeners.listen(listen);
            }
        }
        lookAfterAgain();
    }

    /**
     * After a recovery: what is under way here goes on.
     *
     * @param unpaid the number of a row from here that was found written though nobody had said so: what it dispatches was never begun, and
     *     so is not lost. {@link #NO_ROW} if there is none
     */
    void payAgain(List<Effect> owed, long unpaid, @Nullable Definition definition) {
        for (Effect effect : owed) {
            switch (effect) {
                case Effect.Run run -> {
                    if (run.key().fence() == unpaid) {
                        // As they were dispatched: what was begun before counts for nobody's precedence.
                        attempts.start(run, Objects.requireNonNull(definition), null);
                    } else {
                        attempts.reclaim(run);
                    }
                }
                case Effect.Stop stop -> stop(stop.key());
                case Effect.RunChild child -> {
                    if (child.key().fence() == unpaid) {
                        children.begin(child);
                    } else {
                        children.reclaim(child, lookForChildren);
                    }
                }
                case Effect.Listen listen -> listeners.reclaim(listen);
            }
        }
        earlyEnds.forEach(children::ended);
        earlyEnds.clear();
        lookForChildren = false;
        lookAfterAgain();
    }

    private void stop(AttemptKey key) {
        attempts.stop(key);
        children.stop(key);
    }

    /** Nothing is under way that needs this actor. */
    boolean isIdle() {
        return !children.isBusy() && !listeners.isBusy();
    }

    // --- What comes of it

    void take(FrontMessage.OfAttempts news) {
        switch (news) {
            case FrontMessage.AttemptEnded ended -> attempts.ended(ended.key(), ended.result());
            case FrontMessage.AttemptGone gone -> attempts.gone(gone.key());
            case FrontMessage.ChildFailed failed -> children.failed(failed);
            case FrontMessage.ChildOutputCopied copied -> children.endedWithOutput(copied.news());
            case FrontMessage.ChildActorGone gone -> children.gone(gone);
            case FrontMessage.EventsRead read -> listeners.heard(read);
            case FrontMessage.EventsUnread unread -> listeners.unheard(unread);
            case FrontMessage.PlaceKept kept -> listeners.placeKept(kept);
            case FrontMessage.EventsWanted wanted -> listeners.wanted(wanted.listener());
        }
    }

    /** @param certain whether the execution has been read, so that it is known which children are wanted */
    void childEnded(ExecutionMessage.ChildEnded news, boolean certain) {
        if (certain) {
            children.ended(news);
        } else {
            earlyEnds.add(news);
        }
    }

    /** The attempts that an agent has now. */
    Set<AttemptKey> working() {
        return attempts.working();
    }

    // --- When the node stops

    /** See {@link Attempts#callBack}. */
    void callBack() {
        attempts.callBack();
    }

    boolean allAreBack() {
        return attempts.allAreBack();
    }

    void waitForNobody() {
        attempts.waitForNobody();
    }

    boolean hasOutcomes() {
        return attempts.hasOutcomes();
    }

    ExecutionCommand report(long atMillis) {
        return attempts.report(atMillis);
    }

    /** The command for the turn; null when there is nobody any more who would take it. */
    @Nullable ExecutionCommand offer(Turns.Offer turn, long atMillis) {
        return listeners.offer(turn.listener(), atMillis);
    }

    /** The turn is in the journal, or nothing of it had to be. */
    void settled(Turns.@Nullable Turn turn, IntPredicate awaitsEvent) {
        attempts.reportWritten();
        listeners.retain(awaitsEvent);
        if (turn instanceof Turns.Offer(Listeners.Listener listener)) {
            listeners.offered(listener);
        }
    }

    void notWritten() {
        attempts.reportAgain();
    }

    /** See {@link Attempts#reportSeparately}. */
    boolean reportSeparately(String why) {
        return attempts.reportSeparately(why);
    }

    // --- What others owe

    /** Who comes next expects the children to be looked for. */
    void lookForChildrenOnceRecovered() {
        lookForChildren = true;
    }

    /** What others have to tell this execution may have got lost on the way. */
    void lookAfter() {
        children.lookAfter();
        listeners.lookAfter();
        lookAfterAgain();
    }

    /** For as long as somebody else's word is waited for here. An execution that has left memory is woken for it. */
    private void lookAfterAgain() {
        boolean nobodyOwes = children.isEmpty() && listeners.isEmpty();
        if (!nobodyOwes && !timers.isTimerActive(FrontMessage.Alarm.LOOK_AFTER)) {
            timers.startSingleTimer(
                    FrontMessage.Alarm.LOOK_AFTER, surroundings.rules().childAskAgain());
        }
    }

    /** Gives what was heard too early to somebody else. */
    void dismiss(Consumer<ExecutionMessage> to) {
        earlyEnds.forEach(to);
        earlyEnds.clear();
    }
}
