package dev.capocomico.engine;

import dev.capocomico.model.execution.Decision;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.BackoffSupervisorStrategy;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.Recovery;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.jspecify.annotations.Nullable;

/**
 * Carries the state of one execution: decides, writes the step, and then tells the front. Holds no rule. When a write fails it
 * says so and is gone; the front makes another, which learns from the journal what was written.
 *
 * <p>The front sends one message at a time, so nothing waits here.
 */
final class ExecutionEntity extends EventSourcedBehavior<ExecutionEntity.Message, Step, ExecutionEntity.Carried> {
    private static final String TYPE = "execution";

    /**
     * No restart: the front makes another entity. This is the only form in which Pekko lets an actor fail with its journal without
     * writing a stack into the log, for each execution of a node that has lost its database. What is to be said, {@link DatabaseHealth}
     * says.
     */
    private static final BackoffSupervisorStrategy GONE_WITHOUT_A_WORD = SupervisorStrategy.restartWithBackoff(
                    Duration.ofSeconds(1), Duration.ofSeconds(1), 0)
            .withMaxRestarts(0)
            .withLoggingEnabled(false);

    sealed interface Message {}

    /** @param plan of a command that may be the first; later ones know it */
    record Decide(ExecutionCommand command, @Nullable Plan plan) implements Message {}

    private record PlanLoaded(Plan plan) implements Message {}

    private record PlanMissing(String reason) implements Message {}

    /** What the front hears. */
    sealed interface News extends FrontMessage {}

    /** @param last null for an execution that never began */
    record Recovered(
            @Nullable Rules rules,
            ExecutionState state,
            @Nullable Step last,
            List<Effect> owed) implements News {}

    record Decided(Rules rules, Decision decision) implements News {}

    /**
     * Whether the step was written is not known.
     *
     * @param refusal what the command is answered with if it was
     */
    record WriteFailed(Step step, @Nullable Refusal refusal, String reason) implements News {}

    record PlanNotFound(String reason) implements News {}

    /** The journal could not be read. */
    record NotRead(String reason) implements News {}

    /**
     * The state while the actor lives. An entity is never restarted in place, so this may change under it.
     *
     * <p>What is read back is held until the plan is there that it can be understood with.
     */
    static final class Carried {
        private @Nullable Rules rules;
        private ExecutionState state = ExecutionState.NEW;
        private final List<Step> unread = new ArrayList<>();
        private @Nullable Decision pending;
    }

    private final ActorContext<Message> context;
    private final String tenant;
    private final Surroundings surroundings;
    private final ActorRef<ExecutionMessage> front;

    private ExecutionEntity(
            ActorContext<Message> context,
            ExecutionKey key,
            Surroundings surroundings,
            ActorRef<ExecutionMessage> front) {
        super(PersistenceId.of(TYPE, key.toString()), Optional.of(GONE_WITHOUT_A_WORD));
        this.context = context;
        this.tenant = key.tenant();
        this.surroundings = surroundings;
        this.front = front;
    }

    static Behavior<Message> create(ExecutionKey key, Surroundings surroundings, ActorRef<ExecutionMessage> front) {
        return Behaviors.setup(context -> new ExecutionEntity(context, key, surroundings, front));
    }

    @Override
    public Carried emptyState() {
        return new Carried();
    }

    @Override
    public Recovery recovery() {
        return Recovery.withSnapshotSelectionCriteria(SnapshotSelectionCriteria.none());
    }

    @Override
    public CommandHandler<Message, Step, Carried> commandHandler() {
        return (carried, message) -> switch (message) {
            case Decide decide -> decide(carried, decide);
            case PlanLoaded loaded -> {
                revive(carried, loaded.plan());
                yield Effect().none();
            }
            case PlanMissing missing -> {
                front.tell(new PlanNotFound(missing.reason()));
                yield Effect().stop();
            }
        };
    }

    /** The event handler runs before the row is written; what was decided stays pending until it is. */
    private org.apache.pekko.persistence.typed.javadsl.Effect<Step, Carried> decide(Carried carried, Decide decide) {
        if (carried.rules == null) {
            if (decide.plan() == null) {
                throw new IllegalStateException(
                        "the first command of an execution brings the plan, but there came " + decide.command());
            }
            carried.rules = surroundings.rulesFor(decide.plan());
        }
        Rules rules = carried.rules;
        Decision decision = Execution.decide(rules, carried.state, decide.command());
        if (decision.step() == null) {
            front.tell(new Decided(rules, decision));
            return Effect().none();
        }
        carried.pending = decision;
        return Effect().persist(decision.step()).thenRun(written -> {
            written.pending = null;
            front.tell(new Decided(rules, decision));
        });
    }

    @Override
    public EventHandler<Carried, Step> eventHandler() {
        return (carried, step) -> {
            Decision pending = carried.pending;
            if (pending == null) {
                carried.unread.add(step);
            } else {
                // What was decided is the state after its step; a law of the rules says so.
                carried.state = pending.next();
            }
            return carried;
        };
    }

    @Override
    public SignalHandler<Carried> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::recovered)
                .onSignal(
                        RecoveryFailed.class,
                        (carried, failed) -> front.tell(
                                new NotRead(String.valueOf(failed.getFailure().getMessage()))))
                .onSignal(JournalPersistFailed.class, (carried, failed) -> writeFailed(carried, failed.failure()))
                .build();
    }

    private void recovered(Carried carried) {
        if (carried.unread.isEmpty()) {
            front.tell(new Recovered(null, carried.state, null, List.of()));
            return;
        }
        String digest = digest(carried.unread.getFirst());
        Plan plan = surroundings.plans().atHand(digest);
        if (plan != null) {
            revive(carried, plan);
            return;
        }
        context.pipeToSelf(
                surroundings.plans().load(tenant, digest),
                (loaded, failure) -> failure == null
                        ? new PlanLoaded(loaded)
                        : new PlanMissing("the definition " + digest + " cannot be read: " + failure.getMessage()));
    }

    private static String digest(Step first) {
        if (first.facts().getFirst() instanceof Fact.Started started) {
            return started.planDigest();
        }
        throw new IllegalStateException("the first fact of an execution is its start, but there is " + first);
    }

    private void revive(Carried carried, Plan plan) {
        Rules rules = surroundings.rulesFor(plan);
        ExecutionState state = carried.state;
        for (Step step : carried.unread) {
            state = Execution.evolve(rules, state, step);
        }
        Step last = carried.unread.getLast();
        carried.unread.clear();
        carried.rules = rules;
        carried.state = state;
        front.tell(new Recovered(rules, state, last, Execution.owed(rules, state)));
    }

    private void writeFailed(Carried carried, Throwable failure) {
        Decision pending = carried.pending;
        if (pending != null && pending.step() != null) {
            front.tell(new WriteFailed(pending.step(), pending.refusal(), String.valueOf(failure.getMessage())));
        }
    }
}
