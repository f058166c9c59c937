package dev.capocomico.engine;

import dev.capocomico.engine.store.QuarantineStore;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.execution.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an execution that cannot be recovered, or cannot go on by itself: it is quarantined, which is noted durably, and from
 * then on refuses everything but to be cancelled or released. Neither needs to read it. Part of the front's actor.
 */
final class Containment {
    private enum Stage {
        /** Nothing is wrong, as far as is known. */
        FREE,
        /** It is being noted. */
        NOTING,
        QUARANTINED
    }

    /** How often something is tried of which nobody knows why it fails, though the database answers. With the pauses between, most of a minute. */
    static final int TRIES_MAX = 10;

    /** What comes back from the store. */
    sealed interface News extends FrontMessage {}

    /** @param noted false when its history was removed in this moment */
    record Noted(boolean noted) implements News {}

    record NotNoted(String why) implements News {}

    record Released(ExecutionMessage.Release request, QuarantineStore.Release what) implements News {}

    record Cancelled(ExecutionMessage.Request request, QuarantineStore.Cancellation what) implements News {}

    /** The database could not be asked. */
    record NotDone(ExecutionMessage.Request request, String why) implements News {}

    /** What the front is to do now. */
    enum Next {
        /** Nothing: something is under way, or nothing has changed. */
        WAIT,
        /** Nobody is left to be answered. */
        LEAVE,
        /** All who wait can be answered by {@link #take}. */
        DISMISS,
        /** The execution may be read again. */
        READ,
        /** Nothing was noted, and reading will show again whether anything is wrong. */
        READ_LATER
    }

    private final ActorContext<ExecutionMessage> context;
    private final ExecutionKey key;
    private final Quarantine quarantine;
    private Stage stage = Stage.FREE;
    private String reason = "";
    private int underWay;
    private int failures;
    /** Who has released it and waits for what comes of that. */
    private final List<ActorRef<ExecutionAnswer>> releasers = new ArrayList<>();

    Containment(ActorContext<ExecutionMessage> context, ExecutionKey key, Quarantine quarantine) {
        this.context = context;
        this.key = key;
        this.quarantine = quarantine;
    }

    /** Whether another front has found out already. To be asked before anything is read. */
    boolean isKnown() {
        String known = stage == Stage.FREE ? quarantine.reason(key) : null;
        if (known != null) {
            stage = Stage.QUARANTINED;
            reason = known;
        }
        return stage == Stage.QUARANTINED;
    }

    /** Whether the execution is not to be read, nor anything handed to it. */
    boolean holds() {
        return stage != Stage.FREE;
    }

    boolean isQuarantined() {
        return stage == Stage.QUARANTINED;
    }

    /**
     * A read or a write has failed. Whether it has failed so often that the execution is to be given up: not while the database is away or
     * slow, and not when it is the same with others.
     */
    boolean isTooMuch(ReadFailure.Kind kind) {
        if (kind == ReadFailure.Kind.PASSES) {
            return false;
        }
        failures++;
        return failures >= TRIES_MAX && quarantine.mayGiveUp(key);
    }

    /** Something could be read and decided. */
    void isWell() {
        failures = 0;
        quarantine.someIsWell();
    }

    /** From now on it is held; what comes waits until that is noted. */
    void begin(String why) {
        stage = Stage.NOTING;
        reason = why;
        ask(() -> quarantine.store().note(key, why), Noted::new, NotNoted::new);
    }

    /** A message to a quarantined execution. */
    Next take(ExecutionMessage message) {
        switch (message) {
            case ExecutionMessage.Release release -> release(release);
            case ExecutionMessage.Ask ask when cancel(ask.command()) != null -> cancel(ask);
            case ExecutionMessage.Request request -> refuse(request.replyTo());
            // A child that has ended is asked for it by its parent, once that is released.
            case ExecutionMessage.Wake wake -> {}
            case ExecutionMessage.ChildEnded ended -> {}
            case FrontMessage own -> {}
        }
        return underWay == 0 ? Next.LEAVE : Next.WAIT;
    }

    /** Lets it be read again. Also when nobody here knows that it is quarantined. */
    void release(ExecutionMessage.Release request) {
        ask(
                () -> quarantine.store().release(key, request.origin()),
                what -> new Released(request, what),
                why -> new NotDone(request, why));
    }

    private void cancel(ExecutionMessage.Ask request) {
        ExecutionCommand.Cancel cancel = cancel(request.command());
        if (cancel != null) {
            Origin origin = request.command() instanceof ExecutionCommand.Called called ? called.origin() : null;
            ask(
                    () -> quarantine.store().cancel(key, cancel.atMillis(), cancel.reason(), origin),
                    what -> new Cancelled(request, what),
                    why -> new NotDone(request, why));
        }
    }

    static ExecutionCommand.@Nullable Cancel cancel(ExecutionCommand command) {
        return switch (command) {
            case ExecutionCommand.Cancel cancel -> cancel;
            case ExecutionCommand.Keyed keyed -> cancel(keyed.command());
            case ExecutionCommand.Called called -> cancel(called.command());
            case ExecutionCommand.Start start -> null;
            case ExecutionCommand.Report report -> null;
            case ExecutionCommand.HandBack back -> null;
            case ExecutionCommand.Tick tick -> null;
            case ExecutionCommand.OfferEvent offer -> null;
            case ExecutionCommand.Signal signal -> null;
            case ExecutionCommand.Pause pause -> null;
            case ExecutionCommand.Resume resume -> null;
            case ExecutionCommand.CancelTask cancel -> null;
            case ExecutionCommand.Retry retry -> null;
        };
    }

    Next heard(News news) {
        underWay--;
        return switch (news) {
            case Noted(boolean noted) -> {
                if (noted) {
                    yield quarantined();
                }
                free();
                yield Next.READ_LATER;
            }
            case NotNoted notNoted -> {
                stage = Stage.FREE;
                yield Next.READ_LATER;
            }
            case Released released -> released(released);
            case Cancelled cancelled -> cancelled(cancelled);
            case NotDone(ExecutionMessage.Request request, String why) -> {
                request.replyTo().tell(new ExecutionAnswer.Unavailable(why));
                yield rest();
            }
        };
    }

    private Next quarantined() {
        stage = Stage.QUARANTINED;
        quarantine.add(key, reason);
        context.getLog()
                .error(
                        "execution {} is quarantined: {}. The others do not notice. Cancel it, or mend what is wrong and release it",
                        key,
                        reason);
        releasers.forEach(this::refuse);
        releasers.clear();
        return Next.DISMISS;
    }

    private Next free() {
        stage = Stage.FREE;
        failures = 0;
        quarantine.remove(key);
        return Next.READ;
    }

    private Next released(Released released) {
        return switch (released.what()) {
            case RELEASED -> {
                context.getLog().warn("execution {} was released, and is read again", key);
                releasers.add(released.request().replyTo());
                yield free();
            }
            case NOT_QUARANTINED -> {
                answer(
                        released.request(),
                        Refusal.Code.WRONG_STATE,
                        "the execution \"" + key.id() + "\" is not quarantined, so there is nothing to release");
                yield rest();
            }
            case UNKNOWN -> {
                answer(released.request(), Refusal.Code.NOT_FOUND, "there is no execution \"" + key.id() + "\"");
                yield rest();
            }
        };
    }

    private Next cancelled(Cancelled cancelled) {
        switch (cancelled.what()) {
            case CANCELLED -> {
                context.getLog().warn("execution {}, which was quarantined, was cancelled", key);
                quarantine.remove(key);
                cancelled.request().replyTo().tell(new ExecutionAnswer.Accepted(ExecutionStatus.CANCELLED));
            }
            case ENDED -> answer(cancelled.request(), Refusal.Code.ENDED, "the execution has ended");
            case NOT_QUARANTINED -> {
                quarantine.remove(key);
                cancelled
                        .request()
                        .replyTo()
                        .tell(new ExecutionAnswer.Unavailable("the execution is not quarantined any more; ask again"));
            }
        }
        return rest();
    }

    /** Whether it stays for something. */
    Next rest() {
        return underWay == 0 && stage != Stage.NOTING ? Next.LEAVE : Next.WAIT;
    }

    /** It was read: who has released it hears where it stands. */
    void recovered(ExecutionStatus status) {
        releasers.forEach(releaser -> releaser.tell(new ExecutionAnswer.Accepted(status)));
        releasers.clear();
    }

    private void refuse(ActorRef<ExecutionAnswer> replyTo) {
        replyTo.tell(new ExecutionAnswer.Refused(new Refusal(
                Refusal.Code.QUARANTINED,
                "the execution \"%s\" cannot be recovered and is quarantined: %s; cancel it, or release it once that is mended"
                        .formatted(key.id(), reason))));
    }

    private static void answer(ExecutionMessage.Request request, Refusal.Code code, String why) {
        request.replyTo().tell(new ExecutionAnswer.Refused(new Refusal(code, why)));
    }

    private <T> void ask(Supplier<T> question, Function<T, News> answered, Function<String, News> failed) {
        underWay++;
        context.pipeToSelf(
                CompletableFuture.supplyAsync(question, quarantine.waiting()),
                (answer, failure) ->
                        failure == null ? answered.apply(answer) : failed.apply(ReadFailure.words(failure)));
    }
}
