package dev.capocomico.engine;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * Who waits to be told something about one execution that need not be decided: how it ends, or where it stands while that is being
 * read. Who has stopped waiting is taken out. Part of the front's actor.
 */
final class Audience {
    /** Below that nobody is taken out: to watch everybody would cost every short execution something. */
    private static final int WATCHED_FROM = 8;

    private final ActorContext<ExecutionMessage> context;
    private final int sizeMax;
    private final Set<ActorRef<ExecutionAnswer>> forTheEnd = new LinkedHashSet<>();
    private final Set<ActorRef<ExecutionAnswer>> watched = new LinkedHashSet<>();
    private final Set<ActorRef<ExecutionAnswer>> forALook = new LinkedHashSet<>();

    Audience(ActorContext<ExecutionMessage> context, int sizeMax) {
        this.context = context;
        this.sizeMax = sizeMax;
    }

    boolean isEmpty() {
        return forTheEnd.isEmpty() && forALook.isEmpty();
    }

    void awaitEnd(ActorRef<ExecutionAnswer> listener) {
        if (forTheEnd.size() >= sizeMax) {
            listener.tell(new ExecutionAnswer.Unavailable("too many wait for the end of this execution"));
            return;
        }
        forTheEnd.add(listener);
        if (forTheEnd.size() >= WATCHED_FROM) {
            watch();
        }
    }

    void look(ActorRef<ExecutionAnswer> listener) {
        if (forALook.size() >= sizeMax) {
            listener.tell(new ExecutionAnswer.Unavailable("too many look at this execution"));
        } else {
            forALook.add(listener);
        }
    }

    /** From now on it is noticed when those who wait for the end have stopped waiting. */
    void watch() {
        for (ActorRef<ExecutionAnswer> listener : forTheEnd) {
            if (watched.add(listener)) {
                context.watchWith(listener, new FrontMessage.ListenerGone(listener));
            }
        }
    }

    void gone(ActorRef<ExecutionAnswer> listener) {
        forTheEnd.remove(listener);
        watched.remove(listener);
    }

    void tellLookers(ExecutionAnswer standing) {
        forALook.forEach(listener -> listener.tell(standing));
        forALook.clear();
    }

    void tellEnd(ExecutionAnswer end) {
        forTheEnd.forEach(listener -> tellOne(listener, end));
        forTheEnd.clear();
        watched.clear();
    }

    /** Takes everybody out, each as the request that it came as. */
    void dismiss(Consumer<ExecutionMessage.Request> to) {
        forTheEnd.forEach(listener -> to.accept(new ExecutionMessage.AwaitEnd(listener)));
        forALook.forEach(listener -> to.accept(new ExecutionMessage.Look(listener)));
        watched.forEach(context::unwatch);
        forTheEnd.clear();
        forALook.clear();
        watched.clear();
    }

    private void tellOne(ActorRef<ExecutionAnswer> listener, ExecutionAnswer answer) {
        if (watched.contains(listener)) {
            context.unwatch(listener);
        }
        listener.tell(answer);
    }
}
