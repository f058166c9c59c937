package dev.capocomico.engine;

import dev.capocomico.engine.FrontMessage.Alarm;
import dev.capocomico.engine.Turns.Gathered;
import dev.capocomico.engine.Turns.Requested;
import dev.capocomico.engine.Turns.Tried;
import dev.capocomico.engine.Turns.Turn;
import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
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
 * <p>An execution that has ended leaves memory at once, and a parked one after a while in which nothing came ({@link Presence}). For those who
 * only look neither comes back ({@link Glance}).
 */
final class ExecutionFront extends AbstractBehavior<ExecutionMessage> {
    /** How long an agent that is interrupted because the node stops has to say how that ended. */
    private static final Duration WORD_OF_AGENTS_WITHIN = Duration.ofSeconds(2);

    private final ExecutionKey key;
    private final Surroundings surroundings;
    private final LiveFronts live;
    private final TimerScheduler<ExecutionMessage> timers;
    private final Presence presence;
    private final EntityKeeper entity;
    private final Glance glance;
    private final Containment containment;
    private final Known known;
    private final Turns turns = new Turns();
    private final Debts debts;
    private final Audience audience;
    private final Desk desk;
    private final Reminder reminder;

    /** Whether the entity of now has told what it read. */
    private boolean recovered;

    /** Whether what runs here was called back, because the node stops. */
    private boolean handingBack;

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
        this.live = live;
        this.timers = timers;
        this.presence = new Presence(key, context.getSelf(), shard, timers, live, settings.parkLinger());
        this.entity = new EntityKeeper(context, timers, key, surroundings);
        this.glance = new Glance(context, timers, key, surroundings);
        this.containment = new Containment(context, key, surroundings.quarantine());
        this.known = new Known(key);
        this.debts = new Debts(context, timers, key, surroundings, turns, known::steps);
        this.audience = new Audience(context, settings.requestsMax());
        this.desk = new Desk(surroundings, known, turns, debts, audience);
        this.reminder = new Reminder(timers, surroundings.clock());
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
        if (live.stopping() && !entity.everStarted()) {
            return takeNothing(message);
        }
        boolean quarantined = entity.everStarted() ? containment.isQuarantined() : containment.isKnown();
        if (message instanceof Containment.News news) {
            contained(containment.heard(news));
        } else if (message instanceof ExecutionMessage.Release release) {
            containment.release(release);
        } else if (quarantined && !(message instanceof FrontMessage)) {
            contained(containment.take(message));
        } else {
            takeUsual(message);
        }
        return presence.told() && turns.underWay() == null ? Behaviors.stopped() : this;
    }

    private void takeUsual(ExecutionMessage message) {
        if (!entity.everStarted() && !glance.isEnoughFor(message)) {
            bringBackFor(message);
        }
        switch (message) {
            case ExecutionMessage.Request request -> desk.take(request);
            case ExecutionMessage.Wake wake -> lookAfter();
            case ExecutionMessage.ChildEnded news -> debts.childEnded(news, known.isCertain());
            case FrontMessage.OfAttempts news -> debts.take(news);
            case FrontMessage.ListenerGone gone -> audience.gone(gone.listener());
            case Glance.Seen seen -> seen(seen);
            case ExecutionEntity.Recovered news -> recovered(news);
            case ExecutionEntity.Decided news -> decided(news);
            case ExecutionEntity.WriteFailed news -> {
                turns.writeFailed(news);
                failed("a step of execution %s could not be written: %s", news.kind(), news.reason());
            }
            case ExecutionEntity.Archived news -> archived(new ArchivedExecution(key, news.summary()));
            case ExecutionEntity.NotRead news ->
                failed("execution %s could not be read: %s", news.kind(), news.reason());
            case ExecutionEntity.NotUnderstood news -> notUnderstood(news);
            case ExecutionEntity.NotDecided news -> notDecided(news.reason());
            case ExecutionEntity.NotWritable news -> {
                recovered = false;
                notDecided(news.reason());
            }
            case Containment.News news -> throw new IllegalStateException("taken before: " + news);
            case FrontMessage.EntityGone gone -> entityGone();
            case Alarm alarm -> alarm(alarm);
            case FrontMessage.NodeStops stops -> {}
            case FrontMessage.Begone begone -> toldToLeave();
        }
        if (live.stopping()) {
            handBack();
        } else if (debts.hasOutcomes()) {
            turns.addOnce(Gathered.OUTCOMES);
        }
        next();
        leaveIfNothingKeepsIt(message);
    }

    /** There is an entity from now on, even if it takes some attempts until one is well. */
    private void bringBackFor(ExecutionMessage message) {
        presence.live();
        entity.startFor(message);
    }

    private void seen(Glance.Seen seen) {
        if (entity.everStarted() || presence.leaving()) {
            // Somebody has come who wants more; what was seen may be old, and who looks hears it from the entity.
            return;
        }
        switch (seen) {
            case Glance.Resting resting -> {
                audience.tellLookers(resting.standing());
                presence.leave();
            }
            case Glance.NotResting notResting -> bringBackFor(notResting);
            case Glance.NotSeen notSeen -> {
                doubt("execution %s could not be read: %s", notSeen.reason());
                bringBackFor(notSeen);
            }
        }
    }

    private void alarm(Alarm alarm) {
        switch (alarm) {
            case SOMETHING_IS_DUE -> {
                reminder.rang();
                takeTime();
                remind();
            }
            case CLOCK_MOVED -> {
                reminder.clockMoved();
                takeTime();
                remind();
            }
            case ENTITY_PAUSE_OVER -> {
                if (!containment.holds()) {
                    entity.start();
                }
                refuseIfDatabaseIsLost();
            }
            case ENTITY_SLOW -> {
                doubt("execution %s %s", "is not read for seconds");
                entity.isSlow();
                refuseIfDatabaseIsLost();
            }
            case DATABASE_PAUSE_OVER -> refuseIfDatabaseIsLost();
            case ROW_IN_DOUBT -> {
                if (recovered && turns.inDoubt() && turns.isIdle()) {
                    entity.readAgain();
                }
            }
            case LOOK_AFTER -> lookAfter();
            case WAITED_FOR_AGENTS -> debts.waitForNobody();
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
            // Nobody is woken who has nothing to do; and while its entity is read again, it works on.
            presence.works(true);
            debts.lookForChildrenOnceRecovered();
        }
    }

    private void takeTime() {
        if (known.wakeAtMillis() <= now()) {
            turns.addOnce(Gathered.TIME);
        }
    }

    /** What is due and stands in line already needs no reminder: it would be due again at once, for as long as nothing can be written. */
    private void remind() {
        long dueMillis = known.wakeAtMillis();
        if (dueMillis > now() || !turns.holds(Gathered.TIME)) {
            reminder.remindAt(dueMillis);
        }
    }

    // --- To the entity, one at a time

    private void next() {
        if (turns.hasWaiting() && surroundings.health().isLost()) {
            // It would only fail. What waits is of this node itself; requests are refused meanwhile.
            entity.remindWhenBack();
            return;
        }
        while (recovered && !presence.leaving() && turns.underWay() == null && turns.hasWaiting() && allAreBack()) {
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
                    entity.tell(new ExecutionEntity.Decide(begin.command(), begin.plan()));
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
            case Turns.Abandoned abandoned -> throw new IllegalStateException("what was abandoned is not handed on");
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
        turns.written(known.steps());
        // Before anybody is answered: whoever began it gives back the place that he took for it.
        presence.works(known.works());
        entity.isWell();
        containment.isWell();
        settle(news.decision().refusal());
        debts.pay(news.decision().effects(), known.plan().definition());
        changed(news.decision().step() != null);
    }

    /** The turn under way has come to its end, and who asked is answered. */
    private void settle(@Nullable Refusal refusal) {
        Turn turn = turns.underWay();
        if (turn instanceof Requested(ExecutionMessage.Request request)) {
            desk.answer(request, refusal);
        } else if (turn == Gathered.OUTCOMES) {
            surroundings.probe().at(CrashPoint.AFTER_OUTCOME_REPORT);
        }
        turns.end();
        debts.settled(turn, known::awaitsEvent);
    }

    private void recovered(ExecutionEntity.Recovered news) {
        long steps = news.state().steps();
        if (known.isCertain() && steps < known.steps()) {
            stepsAreLost(steps);
            return;
        }
        boolean written = known.isCertain() && steps > known.steps();
        Tried attempt = written ? turns.tried(steps, news.lastWriter()) : null;
        if (written && attempt == null) {
            anotherWriter(steps);
            return;
        }
        known.recovered(news);
        turns.written(steps);
        recovered = true;
        presence.works(known.works());
        entity.hasRead();
        containment.recovered(news.state().status());
        settleWhatWasUnderWay(attempt);
        // What the row owes was never paid: nobody here had heard that it was written.
        debts.payAgain(news.owed(), attempt == null ? Debts.NO_ROW : steps, known.definitionIfThere());
        audience.tellLookers(known.standing(debts.working()));
        changed(written);
        readAgainIfInDoubt();
    }

    /** @param attempt which of those from here the row is that has been found; null when none was */
    private void settleWhatWasUnderWay(@Nullable Tried attempt) {
        Turn underWay = turns.underWay();
        if (attempt != null && (underWay instanceof Turns.Abandoned || isRequestOf(attempt, underWay))) {
            settle(attempt.refusal());
        } else if (underWay instanceof Turns.Abandoned) {
            turns.end();
        } else if (underWay != null) {
            // Not written; or the row is an earlier turn's; or of an earlier report, and what of this one was in it
            // will be found stale.
            turns.again();
            debts.notWritten();
        }
    }

    private static boolean isRequestOf(Tried attempt, @Nullable Turn underWay) {
        return underWay instanceof Requested && underWay.equals(attempt.turn());
    }

    /**
     * A row that was tried and is not there may still appear. Whatever is written next finds that out; when nothing is to be written, the
     * journal is read again for a while.
     */
    private void readAgainIfInDoubt() {
        if (turns.inDoubt() && turns.isIdle()) {
            entity.remindOfDoubt();
        }
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

    /** Everybody who waits is answered from what is left, and nothing can be done any more. */
    private void archived(ArchivedExecution left) {
        turns.again();
        turns.dismiss(request -> request.replyTo().tell(left.answer(request)));
        audience.dismiss(request -> request.replyTo().tell(left.answer(request)));
        presence.leave();
    }

    private void anotherWriter(long steps) {
        getContext()
                .getLog()
                .error(
                        "the journal of execution {} has {} steps, but only {} were written from here: another node writes it too; this one stops",
                        key,
                        steps,
                        known.steps());
        // What was tried for this number from here will never be written, so all who wait are answered by the next
        // front.
        turns.again();
        presence.leave();
        desk.dismiss(this::turnAway);
        debts.dismiss(this::turnAway);
    }

    /**
     * The database came back with less than it had acknowledged: it was restored from an old backup, or its disk has lost writes. Agents
     * have been given numbers of steps that are gone as their fences, so the next step would give one of them a second time. So nothing is
     * written, this front stays and keeps what it knows, and the journal is read again and again: perhaps a better backup comes.
     */
    private void stepsAreLost(long left) {
        boolean isNews = !known.hasLostSteps();
        known.stepsAreLost(left);
        if (isNews) {
            surroundings.health().hasLostSteps(known.lossOfSteps());
        }
        entity.hasRead();
        entity.discard();
        desk.refuseAll();
    }

    private void entityGone() {
        recovered = false;
        entity.gone();
        if (presence.told()) {
            // Whether the write under way has happened is for the next one to find out, and for who asked.
            desk.giveUpTurn();
        } else if (!containment.holds()) {
            entity.startAfterPause();
            refuseIfDatabaseIsLost();
        }
    }

    // --- What cannot be recovered, or breaks the rules

    private void notUnderstood(ExecutionEntity.NotUnderstood news) {
        if (news.bySnapshot()) {
            entity.readAllSteps();
        } else {
            contain(news.reason());
        }
    }

    /** A read or a write. It is tried again, unless it has failed too often for no reason that passes. */
    private void failed(String sentence, ReadFailure.Kind kind, String reason) {
        doubt(sentence, reason);
        if (!surroundings.health().isLost() && containment.isTooMuch(kind)) {
            contain(sentence.formatted(key.id(), reason) + "; it was tried " + Containment.TRIES_MAX + " times");
        }
    }

    private void contain(String reason) {
        if (!containment.holds()) {
            recovered = false;
            entity.stop();
            containment.begin(reason);
        }
    }

    /** Who asked is refused. What the execution owes itself it has to be able to decide, or it cannot go on. */
    private void notDecided(String reason) {
        Turn turn = turns.underWay();
        switch (turn) {
            case Requested(ExecutionMessage.Ask ask)
            when Containment.cancel(ask.command()) != null -> {
                turns.again();
                contain("not even its end can be decided: " + reason);
            }
            case Requested requested -> settle(internal(reason));
            case Turns.Offer offer -> settle(internal(reason));
            case Turns.Abandoned abandoned -> turns.end();
            case Gathered.TIME -> {
                turns.end();
                contain("what falls due cannot be decided: " + reason);
            }
            case Gathered.OUTCOMES -> {
                turns.end();
                if (!debts.reportSeparately(reason)) {
                    contain("how an attempt ended cannot be decided: " + reason);
                }
            }
            case null -> {}
        }
    }

    private static Refusal internal(String reason) {
        return new Refusal(
                Refusal.Code.INTERNAL, "a fault of the server, which has been logged; nothing was changed: " + reason);
    }

    private void contained(Containment.Next next) {
        switch (next) {
            case WAIT -> {}
            case LEAVE -> {
                if (containment.isQuarantined() || !entity.everStarted()) {
                    presence.leave();
                }
            }
            case DISMISS -> {
                presence.works(false);
                desk.giveUpTurn();
                desk.dismiss(containment::take);
                contained(containment.rest());
            }
            case READ -> {
                if (entity.isGone()) {
                    presence.live();
                    entity.start();
                }
            }
            case READ_LATER -> {
                if (entity.isGone()) {
                    entity.startAfterPause();
                }
            }
        }
    }

    // --- Without a database

    private void doubt(String sentence, String reason) {
        surroundings.health().doubt(sentence.formatted(key, reason));
    }

    private void refuseIfDatabaseIsLost() {
        if (surroundings.health().isLost()) {
            desk.refuseAll();
            if (!known.isCertain() && turns.isIdle() && audience.isEmpty()) {
                // It holds nothing that is not in the journal; and whoever needs it comes again.
                presence.leave();
            }
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

    // --- When the node stops

    /** What runs here is called back, and told to the journal in one step; then there is nothing left to do. */
    private void handBack() {
        if (presence.leaving()) {
            return;
        }
        desk.refuseBecauseNodeStops();
        turns.forgetAllButOutcomes();
        if (!handingBack) {
            handingBack = true;
            debts.callBack();
            timers.startSingleTimer(Alarm.WAITED_FOR_AGENTS, WORD_OF_AGENTS_WITHIN);
        }
        if (debts.hasOutcomes()) {
            turns.addOnce(Gathered.OUTCOMES);
        } else if (turns.isIdle() && debts.allAreBack()) {
            presence.leave();
        }
    }

    /** Of this execution nothing is known here, and nothing is read any more. */
    private Behavior<ExecutionMessage> takeNothing(ExecutionMessage message) {
        if (message instanceof ExecutionMessage.Request request) {
            request.replyTo().tell(known.nodeStops(false));
        }
        if (message == FrontMessage.Begone.INSTANCE) {
            return Behaviors.stopped();
        }
        presence.leave();
        return this;
    }

    private boolean allAreBack() {
        return !handingBack || debts.allAreBack();
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
        desk.dismiss(this::turnAway);
        debts.dismiss(this::turnAway);
        if (entity.isGone()) {
            desk.giveUpTurn();
        }
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
