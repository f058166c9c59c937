package dev.capocomico.engine;

import dev.capocomico.engine.Turns.Gathered;
import dev.capocomico.engine.Turns.Requested;
import dev.capocomico.engine.Turns.Turn;
import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Decision;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.plan.Plan;
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
 * <p>It hands the entity one command at a time, and gathers the outcomes that arrive meanwhile into the next. When the entity has
 * written, the front answers who asked, and pays the effects: an actor for each attempt. When the entity breaks, the attempts
 * live on here; a new entity is made after a pause, and what was under way is settled with what it has read: either the step is in
 * the journal, and counts as written, or its command is decided anew. If the journal has steps that nobody here has tried to
 * write, another writer exists: then this one stops for good.
 *
 * <p>An execution that has ended leaves memory at once, and a parked one after a while in which nothing came.
 */
final class ExecutionFront extends AbstractBehavior<ExecutionMessage> {
    /** Longer ones are set again: the scheduler has an end. */
    private static final Duration LONGEST_TIMER = Duration.ofHours(1);

    /** What the front hears from its own children, its timers and the shard. */
    sealed interface Internal extends ExecutionMessage
            permits ExecutionEntity.News, AttemptEnded, AttemptGone, ListenerGone, Alarm, EntityGone, Begone {}

    record AttemptEnded(AttemptKey key, AttemptResult result) implements Internal {}

    /** The attempt's actor is no more. If it has reported nothing, it broke. */
    record AttemptGone(AttemptKey key) implements Internal {}

    /** Who waited for the end does so no more. */
    record ListenerGone(ActorRef<ExecutionAnswer> listener) implements Internal {}

    /** Timers. */
    enum Alarm implements Internal {
        SOMETHING_IS_DUE,
        ENTITY_PAUSE_OVER,
        LINGERED
    }

    enum EntityGone implements Internal {
        INSTANCE
    }

    /** From the shard: it is to leave memory, or this node. */
    enum Begone implements Internal {
        INSTANCE
    }

    private final ExecutionKey key;
    private final Surroundings surroundings;
    private final TimerScheduler<ExecutionMessage> timers;

    private final Presence presence;
    private final EntityKeeper entity;
    private final Turns turns = new Turns();
    private final Attempts attempts;
    private final Audience audience;

    /** Whether the entity of now has told what it read. */
    private boolean recovered;

    private boolean everRecovered;
    private @Nullable Rules rules;
    private ExecutionState state = ExecutionState.NEW;
    private boolean parked;
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
        this.attempts = new Attempts(context, key.id(), surroundings);
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
            case AttemptEnded ended -> attempts.ended(ended.key(), ended.result());
            case AttemptGone gone -> attempts.gone(gone.key());
            case ListenerGone gone -> audience.gone(gone.listener());
            case ExecutionEntity.Recovered news -> recovered(news);
            case ExecutionEntity.Decided news -> decided(news.rules(), news.decision());
            case ExecutionEntity.WriteFailed news -> writeFailed(news);
            case ExecutionEntity.PlanNotFound news ->
                getContext().getLog().warn("execution {} cannot go on: {}", key, news.reason());
            case EntityGone gone -> entityGone();
            case Alarm alarm -> alarm(alarm);
            case Begone begone -> toldToLeave();
        }
        if (attempts.hasOutcomes()) {
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
        if (everRecovered && state.hasEnded()) {
            replyTo.tell(end());
        } else {
            audience.awaitEnd(replyTo);
        }
    }

    private void look(ActorRef<ExecutionAnswer> replyTo) {
        if (everRecovered) {
            replyTo.tell(standing());
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
            case LINGERED -> {
                if (mayPark()) {
                    presence.leave();
                }
            }
        }
    }

    /** What is owed may have been forgotten by others, or have come to pass without a word. After a recovery all of it is paid anyway. */
    private void lookAfter() {
        if (recovered) {
            takeTime();
        }
    }

    private void takeTime() {
        if (rules != null && Execution.wakeAtMillis(state) <= now()) {
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
            case Requested(ExecutionMessage.Begin begin) -> begin(begin);
            case Requested(ExecutionMessage.Ask ask) -> {
                if (rules == null) {
                    turns.end();
                    ask.replyTo().tell(notFound());
                } else {
                    decide(ask.command());
                }
            }
            case Requested(ExecutionMessage.Request other) ->
                throw new IllegalStateException("no turn is made of " + other);
            case Gathered.TIME -> decide(new ExecutionCommand.Tick(now()));
            case Gathered.OUTCOMES -> {
                surroundings.probe().at(CrashPoint.BEFORE_OUTCOME_REPORT);
                decide(attempts.report(now()));
            }
        }
    }

    private void begin(ExecutionMessage.Begin begin) {
        if (rules != null && !rules.plan().digest().equals(begin.plan().digest())) {
            turns.end();
            begin.replyTo()
                    .tell(new ExecutionAnswer.Refused(new Refusal(
                            Refusal.Code.ALREADY_STARTED,
                            "the execution \"" + key.id() + "\" was started with another workflow")));
        } else {
            entity.tell(new ExecutionEntity.Decide(begin.start(), begin.plan()));
        }
    }

    private void decide(ExecutionCommand command) {
        entity.tell(new ExecutionEntity.Decide(command, null));
    }

    // --- From the entity

    private void decided(Rules current, Decision decision) {
        rules = current;
        state = decision.next();
        if (decision.step() != null) {
            parked = decision.step().facts().getLast() instanceof Fact.Parked;
        }
        entity.isWell();
        settle(decision.refusal());
        decision.effects().forEach(this::pay);
        remind();
        tellIfEnded();
    }

    /** The turn under way has come to its end, and who asked is answered. */
    private void settle(@Nullable Refusal refusal) {
        Turn turn = turns.underWay();
        if (turn instanceof Requested(ExecutionMessage.Request request)) {
            surroundings.probe().at(CrashPoint.BEFORE_REPLY);
            request.replyTo()
                    .tell(
                            refusal == null
                                    ? new ExecutionAnswer.Accepted(state.status())
                                    : new ExecutionAnswer.Refused(refusal));
            surroundings.probe().at(CrashPoint.AFTER_REPLY);
        } else if (turn == Gathered.OUTCOMES) {
            surroundings.probe().at(CrashPoint.AFTER_OUTCOME_REPORT);
        }
        attempts.reportWritten();
        turns.end();
    }

    private void recovered(ExecutionEntity.Recovered news) {
        Turn underWay = turns.underWay();
        long stepsMax = state.steps() + (underWay == null ? 0 : 1);
        boolean written = everRecovered && news.state().steps() > state.steps();
        ExecutionEntity.WriteFailed attempt = written ? turns.tried(news.last()) : null;
        if (written && (news.state().steps() > stepsMax || attempt == null)) {
            anotherWriter(news.state().steps());
            return;
        }
        rules = news.rules();
        state = news.state();
        parked = rules != null && Execution.isParked(rules, state);
        recovered = true;
        everRecovered = true;
        if (attempt != null && underWay instanceof Requested) {
            settle(attempt.refusal());
        } else if (underWay != null) {
            // Not written; or an earlier report was, and what of this one was in it will be found stale.
            turns.again();
            attempts.reportAgain();
        }
        news.owed().forEach(this::payAgain);
        audience.tellStanding(standing());
        remind();
        tellIfEnded();
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
                        state.steps());
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

    // --- What is owed

    private void pay(Effect effect) {
        switch (effect) {
            case Effect.Run run -> {
                surroundings.probe().at(CrashPoint.BEFORE_DISPATCH);
                attempts.start(run, plan().definition());
                surroundings.probe().at(CrashPoint.AFTER_DISPATCH);
            }
            case Effect.Stop stop -> attempts.stop(stop.key());
            case Effect.RunChild child -> throw notYet(child);
            case Effect.Listen listen -> throw notYet(listen);
        }
    }

    private void payAgain(Effect effect) {
        switch (effect) {
            case Effect.Run run -> attempts.reclaim(run);
            case Effect.Stop stop -> attempts.stop(stop.key());
            case Effect.RunChild child -> throw notYet(child);
            case Effect.Listen listen -> throw notYet(listen);
        }
    }

    private static IllegalStateException notYet(Effect effect) {
        return new IllegalStateException("a workflow that leads to " + effect + " is not registered yet");
    }

    private Plan plan() {
        if (rules == null) {
            throw new IllegalStateException("an execution that was not begun owes nothing");
        }
        return rules.plan();
    }

    /** One timer, moved only when what comes next is another. */
    private void remind() {
        long due = rules == null ? ExecutionState.NEVER : Execution.wakeAtMillis(state);
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

    // --- What can be said of it

    private void tellIfEnded() {
        if (state.hasEnded()) {
            audience.tellEnd(end());
        }
    }

    private ExecutionAnswer end() {
        return ExecutionAnswer.Ended.of(plan(), state);
    }

    private ExecutionAnswer standing() {
        return rules == null ? notFound() : new ExecutionAnswer.Standing(rules.plan(), state, attempts.working());
    }

    private ExecutionAnswer notFound() {
        return new ExecutionAnswer.Refused(
                new Refusal(Refusal.Code.NOT_FOUND, "there is no execution \"" + key.id() + "\""));
    }

    // --- Leaving

    private void leaveIfNothingKeepsIt(ExecutionMessage last) {
        if (!recovered || presence.leaving() || !turns.isIdle()) {
            return;
        }
        if (rules == null) {
            // Nobody knows this execution, and nobody wants to begin it.
            audience.tellEnd(notFound());
            presence.leave();
        } else if (state.hasEnded()) {
            presence.leave();
        } else if (parked && last != Alarm.LINGERED) {
            audience.watch();
            if (mayPark()) {
                presence.lingerOn();
            }
        }
    }

    /** Nothing runs, nothing falls due for a while, and nobody waits here. */
    private boolean mayPark() {
        Duration away = surroundings.rules().parkAfter();
        return recovered
                && parked
                && turns.isIdle()
                && audience.isEmpty()
                && Execution.wakeAtMillis(state) - now() > away.toMillis();
    }

    private void toldToLeave() {
        presence.toldToLeave();
        turns.dismiss(this::turnAway);
        audience.dismiss(this::turnAway);
    }

    /** Whether the next front of the execution has to hear it, if this one does not take it any more. */
    private boolean isForTheNext(ExecutionMessage message) {
        return switch (message) {
            case ExecutionMessage.Request request -> true;
            case ExecutionMessage.Wake wake -> rules != null && !state.hasEnded();
            case Internal internal -> false;
        };
    }

    private void turnAway(ExecutionMessage message) {
        Executions.send(getContext().getSystem(), key, message);
    }

    private long now() {
        return surroundings.clock().millis();
    }
}
