package dev.capocomico.engine;

import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Decision;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
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
 * <p>An execution that has ended leaves memory as soon as nobody waits for it here.
 */
final class ExecutionFront extends AbstractBehavior<ExecutionMessage> {
    /** Longer ones are set again: the scheduler has an end. */
    private static final Duration LONGEST_TIMER = Duration.ofHours(1);

    /** What the front hears from its own children, its timers and the shard. */
    sealed interface Internal extends ExecutionMessage
            permits ExecutionEntity.News, AttemptEnded, AttemptGone, Wake, EntityGone, Begone {}

    record AttemptEnded(AttemptKey key, AttemptResult result) implements Internal {}

    /** The attempt's actor is no more. If it has reported nothing, it broke. */
    record AttemptGone(AttemptKey key) implements Internal {}

    /** Timers. */
    enum Wake implements Internal {
        SOMETHING_IS_DUE,
        ENTITY_RESTART
    }

    enum EntityGone implements Internal {
        INSTANCE
    }

    /** From the shard: it is to leave memory, or this node. Also starts an execution that should be somewhere. */
    enum Begone implements Internal {
        INSTANCE
    }

    /** What is handed to the entity, one after the other. */
    private sealed interface Turn {}

    private record Requested(ExecutionMessage.Request request) implements Turn {}

    /** Stands where the first of the gathered outcomes arrived; takes all that are there when its turn comes. */
    private enum Gathered implements Turn {
        OUTCOMES,
        TIME
    }

    private final ExecutionKey key;
    private final Surroundings surroundings;
    private final TimerScheduler<ExecutionMessage> timers;
    private final ActorRef<ClusterSharding.ShardCommand> shard;

    private final Deque<Turn> turns = new ArrayDeque<>();
    private final Attempts attempts;
    private final List<ActorRef<ExecutionAnswer>> watchers = new ArrayList<>();
    private final List<ExecutionMessage.Look> looking = new ArrayList<>();

    private @Nullable ActorRef<ExecutionEntity.Message> entity;
    private boolean recovered;
    private @Nullable Turn underWay;
    /** Steps that were tried for the turn under way, and of which nobody knows whether they were written. */
    private final List<ExecutionEntity.WriteFailed> tried = new ArrayList<>();

    private @Nullable Rules rules;
    private ExecutionState state = ExecutionState.NEW;
    private boolean everRecovered;
    private long remindedOf = ExecutionState.NEVER;
    private int failures;
    /** Nothing is begun any more. What comes is sent back to the shard, which keeps it for the next front. */
    private boolean leaving;
    /** And there is nothing to wait for but the write under way. */
    private boolean told;

    private ExecutionFront(
            ActorContext<ExecutionMessage> context,
            TimerScheduler<ExecutionMessage> timers,
            ExecutionKey key,
            ActorRef<ClusterSharding.ShardCommand> shard,
            Surroundings surroundings) {
        super(context);
        this.key = key;
        this.surroundings = surroundings;
        this.timers = timers;
        this.shard = shard;
        this.attempts = new Attempts(context, key.id(), surroundings);
        startEntity();
    }

    static Behavior<ExecutionMessage> create(
            ExecutionKey key, ActorRef<ClusterSharding.ShardCommand> shard, Surroundings surroundings) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new ExecutionFront(context, timers, key, shard, surroundings)));
    }

    @Override
    public Receive<ExecutionMessage> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::take).build();
    }

    private Behavior<ExecutionMessage> take(ExecutionMessage message) {
        if (leaving && message instanceof ExecutionMessage.Request request) {
            turnAway(request);
            return this;
        }
        switch (message) {
            case ExecutionMessage.Begin begin -> queue(begin);
            case ExecutionMessage.Ask ask -> queue(ask);
            case ExecutionMessage.AwaitEnd await -> await(await);
            case ExecutionMessage.Look look -> look(look);
            case AttemptEnded ended -> attempts.ended(ended.key(), ended.result());
            case AttemptGone gone -> attempts.gone(gone.key());
            case ExecutionEntity.Recovered news -> recovered(news);
            case ExecutionEntity.Decided news -> decided(news.rules(), news.decision());
            case ExecutionEntity.WriteFailed news -> writeFailed(news);
            case ExecutionEntity.PlanNotFound news ->
                getContext().getLog().warn("execution {} cannot go on: {}", key, news.reason());
            case EntityGone gone -> entityGone();
            case Wake wake -> wake(wake);
            case Begone begone -> toldToLeave();
        }
        if (attempts.hasOutcomes() && !turns.contains(Gathered.OUTCOMES)) {
            turns.add(Gathered.OUTCOMES);
        }
        next();
        return told && underWay == null ? Behaviors.stopped() : this;
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

    private void await(ExecutionMessage.AwaitEnd await) {
        ActorRef<ExecutionAnswer> replyTo = await.replyTo();
        if (everRecovered && ended()) {
            replyTo.tell(end());
        } else if (watchers.size() < surroundings.settings().requestsMax()) {
            watchers.add(replyTo);
        } else {
            replyTo.tell(new ExecutionAnswer.Unavailable("too many wait for the end of this execution"));
        }
    }

    private void look(ExecutionMessage.Look look) {
        if (everRecovered) {
            look.replyTo().tell(standing());
        } else if (looking.size() < surroundings.settings().requestsMax()) {
            looking.add(look);
        } else {
            look.replyTo().tell(new ExecutionAnswer.Unavailable("too many look at this execution"));
        }
    }

    private void wake(Wake wake) {
        switch (wake) {
            case SOMETHING_IS_DUE -> {
                remindedOf = ExecutionState.NEVER;
                if (rules != null && Execution.wakeAtMillis(state) <= now()) {
                    turns.add(Gathered.TIME);
                } else {
                    remind();
                }
            }
            case ENTITY_RESTART -> startEntity();
        }
    }

    // --- To the entity, one at a time

    private void next() {
        while (ready() && !turns.isEmpty()) {
            Turn turn = turns.remove();
            if (rules == null && turn instanceof Requested(ExecutionMessage.Ask ask)) {
                ask.replyTo().tell(notFound());
            } else {
                underWay = turn;
                hand(turn);
            }
        }
        if (ready() && rules == null) {
            // Nobody knows this execution, and nobody wants to begin it.
            watchers.forEach(watcher -> watcher.tell(notFound()));
            watchers.clear();
            passivate();
        }
    }

    private boolean ready() {
        return recovered && underWay == null && !leaving;
    }

    private void hand(Turn turn) {
        ActorRef<ExecutionEntity.Message> to = entity;
        if (to == null) {
            throw new IllegalStateException("recovered, but there is no entity");
        }
        switch (turn) {
            case Requested(ExecutionMessage.Begin begin) -> {
                if (otherWorkflow(begin)) {
                    underWay = null;
                    begin.replyTo()
                            .tell(new ExecutionAnswer.Refused(new Refusal(
                                    Refusal.Code.ALREADY_STARTED,
                                    "the execution \"" + key.id() + "\" was started with another workflow")));
                } else {
                    to.tell(new ExecutionEntity.Decide(begin.start(), begin.plan()));
                }
            }
            case Requested(ExecutionMessage.Ask ask) -> to.tell(new ExecutionEntity.Decide(ask.command(), null));
            case Requested(ExecutionMessage.Request other) ->
                throw new IllegalStateException("no turn is made of " + other);
            case Gathered.TIME -> to.tell(new ExecutionEntity.Decide(new ExecutionCommand.Tick(now()), null));
            case Gathered.OUTCOMES -> to.tell(new ExecutionEntity.Decide(attempts.report(now()), null));
        }
    }

    private boolean otherWorkflow(ExecutionMessage.Begin begin) {
        return rules != null && !rules.plan().digest().equals(begin.plan().digest());
    }

    // --- From the entity

    private void decided(Rules current, Decision decision) {
        rules = current;
        state = decision.next();
        failures = 0;
        settle(decision.refusal());
        decision.effects().forEach(this::pay);
        remind();
        tellIfEnded();
    }

    /** The turn under way has come to its end, and who asked is answered. */
    private void settle(@Nullable Refusal refusal) {
        if (underWay instanceof Requested(ExecutionMessage.Request request)) {
            request.replyTo()
                    .tell(
                            refusal == null
                                    ? new ExecutionAnswer.Accepted(state.status())
                                    : new ExecutionAnswer.Refused(refusal));
        }
        attempts.reportWritten();
        underWay = null;
        tried.clear();
    }

    private void recovered(ExecutionEntity.Recovered news) {
        long stepsMax = state.steps() + (underWay == null ? 0 : 1);
        boolean written = everRecovered && news.state().steps() > state.steps();
        ExecutionEntity.WriteFailed attempt = written ? tried(news.last()) : null;
        if (written && (news.state().steps() > stepsMax || attempt == null)) {
            anotherWriter(news.state().steps());
            return;
        }
        rules = news.rules();
        state = news.state();
        recovered = true;
        everRecovered = true;
        if (attempt != null && underWay instanceof Requested) {
            settle(attempt.refusal());
        } else if (underWay != null) {
            // Not written; or an earlier report was, and what of this one was in it will be found stale.
            takeAgain(underWay);
        }
        news.owed().forEach(this::payAgain);
        looking.forEach(look -> look.replyTo().tell(standing()));
        looking.clear();
        remind();
        tellIfEnded();
    }

    private ExecutionEntity.@Nullable WriteFailed tried(@Nullable Step step) {
        for (ExecutionEntity.WriteFailed attempt : tried) {
            if (attempt.step().equals(step)) {
                return attempt;
            }
        }
        return null;
    }

    /** The same turn, before all others. */
    private void takeAgain(Turn turn) {
        turns.remove(turn);
        turns.addFirst(turn);
        attempts.reportAgain();
        underWay = null;
    }

    private void writeFailed(ExecutionEntity.WriteFailed news) {
        tried.add(news);
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
        underWay = null;
        leaving = true;
        told = true;
    }

    private void entityGone() {
        entity = null;
        recovered = false;
        if (told) {
            return;
        }
        Duration first = surroundings.settings().restartDelayMin();
        Duration most = surroundings.settings().restartDelayMax();
        double grown = first.toMillis() * Math.pow(2, Math.min(failures, 20));
        double spread = 0.5 + surroundings.chance().nextDouble() / 2;
        failures++;
        timers.startSingleTimer(
                Wake.ENTITY_RESTART, Duration.ofMillis((long) (Math.min(grown, (double) most.toMillis()) * spread)));
    }

    private void startEntity() {
        ActorRef<ExecutionEntity.Message> started = getContext()
                .spawnAnonymous(
                        ExecutionEntity.create(key, surroundings, getContext().getSelf()));
        getContext().watchWith(started, EntityGone.INSTANCE);
        entity = started;
    }

    // --- What is owed

    private void pay(Effect effect) {
        switch (effect) {
            case Effect.Run run -> attempts.start(run, plan().definition());
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
            timers.cancel(Wake.SOMETHING_IS_DUE);
        } else {
            long waitMillis = Math.clamp(due - now(), 1, LONGEST_TIMER.toMillis());
            timers.startSingleTimer(Wake.SOMETHING_IS_DUE, Duration.ofMillis(waitMillis));
        }
    }

    // --- The end

    private boolean ended() {
        return switch (state.status()) {
            case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> true;
            case PLANNING, EXECUTING, PAUSED, COMPENSATING -> false;
        };
    }

    private void tellIfEnded() {
        if (rules == null || !ended()) {
            return;
        }
        ExecutionAnswer end = end();
        watchers.forEach(watcher -> watcher.tell(end));
        watchers.clear();
        if (turns.isEmpty() && underWay == null) {
            passivate();
        }
    }

    private ExecutionAnswer end() {
        Ending ending = state.ending();
        if (ending == null || rules == null) {
            throw new IllegalStateException("execution " + key + " ended without an ending");
        }
        String task = ending.task() == null ? null : rules.plan().graph().id(ending.task());
        return new ExecutionAnswer.Ended(ending, task, state.output());
    }

    private ExecutionAnswer standing() {
        return rules == null ? notFound() : new ExecutionAnswer.Standing(rules.plan(), state, attempts.working());
    }

    private ExecutionAnswer notFound() {
        return new ExecutionAnswer.Refused(
                new Refusal(Refusal.Code.NOT_FOUND, "there is no execution \"" + key.id() + "\""));
    }

    /** The shard answers with {@link Begone}, after what it has sent before. */
    private void passivate() {
        if (!leaving) {
            leaving = true;
            shard.tell(new ClusterSharding.Passivate<>(getContext().getSelf()));
        }
    }

    private void toldToLeave() {
        leaving = true;
        told = true;
        for (Turn turn : turns) {
            if (turn instanceof Requested(ExecutionMessage.Request request)) {
                turnAway(request);
            }
        }
        turns.clear();
        watchers.forEach(watcher -> turnAway(new ExecutionMessage.AwaitEnd(watcher)));
        looking.forEach(this::turnAway);
    }

    private void turnAway(ExecutionMessage.Request request) {
        Executions.send(getContext().getSystem(), key, request);
    }

    private long now() {
        return surroundings.clock().millis();
    }
}
