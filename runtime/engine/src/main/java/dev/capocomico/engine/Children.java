package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.FailureCode;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.value.Reference;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * The child executions that tasks of one execution wait for. A child needs nobody here while it runs; it says when it ends. An
 * actor is there for it only while something is to be done: it is begun, looked for, or told to stop. Part of the front's actor.
 */
final class Children {
    private static final class Child {
        private final Effect.RunChild run;
        private @Nullable ActorRef<ChildActor.Message> actor;
        /** It has ended with an output that somebody has to go and get. */
        private boolean hasOutput;

        private Child(Effect.RunChild run) {
            this.run = run;
        }
    }

    private final ActorContext<ExecutionMessage> context;
    private final ExecutionKey parent;
    private final Surroundings surroundings;
    private final Attempts attempts;
    private final Map<String, Child> byId = new HashMap<>();
    private final Map<AttemptKey, Child> byAttempt = new HashMap<>();
    private int busy;

    Children(
            ActorContext<ExecutionMessage> context, ExecutionKey parent, Surroundings surroundings, Attempts attempts) {
        this.context = context;
        this.parent = parent;
        this.surroundings = surroundings;
        this.attempts = attempts;
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    /** Whether somebody is on an errand to one of them. */
    boolean isBusy() {
        return busy > 0;
    }

    void begin(Effect.RunChild run) {
        send(add(run), ChildActor.Errand.BEGIN);
    }

    /** After a recovery: it may have been begun or not, and may have ended. */
    void reclaim(Effect.RunChild run, boolean look) {
        if (attempts.knowsEndOf(run.key())) {
            return;
        }
        Child known = byAttempt.get(run.key());
        Child child = known == null ? add(run) : known;
        if (look) {
            look(child);
        }
    }

    /** Looks for all of them: a message may have got lost. */
    void lookAfter() {
        byId.values().forEach(this::look);
    }

    void stop(AttemptKey key) {
        Child child = byAttempt.get(key);
        if (child == null) {
            return;
        }
        if (child.actor != null) {
            child.actor.tell(ChildActor.Stop.INSTANCE);
        } else {
            send(child, ChildActor.Errand.STOP);
        }
    }

    void ended(ExecutionMessage.ChildEnded news) {
        Child child = byId.get(news.childId());
        if (child == null) {
            return;
        }
        JsonNode output = news.end().output();
        if (output == null || !Reference.isIn(output)) {
            endedWithOutput(news);
        } else {
            child.hasOutput = true;
            look(child);
        }
    }

    /** What its output refers to is kept for the parent. */
    void endedWithOutput(ExecutionMessage.ChildEnded news) {
        Child child = byId.get(news.childId());
        if (child != null) {
            forget(child);
            attempts.ended(child.run.key(), result(child.run, news.end()));
        }
    }

    /** There will never be such a child. */
    void failed(FrontMessage.ChildFailed news) {
        Child child = byAttempt.get(news.key());
        if (child != null) {
            forget(child);
            attempts.ended(news.key(), news.result());
        }
    }

    /** The one on the errand is back, or broke. */
    void gone(FrontMessage.ChildActorGone gone) {
        busy--;
        Child child = byId.get(gone.childId());
        if (child != null && gone.actor().equals(child.actor)) {
            child.actor = null;
            if (child.hasOutput) {
                look(child);
            }
        }
    }

    private Child add(Effect.RunChild run) {
        Child child = new Child(run);
        byId.put(run.childId(), child);
        byAttempt.put(run.key(), child);
        return child;
    }

    private void forget(Child child) {
        byId.remove(child.run.childId(), child);
        byAttempt.remove(child.run.key());
    }

    private void look(Child child) {
        if (child.actor == null) {
            send(child, ChildActor.Errand.LOOK);
        }
    }

    private void send(Child child, ChildActor.Errand errand) {
        ActorRef<ChildActor.Message> actor =
                context.spawnAnonymous(ChildActor.create(child.run, errand, parent, surroundings, context.getSelf()));
        context.watchWith(actor, new FrontMessage.ChildActorGone(child.run.childId(), actor));
        child.actor = actor;
        busy++;
    }

    private static AttemptResult completed(Effect.RunChild run, @Nullable JsonNode output) {
        if (output == null) {
            String message =
                    "the child execution \"%s\" completed so long ago that its output, which was large, was removed"
                            .formatted(run.childId());
            return new AttemptResult.Failed(new Failure(FailureCode.OUTPUT_REMOVED, message, false), null, Usage.NONE);
        }
        return new AttemptResult.Succeeded(output, null, run.dispatchedAtMillis(), Usage.NONE);
    }

    private static AttemptResult result(Effect.RunChild run, ExecutionAnswer.Ended end) {
        Ending ending = end.ending();
        String what =
                switch (ending.kind()) {
                    case COMPLETED -> null;
                    case FAILED -> "failed";
                    case CANCELLED -> "was cancelled";
                    case TIMED_OUT -> "timed out";
                };
        if (what == null) {
            return completed(run, end.output());
        }
        String culprit = end.task() == null ? "" : "task \"" + end.task() + "\": ";
        String message =
                "the child execution \"%s\" %s: %s%s".formatted(run.childId(), what, culprit, ending.message());
        // Whether another child may do better is for the policy of the task to say.
        return new AttemptResult.Failed(new Failure(ending.code(), message, true), null, Usage.NONE);
    }
}
