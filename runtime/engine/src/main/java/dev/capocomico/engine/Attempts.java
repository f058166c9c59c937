package dev.capocomico.engine;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionCommand.Outcome;
import dev.capocomico.model.execution.ExecutionCommand.Report;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.FailureCode;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.event.EventStream;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one execution that run here, and their outcomes on the way to the journal. An attempt is known from its start until a
 * step says how it ended, whatever happens to the entity in between. Part of the front's actor, and of no other thread.
 */
final class Attempts {
    private static final Comparator<Outcome> IN_ORDER_OF_DISPATCH = Comparator.<Outcome>comparingLong(
                    outcome -> outcome.key().fence())
            .thenComparing(outcome -> outcome.key().target(), Attempts::compare);

    private final ActorContext<ExecutionMessage> context;
    private final ExecutionKey execution;
    private final EventStream news;
    private final Surroundings surroundings;
    private final Map<AttemptKey, ActorRef<TaskActor.Message>> running = new HashMap<>();
    /** Those of them that keep their place until their end is written. */
    private final Set<AttemptKey> keepPlace = new HashSet<>();
    /** Those of them that were told to come back, and have not. */
    private final Set<AttemptKey> calledBack = new HashSet<>();

    private boolean handingBack;

    private final Map<String, ActorRef<AgentProxy.Message>> proxies = new HashMap<>();
    /** Those of them that an agent has; filled by the agents' threads. */
    private final Set<AttemptKey> working = ConcurrentHashMap.newKeySet();

    /** Those whose end is among the outcomes below; to look for them there would cost a fan-out the square of its width. */
    private final Set<AttemptKey> ended = new HashSet<>();

    private List<Outcome> gathered = new ArrayList<>();
    private List<Outcome> reported = List.of();
    /** How many of the outcomes that come next are reported alone, because one of them cannot be decided. */
    private int separately;

    Attempts(ActorContext<ExecutionMessage> context, ExecutionKey execution, Surroundings surroundings) {
        this.context = context;
        this.execution = execution;
        this.news = context.getSystem().classicSystem().eventStream();
        this.surroundings = surroundings;
    }

    boolean hasOutcomes() {
        return !gathered.isEmpty();
    }

    /** @param precedence among those that the same step dispatched; null when they are all of one priority */
    void start(Effect.Run run, Definition definition, @Nullable Precedence precedence) {
        if (handingBack && !running.containsKey(run.key())) {
            ended(run.key(), new AttemptResult.HandedBack(false));
            return;
        }
        if (run.begun()) {
            tell(run.key(), TaskActor.Order.GO_ON);
            return;
        }
        Role role = definition.agents().get(run.role());
        if (role == null) {
            throw new IllegalStateException("a checked definition has the role \"" + run.role() + "\"");
        }
        ActorRef<AgentProxy.Message> proxy = proxies.computeIfAbsent(
                run.role(),
                name -> context.spawnAnonymous(AgentProxy.create(execution.tenant(), role, definition, surroundings)));
        ActorRef<TaskActor.Message> attempt = context.spawnAnonymous(TaskActor.create(
                run,
                role,
                execution,
                surroundings,
                proxy,
                context.getSelf(),
                precedence == null ? null : precedence.ticket(run.priority()),
                () -> granted(run, role, definition)));
        context.watchWith(attempt, new FrontMessage.AttemptGone(run.key()));
        running.put(run.key(), attempt);
    }

    /** An agent begins; this is its thread. */
    private void granted(Effect.Run run, Role role, Definition definition) {
        working.add(run.key());
        news.publish(new AgentAssigned(
                execution,
                definition.name(),
                definition.version(),
                run.taskId(),
                run.key().target() instanceof Target.Element element
                                && definition.tasks().get(element.task()).fanOut() != null
                        ? element.element()
                        : null,
                run.number(),
                run.role(),
                role.type(),
                surroundings.clock().millis()));
    }

    /** Those that an agent has, or has had until a moment ago: an end that is not written yet is none. */
    Set<AttemptKey> working() {
        // One that ended in the moment in which an agent began may have been put in after it was taken out.
        working.retainAll(running.keySet());
        return Set.copyOf(working);
    }

    /** After a recovery: what runs here goes on; what does not was lost with whoever had it. */
    void reclaim(Effect.Run run) {
        if (!running.containsKey(run.key())) {
            gathered.add(new Outcome(run.key(), new AttemptResult.Lost(run.losses() == 0 || run.begun())));
        } else if (run.begun()) {
            tell(run.key(), TaskActor.Order.GO_ON);
        }
    }

    void stop(AttemptKey key) {
        tell(key, TaskActor.Order.STOP);
    }

    private void tell(AttemptKey key, TaskActor.Order order) {
        ActorRef<TaskActor.Message> attempt = running.get(key);
        if (attempt != null) {
            attempt.tell(order);
        }
    }

    void ended(AttemptKey key, AttemptResult result) {
        Outcome outcome = new Outcome(key, result);
        gathered.add(outcome);
        if (isEnd(outcome)) {
            ended.add(key);
            calledBack.remove(key);
        }
    }

    // --- When the node stops

    /** All that run are called back, once: those that no agent has come at once, the others are interrupted and say how that ended. */
    void callBack() {
        handingBack = true;
        running.forEach((key, attempt) -> {
            if (!ended.contains(key) && calledBack.add(key)) {
                attempt.tell(TaskActor.Order.HAND_BACK);
            }
        });
    }

    boolean allAreBack() {
        return calledBack.isEmpty();
    }

    /** Agents that do not say what became of their interruption are left to themselves. */
    void waitForNobody() {
        List.copyOf(calledBack).forEach(key -> ended(key, new AttemptResult.HandedBack(true)));
    }

    /** The attempt's actor is no more: it has reported before, or it broke. */
    void gone(AttemptKey key) {
        if (running.containsKey(key) && !ended.contains(key)) {
            ended(key, new AttemptResult.Lost(true));
        }
    }

    private static int compare(Target one, Target other) {
        return Arrays.compare(numbers(one), numbers(other));
    }

    private static int[] numbers(Target target) {
        return switch (target) {
            case Target.Element element -> new int[] {element.task(), element.element()};
            case Target.Undo undo -> new int[] {undo.entry()};
        };
    }

    private static boolean isEnd(Outcome outcome) {
        return !(outcome.result() instanceof AttemptResult.Begun);
    }

    /** Whether it is known here how the attempt ended, though the journal may not know it yet. */
    boolean knowsEndOf(AttemptKey key) {
        return ended.contains(key);
    }

    /** All outcomes that are there, as one command. */
    ExecutionCommand report(long atMillis) {
        if (separately > 0) {
            separately--;
            reported = List.of(gathered.removeFirst());
        } else {
            reported = gathered;
            gathered = new ArrayList<>();
        }
        double chance = surroundings.chance().nextDouble();
        if (handingBack) {
            // They stand in line again in this order, and not in that in which they came back.
            List<Outcome> inOrder = new ArrayList<>(reported);
            inOrder.sort(IN_ORDER_OF_DISPATCH);
            return new ExecutionCommand.HandBack(atMillis, inOrder, chance);
        }
        return new Report(atMillis, reported, chance);
    }

    /** What was reported is in the journal. */
    void reportWritten() {
        for (Outcome outcome : reported) {
            if (isEnd(outcome)) {
                ended.remove(outcome.key());
                working.remove(outcome.key());
                ActorRef<TaskActor.Message> attempt = running.remove(outcome.key());
                if (attempt != null && keepPlace.remove(outcome.key())) {
                    attempt.tell(TaskActor.Order.LEAVE);
                }
            } else {
                keepPlace.add(outcome.key());
            }
        }
        reported = List.of();
    }

    /**
     * The rules broke over what was reported: it is reported again, one outcome at a time. The one over which they break by itself becomes
     * a failure of its attempt. False when they broke over that.
     */
    boolean reportSeparately(String why) {
        if (reported.size() == 1) {
            Outcome one = reported.getFirst();
            if (one.result() instanceof AttemptResult.Failed failed
                    && failed.failure().code().equals(FailureCode.INTERNAL)) {
                return false;
            }
            Failure failure = new Failure(
                    FailureCode.INTERNAL, "how the attempt ended could not be taken in, and was logged: " + why, false);
            reported = List.of(new Outcome(one.key(), new AttemptResult.Failed(failure, null, Usage.NONE)));
        }
        separately += reported.size();
        reportAgain();
        return true;
    }

    /** What was reported is not in the journal, or not all of it: it is reported again, before what came later. */
    void reportAgain() {
        List<Outcome> all = new ArrayList<>(reported);
        all.addAll(gathered);
        gathered = all;
        reported = List.of();
    }
}
