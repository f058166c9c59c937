package dev.capocomico.engine;

import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.engine.store.Archive;
import dev.capocomico.engine.store.FactValues;
import dev.capocomico.engine.store.Snapshot;
import dev.capocomico.engine.store.Storage;
import dev.capocomico.model.execution.Decision;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Phase;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.value.Reading;
import dev.capocomico.model.value.Reference;
import dev.capocomico.model.value.Values;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.BackoffSupervisorStrategy;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.JournalPersistRejected;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
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
 * <p>The front sends one message at a time, so nothing waits here. Large values of a step are kept before its row is written; while
 * that goes on, the execution waits. A snapshot is written beside what goes on, and whether it succeeds matters to nobody.
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

    /** What the front knows of the execution when it makes the entity. */
    enum Expectation {
        /** It is probably new. Then no snapshot is looked for, which would cost a query; if it is not, all its steps are read. */
        NEW,
        KNOWN
    }

    sealed interface Message {}

    /** @param plan of a command that may be the first; later ones know it */
    record Decide(ExecutionCommand command, @Nullable Plan plan) implements Message {}

    /** The large values of the step under way are kept; this is what is left of it. */
    private record ValuesKept(Step slim) implements Message {}

    private record ValuesNotKept(Throwable failure) implements Message {}

    /** What the command looks into is at hand. */
    private record ValuesOpened(Decide decide, LargeValues.Opened values) implements Message {}

    /**
     * The same for what is owed after a recovery.
     *
     * @param bySnapshot whether the state was read from one
     */
    private record ValuesOfOwedOpened(LargeValues.Opened values, boolean bySnapshot) implements Message {}

    private record ValuesNotOpened(Throwable failure) implements Message {}

    private record PlanLoaded(Plan plan) implements Message {}

    private record SummaryFound(Optional<Archive.Summary> summary) implements Message {}

    /** It has told the front why it is of no use. */
    private enum Gone implements Message {
        INSTANCE
    }

    /** Something is missing without which what was read cannot be understood. */
    private record CannotGoOn(Throwable failure) implements Message {}

    private record SnapshotWritten(int size) implements Message {}

    private record SnapshotNotWritten(Throwable failure) implements Message {}

    /** What the front hears. */
    sealed interface News extends FrontMessage {}

    /** @param lastWriter who wrote the last row; {@link Step#NO_WRITER} when there is none, or none after the snapshot */
    record Recovered(@Nullable Rules rules, ExecutionState state, long lastWriter, List<Effect> owed) implements News {}

    /**
     * The execution has ended, and its history is gone.
     *
     * @param summary empty when nothing is left at all
     */
    record Archived(Optional<Archive.Summary> summary) implements News {}

    record Decided(Rules rules, Decision decision) implements News {}

    /**
     * Whether the step was written is not known. It is in the journal if the row with its number has this writer; as long as there
     * is no such row it may still come.
     *
     * @param refusal what the command is answered with if it was written
     */
    record WriteFailed(long number, long writer, @Nullable Refusal refusal, ReadFailure.Kind kind, String reason)
            implements News {}

    /** The rules broke over the command; nothing has changed, and the execution lives. */
    record NotDecided(String reason) implements News {}

    /** The step that the command leads to has no form in the journal. Nothing has changed; another entity is needed. */
    record NotWritable(String reason) implements News {}

    /** Something could not be read this time. */
    record NotRead(ReadFailure.Kind kind, String reason) implements News {}

    /**
     * What was read cannot be understood, and will not be the next time.
     *
     * @param bySnapshot whether a snapshot was among it, so that it is worth while to read all steps instead
     */
    record NotUnderstood(String reason, boolean bySnapshot) implements News {}

    /**
     * The state while the actor lives. An entity is never restarted in place, so this may change under it.
     *
     * <p>What is read back is held until all is there that it can be understood with.
     */
    static final class Carried {
        private @Nullable Rules rules;
        private ExecutionState state = ExecutionState.NEW;
        private ReadBack unread;
        private @Nullable Decision pending;
        /** Who wrote the last step that was read. */
        private long lastWriter = Step.NO_WRITER;

        private Carried(@Nullable Snapshot snapshot) {
            unread = ReadBack.from(snapshot);
        }
    }

    private final ActorContext<Message> context;
    private final ExecutionKey key;
    private final Expectation expectation;
    private final Surroundings surroundings;
    private final Storage storage;
    private final ActorRef<ExecutionMessage> front;
    private final Checkpoints checkpoints;
    /** Stands in every row from here. An entity is gone when a write has failed, so it names one attempt at a number. */
    private final long writer;

    private boolean toldNotRead;

    private ExecutionEntity(
            ActorContext<Message> context,
            ExecutionKey key,
            Expectation expectation,
            Surroundings surroundings,
            ActorRef<ExecutionMessage> front) {
        super(PersistenceId.of(TYPE, key.toString()), Optional.of(GONE_WITHOUT_A_WORD));
        this.context = context;
        this.key = key;
        this.expectation = expectation;
        this.surroundings = surroundings;
        this.storage = surroundings.storage();
        this.front = front;
        this.checkpoints = new Checkpoints(
                surroundings.settings().checkpointInterval(),
                surroundings.settings().checkpointSteps(),
                now());
        this.writer = UUID.randomUUID().getLeastSignificantBits();
    }

    static Behavior<Message> create(
            ExecutionKey key, Expectation expectation, Surroundings surroundings, ActorRef<ExecutionMessage> front) {
        return Behaviors.setup(context -> new ExecutionEntity(context, key, expectation, surroundings, front));
    }

    @Override
    public Carried emptyState() {
        return new Carried(null);
    }

    @Override
    public Recovery recovery() {
        return switch (expectation) {
            case NEW -> Recovery.withSnapshotSelectionCriteria(SnapshotSelectionCriteria.none());
            case KNOWN -> Recovery.withSnapshotSelectionCriteria(SnapshotSelectionCriteria.latest());
        };
    }

    /** Snapshots are written past Pekko, which would let the execution wait for them, and read by it. */
    @Override
    public SnapshotAdapter<Carried> snapshotAdapter() {
        return new SnapshotAdapter<>() {
            @Override
            public Object toJournal(Carried carried) {
                throw new IllegalStateException("snapshots are not written this way");
            }

            @Override
            public Carried fromJournal(Object snapshot) {
                return new Carried((Snapshot) snapshot);
            }
        };
    }

    @Override
    public CommandHandler<Message, Step, Carried> commandHandler() {
        return (carried, message) -> switch (message) {
            case Decide decide -> decide(carried, decide, null);
            case ValuesKept kept -> valuesKept(carried, kept.slim());
            case ValuesNotKept failed -> {
                writeFailed(carried, failed.failure());
                yield Effect().stop();
            }
            case ValuesOpened opened -> decide(carried, opened.decide(), opened.values());
            case ValuesOfOwedOpened opened ->
                tellRecovered(carried, opened.values(), opened.bySnapshot())
                        ? Effect().none()
                        : Effect().stop();
            case ValuesNotOpened failed -> {
                // Nothing was decided. The front makes another entity, and gives it the command again.
                notRead(carried, failed.failure());
                yield Effect().stop();
            }
            case PlanLoaded loaded ->
                revive(carried, loaded.plan()) ? Effect().none() : Effect().stop();
            case SummaryFound found -> {
                front.tell(new Archived(found.summary()));
                yield Effect().none();
            }
            case CannotGoOn missing -> {
                notRead(carried, missing.failure());
                yield Effect().stop();
            }
            case Gone gone -> Effect().stop();
            case SnapshotWritten written -> {
                checkpoints.written(written.size());
                yield Effect().none();
            }
            case SnapshotNotWritten failed -> {
                surroundings
                        .health()
                        .doubt("no snapshot of execution %s was written: %s"
                                .formatted(key, ReadFailure.words(failed.failure())));
                checkpoints.failed();
                yield Effect().none();
            }
        };
    }

    // --- Deciding and writing

    /** @param opened what an earlier try has found that it needs */
    private org.apache.pekko.persistence.typed.javadsl.Effect<Step, Carried> decide(
            Carried carried, Decide decide, LargeValues.@Nullable Opened opened) {
        Rules rules = carried.rules == null ? rulesOfFirst(decide) : carried.rules;
        Values values = opened == null ? storage.values() : opened;
        Reading<Decision> reading;
        try {
            reading = Execution.decide(rules, values, carried.state, decide.command());
        } catch (RuntimeException | StackOverflowError e) {
            notDecided(decide.command(), e);
            return Effect().none();
        } finally {
            if (opened != null) {
                opened.close();
            }
        }
        return switch (reading) {
            case Reading.Done<Decision> done -> {
                carried.rules = rules;
                yield decided(carried, rules, done.result());
            }
            case Reading.Needs<Decision> needs -> {
                open(opened, needs.references(), found -> new ValuesOpened(decide, found));
                yield Effect().none();
            }
        };
    }

    private void open(
            LargeValues.@Nullable Opened before, Set<Reference> needs, Function<LargeValues.Opened, Message> then) {
        Set<Reference> all = before == null ? needs : before.with(needs);
        whenDone(() -> storage.values().open(key, all), then, ValuesNotOpened::new);
    }

    private org.apache.pekko.persistence.typed.javadsl.Effect<Step, Carried> decided(
            Carried carried, Rules rules, Decision decision) {
        Step step = decision.step();
        if (step == null) {
            front.tell(new Decided(rules, decision));
            return Effect().none();
        }
        carried.pending = decision;
        if (FactValues.anyLarge(step)) {
            whenDone(() -> keepValues(step), ValuesKept::new, ValuesNotKept::new);
            return Effect().none();
        }
        return persist(decision, step);
    }

    private Rules rulesOfFirst(Decide decide) {
        if (decide.plan() == null) {
            throw new IllegalStateException(
                    "the first command of an execution brings the plan, but there came " + decide.command());
        }
        return surroundings.rulesFor(decide.plan());
    }

    /** A bug, of this program or of what it evaluates: the state is what it was. */
    private void notDecided(ExecutionCommand command, Throwable e) {
        String name = command.getClass().getSimpleName();
        context.getLog().error("execution {} could not decide what a {} leads to", key, name, e);
        front.tell(new NotDecided(e.toString()));
    }

    private Step keepValues(Step step) {
        var slim = storage.values().keep(key, FactValues.of(List.of(step)));
        return FactValues.replace(List.of(step), slim).getFirst();
    }

    /** From here on nobody holds the large values any more. */
    private org.apache.pekko.persistence.typed.javadsl.Effect<Step, Carried> valuesKept(Carried carried, Step slim) {
        Rules rules = Objects.requireNonNull(carried.rules);
        Decision decision = Execution.written(rules, carried.state, pending(carried), slim);
        carried.pending = decision;
        return persist(decision, slim);
    }

    /** The event handler runs before the row is written; what was decided stays pending until it is. */
    private org.apache.pekko.persistence.typed.javadsl.Effect<Step, Carried> persist(Decision decision, Step row) {
        surroundings.probe().at(CrashPoint.BEFORE_JOURNAL_COMMIT);
        return Effect().persist(row.by(writer)).thenRun(written -> {
            surroundings.probe().at(CrashPoint.AFTER_JOURNAL_COMMIT);
            written.pending = null;
            if (written.rules != null) {
                front.tell(new Decided(written.rules, decision));
            }
            checkpoint(written.state);
        });
    }

    private static Decision pending(Carried carried) {
        if (carried.pending == null) {
            throw new IllegalStateException("the values of a step were kept that nobody has decided");
        }
        return carried.pending;
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
                .onSignal(RecoveryFailed.class, (carried, failed) -> notRead(carried, failed.getFailure()))
                .onSignal(
                        JournalPersistRejected.class,
                        (carried, rejected) ->
                                front.tell(new NotWritable(rejected.failure().toString())))
                .onSignal(JournalPersistFailed.class, (carried, failed) -> writeFailed(carried, failed.failure()))
                .build();
    }

    private void writeFailed(Carried carried, Throwable failure) {
        Decision pending = carried.pending;
        if (pending != null && pending.step() != null) {
            front.tell(new WriteFailed(
                    pending.step().number(),
                    writer,
                    pending.refusal(),
                    ReadFailure.kind(failure),
                    ReadFailure.words(failure)));
        }
    }

    /** What has ended is not written to again, as a rule. */
    private void checkpoint(ExecutionState state) {
        long now = now();
        if (state.phase() == Phase.ENDED || !checkpoints.due(state.steps(), now)) {
            return;
        }
        checkpoints.began(state.steps(), now);
        whenDone(() -> writeSnapshot(state), SnapshotWritten::new, SnapshotNotWritten::new);
    }

    private int writeSnapshot(ExecutionState state) {
        surroundings.probe().at(CrashPoint.BEFORE_SNAPSHOT);
        int size = storage.snapshots().write(key, state);
        surroundings.probe().at(CrashPoint.AFTER_SNAPSHOT);
        return size;
    }

    // --- Recovering

    private void recovered(Carried carried) {
        surroundings.probe().at(CrashPoint.DURING_RECOVERY);
        ReadBack unread = carried.unread;
        checkpoints.found(unread.snapshotNumber(), unread.snapshotSize());
        if (lastSequenceNumber(context) > unread.lastNumber()) {
            // The archive has set its mark above the last step.
            whenDone(() -> storage.archive().find(key), SummaryFound::new, CannotGoOn::new);
        } else if (unread.lastNumber() == 0) {
            front.tell(new Recovered(null, carried.state, Step.NO_WRITER, List.of()));
        } else {
            loadPlan(carried);
        }
    }

    private void loadPlan(Carried carried) {
        String digest = carried.unread.planDigest();
        Plan plan = surroundings.plans().atHand(digest);
        if (plan != null) {
            if (!revive(carried, plan)) {
                context.getSelf().tell(Gone.INSTANCE);
            }
            return;
        }
        whenDone(surroundings.plans().load(key.tenant(), digest), PlanLoaded::new, CannotGoOn::new);
    }

    /** False when the rules break over what was read. */
    private boolean revive(Carried carried, Plan plan) {
        Rules rules = surroundings.rulesFor(plan);
        try {
            carried.state = carried.unread.state(rules);
        } catch (RuntimeException | StackOverflowError e) {
            notUnderstood(e, carried.unread.snapshotNumber() > 0);
            return false;
        }
        boolean bySnapshot = carried.unread.snapshotNumber() > 0;
        carried.lastWriter = carried.unread.lastWriter();
        carried.unread = ReadBack.from(null);
        carried.rules = rules;
        return tellRecovered(carried, null, bySnapshot);
    }

    private void notUnderstood(Throwable e, boolean bySnapshot) {
        context.getLog().error("what was read of execution {} cannot be understood", key, e);
        front.tell(new NotUnderstood(e.toString(), bySnapshot));
    }

    /**
     * False when the rules break over what was read.
     *
     * @param opened what an earlier try has found that it needs
     */
    private boolean tellRecovered(Carried carried, LargeValues.@Nullable Opened opened, boolean bySnapshot) {
        Rules rules = Objects.requireNonNull(carried.rules);
        Values values = opened == null ? storage.values() : opened;
        Reading<List<Effect>> owed;
        try {
            owed = Execution.owed(rules, values, carried.state);
        } catch (RuntimeException | StackOverflowError e) {
            notUnderstood(e, bySnapshot);
            return false;
        } finally {
            if (opened != null) {
                opened.close();
            }
        }
        switch (owed) {
            case Reading.Done<List<Effect>> done -> {
                front.tell(new Recovered(rules, carried.state, carried.lastWriter, done.result()));
            }
            case Reading.Needs<List<Effect>> needs ->
                open(opened, needs.references(), found -> new ValuesOfOwedOpened(found, bySnapshot));
        }
        return true;
    }

    /** Pekko tells a failed recovery twice. */
    private void notRead(Carried carried, Throwable failure) {
        if (toldNotRead) {
            return;
        }
        toldNotRead = true;
        String reason = ReadFailure.words(failure);
        ReadFailure.Kind kind = ReadFailure.kind(failure);
        front.tell(
                kind == ReadFailure.Kind.PERMANENT
                        ? new NotUnderstood(reason, carried.unread.snapshotNumber() > 0)
                        : new NotRead(kind, reason));
    }

    // --- What blocks

    private <T> void whenDone(Supplier<T> work, Function<T, Message> done, Function<Throwable, Message> failed) {
        whenDone(CompletableFuture.supplyAsync(work, surroundings.waiting()), done, failed);
    }

    private <T> void whenDone(CompletionStage<T> work, Function<T, Message> done, Function<Throwable, Message> failed) {
        context.pipeToSelf(work, (value, failure) -> failure == null ? done.apply(value) : failed.apply(failure));
    }

    private long now() {
        return surroundings.clock().millis();
    }
}
