package dev.capocomico.engine;

import dev.capocomico.engine.store.EventLog;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one execution that wait for an event. For each, the log is read in pages from the beginning of the execution on (a place
 * in the log, not a time), and
 * what was read is offered to the task in order until it takes one. At the end of the log the listener rests where it is, until it
 * is told to read again. Told while it reads, it reads again after that: so nothing that was published before it was told is
 * missed. Part of the front's actor.
 */
final class Listeners {
    private static final int PAGE_SIZE = 100;

    /**
     * How far the clocks of this node and of the database, which dates the events, may be apart without an event being missed, where
     * nobody has kept the place at which the execution began.
     */
    private static final Duration CLOCKS_APART = Duration.ofSeconds(1);

    private enum Doing {
        READING,
        OFFERING,
        PAUSING,
        RESTING
    }

    /** One of them. Its parts belong to {@link Listeners}. */
    static final class Listener {
        private final Effect.Listen wish;
        private @Nullable Beginning beginning;
        private EventLog.Position next = EventLog.Position.START;
        private final Deque<EventLog.Event> read = new ArrayDeque<>();
        private boolean more;
        private boolean again;
        private Doing doing = Doing.RESTING;
        private final Backoff backoff;

        private Listener(Effect.Listen wish, Backoff backoff) {
            this.wish = wish;
            this.backoff = backoff;
        }
    }

    /**
     * Where the execution's view of the log begins.
     *
     * @param sinceMillis events of before are passed over; 0 where the position says all
     */
    record Beginning(EventLog.Position position, long sinceMillis) {}

    private final ActorContext<ExecutionMessage> context;
    private final TimerScheduler<ExecutionMessage> timers;
    private final ExecutionKey key;
    private final Surroundings surroundings;
    private final Turns turns;
    private final Map<Integer, Listener> byTask = new HashMap<>();

    Listeners(
            ActorContext<ExecutionMessage> context,
            TimerScheduler<ExecutionMessage> timers,
            ExecutionKey key,
            Surroundings surroundings,
            Turns turns) {
        this.context = context;
        this.timers = timers;
        this.key = key;
        this.surroundings = surroundings;
        this.turns = turns;
    }

    boolean isEmpty() {
        return byTask.isEmpty();
    }

    /** Whether one of them has not come to the end of the log. */
    boolean isBusy() {
        return byTask.values().stream().anyMatch(listener -> listener.doing != Doing.RESTING);
    }

    /** From the beginning, also when the task has waited before. */
    void listen(Effect.Listen wish) {
        Listener listener = new Listener(wish, Backoff.of(surroundings));
        byTask.put(wish.task(), listener);
        read(listener);
    }

    /** After a recovery: who listens goes on. */
    void reclaim(Effect.Listen wish) {
        if (!byTask.containsKey(wish.task())) {
            listen(wish);
        }
    }

    /** Something may have been published. */
    void lookAfter() {
        byTask.values().forEach(this::readAgain);
    }

    void retain(IntPredicate waits) {
        byTask.keySet().removeIf(task -> !waits.test(task));
    }

    void heard(FrontMessage.EventsRead news) {
        Listener listener = news.listener();
        if (!isCurrent(listener)) {
            return;
        }
        listener.backoff.reset();
        listener.beginning = news.beginning();
        listener.next = news.page().next();
        listener.more = news.page().more();
        listener.read.addAll(news.page().events());
        goOn(listener);
    }

    void unheard(FrontMessage.EventsUnread news) {
        Listener listener = news.listener();
        if (isCurrent(listener)) {
            surroundings.health().doubt("events for execution %s could not be read: %s".formatted(key, news.reason()));
            pause(listener);
        }
    }

    private void pause(Listener listener) {
        listener.doing = Doing.PAUSING;
        timers.startSingleTimer(listener, new FrontMessage.EventsWanted(listener), listener.backoff.next());
    }

    void wanted(Listener listener) {
        if (isCurrent(listener) && listener.doing == Doing.PAUSING) {
            read(listener);
        }
    }

    /** The command for this turn; null when there is nobody any more who would take what was to be offered. */
    ExecutionCommand.@Nullable OfferEvent offer(Listener listener, long atMillis) {
        EventLog.Event event = listener.read.peek();
        if (!isCurrent(listener) || event == null) {
            return null;
        }
        return new ExecutionCommand.OfferEvent(atMillis, listener.wish.task(), event.id(), event.payload());
    }

    /** What was offered was taken, or was not the one. */
    void offered(Listener listener) {
        listener.read.poll();
        if (isCurrent(listener)) {
            goOn(listener);
        }
    }

    private boolean isCurrent(Listener listener) {
        return byTask.get(listener.wish.task()) == listener;
    }

    private void goOn(Listener listener) {
        if (!listener.read.isEmpty()) {
            listener.doing = Doing.OFFERING;
            turns.add(new Turns.Offer(listener));
        } else if (listener.more || listener.again) {
            read(listener);
        } else {
            listener.doing = Doing.RESTING;
        }
    }

    private void readAgain(Listener listener) {
        switch (listener.doing) {
            case READING, OFFERING -> listener.again = true;
            case RESTING -> read(listener);
            case PAUSING -> {}
        }
    }

    private void read(Listener listener) {
        if (surroundings.health().isLost()) {
            pause(listener);
            return;
        }
        listener.doing = Doing.READING;
        listener.again = false;
        Effect.Listen wish = listener.wish;
        Beginning known = listener.beginning;
        EventLog.Position next = listener.next;
        context.pipeToSelf(
                CompletableFuture.supplyAsync(() -> look(listener, wish, known, next), surroundings.waiting()),
                (read, failure) -> failure == null
                        ? read
                        : new FrontMessage.EventsUnread(listener, String.valueOf(failure.getMessage())));
    }

    /** On a thread that may wait. */
    private FrontMessage.EventsRead look(
            Listener listener, Effect.Listen wish, @Nullable Beginning known, EventLog.Position next) {
        EventLog log = surroundings.events();
        Beginning beginning = known == null ? beginning(log, wish) : known;
        EventLog.Position after = known == null ? beginning.position() : next;
        EventLog.Page page = log.read(key.tenant(), wish.topic(), after, beginning.sinceMillis(), PAGE_SIZE);
        return new FrontMessage.EventsRead(listener, beginning, page);
    }

    private Beginning beginning(EventLog log, Effect.Listen wish) {
        return log.beginning(key)
                .map(position -> new Beginning(position, 0))
                .orElseGet(() -> new Beginning(EventLog.Position.START, wish.sinceMillis() - CLOCKS_APART.toMillis()));
    }
}
