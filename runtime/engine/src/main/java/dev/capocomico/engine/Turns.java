package dev.capocomico.engine;

import dev.capocomico.model.execution.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is handed to the entity of one execution, one after the other, in the order of arrival. Part of the front's actor. */
final class Turns {
    /** One command to come. */
    sealed interface Turn {}

    record Requested(ExecutionMessage.Request request) implements Turn {}

    /** An event for a task that waits for one: the next of those that were read. */
    record Offer(Listeners.Listener listener) implements Turn {}

    /** What is left of a request whose sender was told that nobody knows. If it was not written it is forgotten. */
    enum Abandoned implements Turn {
        REQUEST
    }

    /** Takes all that is there when its turn comes, so one is enough. */
    enum Gathered implements Turn {
        OUTCOMES,
        TIME
    }

    private final Deque<Turn> waiting = new ArrayDeque<>();
    private @Nullable Turn underWay;
    /** Steps that were tried for the turn under way, and of which nobody knows whether they were written. */
    private final List<ExecutionEntity.WriteFailed> tried = new ArrayList<>();

    int size() {
        return waiting.size();
    }

    boolean isIdle() {
        return waiting.isEmpty() && underWay == null;
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    @Nullable Turn underWay() {
        return underWay;
    }

    void add(Turn turn) {
        waiting.add(turn);
    }

    /** Whether it is still to come, or under way. */
    boolean holds(Gathered turn) {
        return underWay == turn || waiting.contains(turn);
    }

    void addOnce(Gathered turn) {
        if (!waiting.contains(turn)) {
            waiting.add(turn);
        }
    }

    /** Takes the first one that waits to be the one under way. */
    Turn begin() {
        if (underWay != null) {
            throw new IllegalStateException("one turn is under way already: " + underWay);
        }
        Turn first = waiting.poll();
        if (first == null) {
            throw new NoSuchElementException("no turn waits");
        }
        underWay = first;
        return first;
    }

    /** The one under way is over, however it ended. */
    void end() {
        underWay = null;
        tried.clear();
    }

    /** The one under way comes again, before all others. What was tried for it may still turn out to be written. */
    void again() {
        Turn turn = underWay;
        underWay = null;
        if (turn != null) {
            waiting.remove(turn);
            waiting.addFirst(turn);
        }
    }

    void writeFailed(ExecutionEntity.WriteFailed attempt) {
        tried.add(attempt);
    }

    ExecutionEntity.@Nullable WriteFailed tried(@Nullable Step step) {
        for (ExecutionEntity.WriteFailed attempt : tried) {
            if (attempt.step().equals(step)) {
                return attempt;
            }
        }
        return null;
    }

    /** Takes out the requests that wait, and gives them to somebody. */
    void dismiss(Consumer<ExecutionMessage.Request> to) {
        waiting.removeIf(turn -> {
            if (turn instanceof Requested(ExecutionMessage.Request request)) {
                to.accept(request);
                return true;
            }
            return false;
        });
    }

    /** Gives the request under way to somebody who answers it; what was tried for it is remembered. */
    void abandon(Consumer<ExecutionMessage.Request> to) {
        if (underWay instanceof Requested(ExecutionMessage.Request request)) {
            underWay = Abandoned.REQUEST;
            to.accept(request);
        }
    }
}
