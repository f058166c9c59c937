package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.store.ValueLostException;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.FailureCode;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.value.Reference;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Sees to it that one child execution is there, or that it is told to stop; then it is gone. The child itself tells its parent when
 * it ends.
 *
 * <p>A child that may be there is looked for first: whatever its workflow's name means by now, it is the child. Nobody's silence and
 * no lost database fails the attempt; it is tried again until there is an answer.
 */
final class ChildActor extends AbstractBehavior<ChildActor.Message> {
    /** How long an answer is waited for before the question is asked again. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What is to be done about the child. */
    enum Errand {
        /** Nobody has begun it yet. */
        BEGIN,
        /** It may have been begun, and may have ended. */
        LOOK,
        STOP
    }

    sealed interface Message {}

    /** The child is not wanted any more. */
    enum Stop implements Message {
        INSTANCE
    }

    /** @param input the whole of it, for its schema */
    private record Found(Plan plan, JsonNode input) implements Message {}

    private record OutputCopied(ExecutionAnswer.Ended end) implements Message {}

    private record OutputNotCopied(ExecutionAnswer.Ended end, Throwable reason) implements Message {}

    private record NotFound(Throwable reason) implements Message {}

    /** @param question which one it answers; one that was given up may be answered all the same, and after a later one */
    private record Heard(int question, ExecutionAnswer answer) implements Message {}

    private record NothingHeard(int question) implements Message {}

    private enum Passed implements Message {
        PAUSE
    }

    private final Effect.RunChild run;
    private final ExecutionKey parent;
    private final ExecutionKey child;
    private final RecipientRef<ExecutionMessage> address;
    private final Duration patience;
    private final Surroundings surroundings;
    private final ActorRef<ExecutionMessage> front;
    private final TimerScheduler<Message> timers;
    private Errand errand;
    /** The number of the question whose answer is waited for; answers to others say nothing any more. */
    private int question;
    /** Whether a message that begins it was sent from here, and has not been answered. */
    private boolean beginning;

    private final Backoff backoff;

    private ChildActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            Effect.RunChild run,
            Errand errand,
            ExecutionKey parent,
            Surroundings surroundings,
            ActorRef<ExecutionMessage> front,
            RecipientRef<ExecutionMessage> address,
            Duration patience) {
        super(context);
        this.run = run;
        this.errand = errand;
        this.parent = parent;
        this.child = parent.sibling(run.childId());
        this.address = address;
        this.patience = patience;
        this.surroundings = surroundings;
        this.backoff = Backoff.of(surroundings);
        this.front = front;
        this.timers = timers;
        go();
    }

    static Behavior<Message> create(
            Effect.RunChild run,
            Errand errand,
            ExecutionKey parent,
            Surroundings surroundings,
            ActorRef<ExecutionMessage> front) {
        return Behaviors.setup(context -> create(
                run,
                errand,
                parent,
                surroundings,
                front,
                Executions.address(context.getSystem(), parent.sibling(run.childId())),
                PATIENCE));
    }

    /** @param address where the child is asked */
    static Behavior<Message> create(
            Effect.RunChild run,
            Errand errand,
            ExecutionKey parent,
            Surroundings surroundings,
            ActorRef<ExecutionMessage> front,
            RecipientRef<ExecutionMessage> address,
            Duration patience) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers ->
                new ChildActor(context, timers, run, errand, parent, surroundings, front, address, patience)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Found.class, this::begin)
                .onMessage(NotFound.class, missing -> notFound(missing.reason()))
                .onMessage(OutputCopied.class, copied -> tellOutput(copied.end()))
                .onMessage(OutputNotCopied.class, this::outputNotCopied)
                .onMessage(Heard.class, heard -> heard.question() == question ? heard(heard.answer()) : this)
                .onMessage(NothingHeard.class, silence -> silence.question() == question ? pause() : this)
                .onMessage(Passed.class, passed -> {
                    go();
                    return this;
                })
                .onMessage(Stop.class, stop -> stop())
                .build();
    }

    private void go() {
        switch (errand) {
            case BEGIN -> {
                if (surroundings.health().isLost()) {
                    pause();
                    return;
                }
                getContext()
                        .pipeToSelf(
                                surroundings
                                        .plans()
                                        .find(child.tenant(), run.workflow(), run.version())
                                        .thenCompose(
                                                digest -> surroundings.plans().load(child.tenant(), digest))
                                        .thenCompose(this::withInput),
                                (found, failure) -> failure == null ? found : new NotFound(failure));
            }
            case LOOK -> ask(ExecutionMessage.Look::new);
            case STOP -> {
                if (!beginning) {
                    ExecutionCommand.Cancel cancel = new ExecutionCommand.Cancel(
                            now(), "the execution that it is a part of does not want it", null);
                    ask(replyTo -> new ExecutionMessage.Ask(cancel, replyTo));
                }
            }
        }
    }

    private void ask(Function<ActorRef<ExecutionAnswer>, ExecutionMessage.Request> request) {
        int number = ++question;
        getContext()
                .ask(
                        ExecutionAnswer.class,
                        address,
                        patience,
                        request::apply,
                        (answer, silence) -> answer == null ? new NothingHeard(number) : new Heard(number, answer));
    }

    /** What the input refers to is kept for the child before the child is begun with it. */
    private CompletionStage<Found> withInput(Plan plan) {
        if (!Reference.isIn(run.input())) {
            return CompletableFuture.completedFuture(new Found(plan, run.input()));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    LargeValues values = surroundings.storage().values();
                    values.copy(parent, child, run.input());
                    boolean hasSchema = plan.definition().inputSchema() != null;
                    return new Found(plan, hasSchema ? values.whole(parent, run.input()) : run.input());
                },
                surroundings.waiting());
    }

    private Behavior<Message> begin(Found found) {
        Plan plan = found.plan();
        if (errand == Errand.STOP) {
            return this; // told meanwhile
        }
        JsonNode schema = plan.definition().inputSchema();
        Optional<String> misfit =
                schema == null ? Optional.empty() : surroundings.schemas().misfit(schema, found.input());
        if (misfit.isPresent()) {
            return fail(
                    FailureCode.INPUT_MISFIT,
                    "the input does not fit the workflow \"%s\": %s".formatted(run.workflow(), misfit.get()));
        }
        Optional<String> obstacle = Executability.obstacle(plan.definition());
        if (obstacle.isPresent()) {
            return fail(FailureCode.NOT_EXECUTABLE, "the workflow \"%s\" %s".formatted(run.workflow(), obstacle.get()));
        }
        beginning = true;
        ExecutionCommand.Start start =
                new ExecutionCommand.Start(now(), run.childId(), run.input(), run.options(), null);
        ask(replyTo -> new ExecutionMessage.Begin(start, plan, replyTo));
        return this;
    }

    private Behavior<Message> notFound(Throwable reason) {
        Throwable cause =
                reason instanceof CompletionException && reason.getCause() != null ? reason.getCause() : reason;
        if (errand != Errand.STOP && cause instanceof NoSuchElementException) {
            String version = run.version() == null ? "" : " of version \"" + run.version() + "\"";
            return fail(
                    FailureCode.WORKFLOW_NOT_FOUND,
                    "no workflow \"%s\"%s is registered".formatted(run.workflow(), version));
        }
        if (errand == Errand.STOP) {
            return this;
        }
        if (cause instanceof ValueLostException) {
            return fail(FailureCode.VALUE_LOST, "the input cannot be read: " + cause.getMessage());
        }
        surroundings
                .health()
                .doubt("what child execution %s is begun with could not be read: %s"
                        .formatted(child, cause.getMessage()));
        return pause();
    }

    private Behavior<Message> heard(ExecutionAnswer answer) {
        return switch (answer) {
            case ExecutionAnswer.Accepted accepted -> accepted.status().isEnd() ? look() : begun();
            case ExecutionAnswer.Standing standing -> seen(standing);
            case ExecutionAnswer.Archived archived -> report(archived.end());
            case ExecutionAnswer.Ended ended -> report(ended);
            case ExecutionAnswer.Unavailable unavailable -> pause();
            case ExecutionAnswer.Refused refused -> refused(refused.refusal());
        };
    }

    private Behavior<Message> seen(ExecutionAnswer.Standing standing) {
        if (standing.state().hasEnded()) {
            return report(ExecutionAnswer.Ended.of(standing.plan(), standing.state()));
        }
        return Behaviors.stopped();
    }

    /** The child is there, or was told: it will say how it ends. */
    private Behavior<Message> begun() {
        if (errand == Errand.STOP && beginning) {
            // What was heard is that it has begun, and not yet that it is to stop.
            beginning = false;
            go();
            return this;
        }
        return Behaviors.stopped();
    }

    private Behavior<Message> look() {
        errand = Errand.LOOK;
        beginning = false;
        go();
        return this;
    }

    private Behavior<Message> refused(Refusal refusal) {
        if (refusal.code() == Refusal.Code.QUARANTINED) {
            // It is there, and it may be mended: how it ends is not known.
            return begun();
        }
        boolean unknown = refusal.code() == Refusal.Code.NOT_FOUND;
        return switch (errand) {
            case BEGIN -> fail(FailureCode.CHILD_REFUSED, refusal.message());
            case LOOK -> {
                if (!unknown) {
                    throw new IllegalStateException("a look at " + child + " was refused: " + refusal);
                }
                errand = Errand.BEGIN;
                go();
                yield this;
            }
            case STOP -> {
                beginning = false;
                if (unknown) {
                    yield fail(FailureCode.CANCELLED, "nobody had begun with it");
                }
                // It has ended, or is on its way to an end that nothing can hurry.
                yield look();
            }
        };
    }

    private Behavior<Message> stop() {
        if (errand != Errand.STOP) {
            errand = Errand.STOP;
            timers.cancel(Passed.PAUSE);
            go();
        }
        return this;
    }

    /** Whatever was asked is asked again, and what was begun perhaps is looked for. */
    private Behavior<Message> pause() {
        if (errand == Errand.BEGIN && beginning) {
            errand = Errand.LOOK;
        }
        beginning = false;
        timers.startSingleTimer(Passed.PAUSE, backoff.next());
        return this;
    }

    private Behavior<Message> report(ExecutionAnswer.Ended end) {
        JsonNode output = end.output();
        if (output != null && Reference.isIn(output)) {
            getContext()
                    .pipeToSelf(
                            CompletableFuture.runAsync(
                                    () -> surroundings.storage().values().copy(child, parent, output),
                                    surroundings.waiting()),
                            (nothing, failure) ->
                                    failure == null ? new OutputCopied(end) : new OutputNotCopied(end, failure));
            return this;
        }
        front.tell(new ExecutionMessage.ChildEnded(run.childId(), end));
        return Behaviors.stopped();
    }

    private Behavior<Message> tellOutput(ExecutionAnswer.Ended end) {
        front.tell(new FrontMessage.ChildOutputCopied(new ExecutionMessage.ChildEnded(run.childId(), end)));
        return Behaviors.stopped();
    }

    private Behavior<Message> outputNotCopied(OutputNotCopied news) {
        Throwable cause =
                news.reason() instanceof CompletionException && news.reason().getCause() != null
                        ? news.reason().getCause()
                        : news.reason();
        if (cause instanceof ValueLostException) {
            // Its history was removed in the meantime, or is damaged.
            return tellOutput(
                    new ExecutionAnswer.Ended(news.end().ending(), news.end().task(), null));
        }
        surroundings
                .health()
                .doubt("the output of child execution %s could not be copied: %s".formatted(child, cause.getMessage()));
        errand = Errand.LOOK;
        return pause();
    }

    private Behavior<Message> fail(String code, String message) {
        AttemptResult result = new AttemptResult.Failed(new Failure(code, message, false), null, Usage.NONE);
        front.tell(new FrontMessage.ChildFailed(run.key(), result));
        return Behaviors.stopped();
    }

    private long now() {
        return surroundings.clock().millis();
    }
}
