package dev.capocomico.engine;

import dev.capocomico.engine.FrontMessage.Alarm;
import dev.capocomico.engine.Turns.Gathered;
import dev.capocomico.engine.Turns.Requested;
import dev.capocomico.engine.Turns.Turn;
import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Refusal;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the durable entity of one execution and does what need not be durable.
 *
 * <p>It hands the entity one command at a time ({@link Turns}), and gathers the outcomes that arrive meanwhile into the next. When the
 * entity has written, the front answers who asked, and pays the effects ({@link Debts}). When the entity breaks, the attempts live on
 * here; a new entity is made after a pause ({@link EntityKeeper}), and what was under way is settled with what it has read: either the
 * step is in the journal, and counts as written, or its command is decided anew. If the journal has steps that nobody here has tried
 * to write, another writer exists: then this one stops for good.
 *
 * <p>An execution that has ended leaves memory at once, and a parked one after a while in which nothing came ({@link Presence}).
 */
final class ExecutionFront extends AbstractBehavior<ExecutionMessage> {
    /** Longer ones are set again: the scheduler has an end. */
    private static final Duration LONGEST_TIMER = Duration.ofHours(1);

    private final ExecutionKey key;
    private final Surroundings surroundings;
    private final TimerScheduler<ExecutionMessage> timers;

    private final Presence presence;
    private final EntityKeeper entity;
    private final Known known;
    private final Turns turns = new Turns();
    private final Debts debts;
    private final Audience audience;

    /** Whether the entity of now has told what it read. */
    private boolean recovered;

    private long remindedOf = ExecutionState.NEVER;

    private ExecutionFront(
            ActorContext<ExecutionMessage> context,
            TimerScheduler<ExecutionMessage> timers,
            ExecutionKey key,
            ActorRef<ClusterSharding.ShardCommand> shard,
            LiveFronts live,
            Surroundings surroundings) {
        super(context);
        Surroundings.Settings settings = surroundings.settings();
        this.key = key;
        this.surroundings = surroundings;
        this.timers = timers;
        this.presence = new Presence(key, context.getSelf(), shard, timers, live, settings.parkLinger());
        this.entity = new EntityKeeper(context, timers, key, surroundings);
        this.known = new Known(key);
        this.debts = new Debts(context, timers, key, surroundings, turns);
        this.audience = new Audience(context, settings.requestsMax());
        entity.start();
    }

    static Behavior<ExecutionMessage> create(
            ExecutionKey key,
            ActorRef<ClusterSharding.ShardCommand> shard,
            LiveFronts live,
            Surroundings surroundings) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new ExecutionFront(context, timers, key, shard, live, surroundings)));
    }

    @Override
    public Receive<ExecutionMessage> createReceive() {
        return newReceiveBuilder()
                .onAnyMessage(this::take)
                .onSignal(PostStop.class, stopped -> {
                    presence.gone();
                    return this;
                })
                .build();
    }

    private Behavior<ExecutionMessage> take(ExecutionMessage message) {
        if (presence.leaving() && isForTheNext(message)) {
            turnAway(message);
            return this;
        }
        switch (message) {
            case ExecutionMessage.Begin begin -> queue(begin);
            case ExecutionMessage.Ask ask -> queue(ask);
            case ExecutionMessage.AwaitEnd await -> await(await.replyTo());
            case ExecutionMessage.Look look -> look(look.replyTo());
            case ExecutionMessage.Wake wake -> lookAfter();
            case ExecutionMessage.ChildEnded news -> debts.childEnded(news, known.isCertain());
            case FrontMessage.OfAttempts news -> debts.take(news);
            case FrontMessage.ListenerGone gone -> audience.gone(gone.listener());
            case ExecutionEntity.Recovered news -> recovered(news);
            case ExecutionEntity.Decided news -> decided(news);
            case ExecutionEntity.WriteFailed news -> writeFailed(news);
            case ExecutionEntity.PlanNotFound news ->
                getContext().getLog().warn("execution {} cannot go on: {}", key, news.reason());
            case FrontMessage.EntityGone gone -> entityGone();
            case Alarm alarm -> alarm(alarm);
            case FrontMessage.Begone begone -> toldToLeave();
        }
        if (debts.hasOutcomes()) {
            turns.addOnce(Gathered.OUTCOMES);
        }
        next();
        leaveIfNothingKeepsIt(message);
        return presence.told() && turns.underWay() == null ? Behaviors.stopped() : this;
    }

    // --- What comes in

    private void queue(ExecutionMessage.Request request) {
        if (turns.size() >= surroundings.settings().requestsMax()) {
            request.replyTo()
                    .tell(new ExecutionAnswer.Unavailable(
                            "%,d requests wait for this execution already".formatted(turns.size())));
            return;
        }
        turns.add(new Requested(request));
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
        } else {
            audience.look(replyTo);
        }
    }

    private void alarm(Alarm alarm) {
        switch (alarm) {
            case SOMETHING_IS_DUE -> {
                remindedOf = ExecutionState.NEVER;
                takeTime();
                remind();
            }
            case ENTITY_PAUSE_OVER -> entity.start();
            case LOOK_AFTER -> lookAfter();
            case LINGERED -> {
                if (mayPark()) {
                    presence.leave();
                }
            }
        }
    }

    private void lookAfter() {
        if (known.isCertain()) {
            takeTime();
            debts.lookAfter();
        } else {
            debts.lookForChildrenOnceRecovered();
        }
    }

    private void takeTime() {
        if (known.wakeAtMillis() <= now()) {
            turns.addOnce(Gathered.TIME);
        }
    }

    // --- To the entity, one at a time

    private void next() {
        while (recovered && !presence.leaving() && turns.underWay() == null && turns.hasWaiting()) {
            hand(turns.begin());
        }
    }

    private void hand(Turn turn) {
        switch (turn) {
            case Requested(ExecutionMessage.Begin begin) -> {
                if (known.isAnotherWorkflow(begin)) {
                    turns.end();
                    begin.replyTo().tell(known.anotherWorkflow());
                } else {
                    entity.tell(new ExecutionEntity.Decide(begin.start(), begin.plan()));
                }
            }
            case Requested(ExecutionMessage.Ask ask) -> {
                if (known.isThere()) {
                    decide(ask.command());
                } else {
                    turns.end();
                    ask.replyTo().tell(known.notFound());
                }
            }
            case Requested(ExecutionMessage.Request other) ->
                throw new IllegalStateException("no turn is made of " + other);
            case Turns.Offer offer -> {
                ExecutionCommand command = debts.offer(offer, now());
                if (command == null) {
                    turns.end();
                } else {
                    decide(command);
                }
            }
            case Gathered.TIME -> decide(new ExecutionCommand.Tick(now()));
            case Gathered.OUTCOMES -> {
                surroundings.probe().at(CrashPoint.BEFORE_OUTCOME_REPORT);
                decide(debts.report(now()));
            }
        }
    }

    private void decide(ExecutionCommand command) {
        entity.tell(new ExecutionEntity.Decide(command, null));
    }

    // --- From the entity

    private void decided(ExecutionEntity.Decided news) {
        known.decided(news.rules(), news.decision());
        entity.isWell();
        settle(news.decision().refusal());
        debts.pay(news.decision().effects(), known.plan().definition());
        changed(news.decision().step() != null);
    }

    /** The turn under way has come to its end, and who asked is answered. */
    private void settle(@Nullable Refusal refusal) {
        Turn turn = turns.underWay();
        if (turn instanceof Requested(ExecutionMessage.Request request)) {
            surroundings.probe().at(CrashPoint.BEFORE_REPLY);
            request.replyTo()
                    .tell(
                            refusal == null
                                    ? new ExecutionAnswer.Accepted(known.state().status())
                                    : new ExecutionAnswer.Refused(refusal));
            surroundings.probe().at(CrashPoint.AFTER_REPLY);
        } else if (turn == Gathered.OUTCOMES) {
            surroundings.probe().at(CrashPoint.AFTER_OUTCOME_REPORT);
        }
        turns.end();
        debts.settled(turn, known::awaitsEvent);
    }

    private void recovered(ExecutionEntity.Recovered news) {
        Turn underWay = turns.underWay();
        long stepsMax = known.steps() + (underWay == null ? 0 : 1);
        boolean written = known.isCertain() && news.state().steps() > known.steps();
        ExecutionEntity.WriteFailed attempt = written ? turns.tried(news.last()) : null;
        if (written && (news.state().steps() > stepsMax || attempt == null)) {
            anotherWriter(news.state().steps());
            return;
        }
        known.recovered(news);
        recovered = true;
        if (attempt != null && underWay instanceof Requested) {
            settle(attempt.refusal());
        } else if (underWay != null) {
            // Not written; or an earlier report was, and what of this one was in it will be found stale.
            turns.again();
            debts.notWritten();
        }
        debts.payAgain(news.owed());
        audience.tellStanding(known.standing(debts.working()));
        changed(written);
    }

    /** @param written whether a step was */
    private void changed(boolean written) {
        remind();
        if (known.hasEnded()) {
            audience.tellEnd(known.end());
        }
        if (known.hasEnded() && written) {
            // Told once; if that gets lost, the parent looks for its child some day.
            known.parent()
                    .ifPresent(parent -> Executions.send(
                            getContext().getSystem(), parent, new ExecutionMessage.ChildEnded(key.id(), known.end())));
        }
    }

    private void writeFailed(ExecutionEntity.WriteFailed news) {
        turns.writeFailed(news);
        getContext()
                .getLog()
                .warn(
                        "step {} of execution {} could not be written: {}",
                        news.step().number(),
                        key,
                        news.reason());
    }

    private void anotherWriter(long steps) {
        getContext()
                .getLog()
                .error(
                        "the journal of execution {} has {} steps, but only {} were written from here: another node writes it too; this one stops",
                        key,
                        steps,
                        known.steps());
        turns.end();
        presence.toldToLeave();
    }

    private void entityGone() {
        recovered = false;
        entity.gone();
        if (presence.told()) {
            // Whether the write under way has happened is for the next one to find out, and for who asked.
            turns.end();
        } else {
            entity.startAfterPause();
        }
    }

    /** One timer, moved only when what comes next is another. */
    private void remind() {
        long due = known.wakeAtMillis();
        if (due == remindedOf) {
            return;
        }
        remindedOf = due;
        if (due == ExecutionState.NEVER) {
            timers.cancel(Alarm.SOMETHING_IS_DUE);
        } else {
            long waitMillis = Math.clamp(due - now(), 1, LONGEST_TIMER.toMillis());
            timers.startSingleTimer(Alarm.SOMETHING_IS_DUE, Duration.ofMillis(waitMillis));
        }
    }

    // --- Leaving

    private void leaveIfNothingKeepsIt(ExecutionMessage last) {
        if (!recovered || presence.leaving() || !turns.isIdle()) {
            return;
        }
        if (!known.isThere()) {
            // Nobody knows this execution, and nobody wants to begin it.
            audience.tellEnd(known.notFound());
            presence.leave();
        } else if (known.hasEnded()) {
            presence.leave();
        } else if (known.isParked() && last != Alarm.LINGERED) {
            audience.watch();
            if (mayPark()) {
                presence.lingerOn();
            }
        }
    }

    /** Nothing runs, nothing falls due for a while, and nobody waits here. */
    private boolean mayPark() {
        return recovered
                && known.isParked()
                && turns.isIdle()
                && audience.isEmpty()
                && debts.isIdle()
                && known.wakeAtMillis() - now()
                        > surroundings.rules().parkAfter().toMillis();
    }

    private void toldToLeave() {
        presence.toldToLeave();
        turns.dismiss(this::turnAway);
        audience.dismiss(this::turnAway);
        debts.dismiss(this::turnAway);
    }

    /** Whether the next front of the execution has to hear it, if this one does not take it any more. */
    private boolean isForTheNext(ExecutionMessage message) {
        return switch (message) {
            case ExecutionMessage.Request request -> true;
            case ExecutionMessage.Wake wake -> known.mayLiveOn();
            case ExecutionMessage.ChildEnded news -> known.mayLiveOn();
            case FrontMessage own -> false;
        };
    }

    private void turnAway(ExecutionMessage message) {
        Executions.send(getContext().getSystem(), key, message);
    }

    private long now() {
        return surroundings.clock().millis();
    }
}
