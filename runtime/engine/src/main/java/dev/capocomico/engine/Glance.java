package dev.capocomico.engine;

import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.plan.Plan;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Says where an execution stands that is not in memory, without bringing it back: reads its steps, once, for all who ask meanwhile. That
 * costs a tenth of a recovery. Part of the front's actor.
 *
 * <p>What is told is what the journal says after the question was asked. Only this front lets the execution be written to, and it has no
 * entity as long as it only glances; so nothing can have been acknowledged that the answer does not know.
 *
 * <p>Only those are told of for which nothing is at work: they have ended, or are parked. All others the entity reads back, and then they
 * go on.
 */
final class Glance {
    /** With more steps the entity, which has a snapshot of them and stays for a while, is the better one to ask. */
    private static final int STEPS_MAX = 64;

    private final ActorContext<ExecutionMessage> context;
    private final TimerScheduler<ExecutionMessage> timers;
    private final ExecutionKey key;
    private final Surroundings surroundings;
    private boolean underWay;

    /** What it came to. */
    sealed interface Seen extends FrontMessage {}

    record Resting(ExecutionAnswer.Standing standing) implements Seen {}

    /** It may have something to do, or is not to be understood at a glance, or is not there. */
    enum NotResting implements Seen {
        INSTANCE
    }

    record NotSeen(String reason) implements Seen {}

    Glance(
            ActorContext<ExecutionMessage> context,
            TimerScheduler<ExecutionMessage> timers,
            ExecutionKey key,
            Surroundings surroundings) {
        this.context = context;
        this.timers = timers;
        this.key = key;
        this.surroundings = surroundings;
    }

    /** Whether the message needs no entity, when there was none yet. The first such one begins the reading. */
    boolean isEnoughFor(ExecutionMessage message) {
        return switch (message) {
            case ExecutionMessage.Look look -> underWay || begin();
            case ExecutionMessage.Request other -> false;
            case ExecutionMessage.Wake wake -> false;
            case ExecutionMessage.ChildEnded news -> false;
            case FrontMessage own -> true;
        };
    }

    private boolean begin() {
        if (surroundings.health().isInDoubt()) {
            return false;
        }
        underWay = true;
        timers.startSingleTimer(FrontMessage.Alarm.ENTITY_SLOW, EntityKeeper.READING_MAX);
        context.pipeToSelf(
                CompletableFuture.supplyAsync(this::read, surroundings.waiting()),
                (seen, failure) -> failure == null ? seen : new NotSeen(String.valueOf(failure.getMessage())));
        return true;
    }

    private Seen read() {
        List<Step> steps = surroundings.storage().steps().read(key, 0, STEPS_MAX + 1);
        Plan plan = steps.isEmpty() || steps.size() > STEPS_MAX ? null : plan(steps.getFirst());
        if (plan == null) {
            return NotResting.INSTANCE;
        }
        Rules rules = surroundings.rulesFor(plan);
        ExecutionState state = ExecutionState.NEW;
        for (Step step : steps) {
            state = Execution.evolve(rules, state, step);
        }
        return rests(rules, state)
                ? new Resting(new ExecutionAnswer.Standing(plan, state, Set.of()))
                : NotResting.INSTANCE;
    }

    private @Nullable Plan plan(Step first) {
        return first.facts().getFirst() instanceof Fact.Started started
                ? surroundings.plans().atHand(started.planDigest())
                : null;
    }

    private boolean rests(Rules rules, ExecutionState state) {
        return state.hasEnded()
                || (Execution.isParked(rules, state)
                        && Execution.wakeAtMillis(state) > surroundings.clock().millis());
    }
}
