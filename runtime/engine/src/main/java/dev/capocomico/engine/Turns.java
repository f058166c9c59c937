package dev.capocomico.engine;

import dev.capocomico.model.execution.Refusal;
import java.util.ArrayDeque;
import java.util.Deque;
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

    /**
     * An attempt at the next row that failed. The row may be there all the same, or appear later: a server whose client is gone in the
     * middle of a commit may still commit. So the attempt is remembered until that number is taken, also when its turn is over.
     *
     * @param turn whose it was; when somebody was told that nobody knows, another one is under way by now
     * @param refusal what the command is answered with if this is the row
     */
    record Tried(
            @Nullable Turn turn,
            long number,
            long writer,
            @Nullable Refusal refusal) {}

    /** More attempts at one row are not remembered: the oldest connection is long gone by then. */
    private static final int TRIED_MAX = 1_000;

    private final Deque<Turn> waiting = new ArrayDeque<>();
    private @Nullable Turn underWay;
    private final Deque<Tried> tried = new ArrayDeque<>();

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
        if (tried.size() >= TRIED_MAX) {
            tried.removeFirst();
        }
        tried.add(new Tried(underWay, attempt.number(), attempt.writer(), attempt.refusal()));
    }

    /** The attempt from here that the row is of, if it is one. */
    @Nullable Tried tried(long number, long writer) {
        for (Tried attempt : tried) {
            if (attempt.number() == number && attempt.writer() == writer) {
                return attempt;
            }
        }
        return null;
    }

    /** So many rows are known to be written: nothing that was tried for them can be written any more. */
    void written(long steps) {
        tried.removeIf(attempt -> attempt.number() <= steps);
    }

    /** Whether something that was tried for the next row may still appear. */
    boolean inDoubt() {
        return !tried.isEmpty();
    }

    /** Nothing is begun any more but what the node needs in order to stop. */
    void forgetAllButOutcomes() {
        waiting.removeIf(turn -> turn != Gathered.OUTCOMES && !(turn instanceof Requested));
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
