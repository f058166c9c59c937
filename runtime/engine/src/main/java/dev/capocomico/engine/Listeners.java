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
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one execution that wait for an event. For each, the log is read in pages from the beginning of the execution on (a place
 * in the log, not a time), and what was read is offered to the task in order until it takes one. At the end of the log the listener rests
 * where it is, until it is told to read again. Told while it reads, it reads again after that: so nothing that was published before it was
 * told is missed. The place where it rests is kept, and after a recovery it goes on from there. Part of the front's actor.
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
        KEEPING_PLACE,
        RESTING
    }

    /** One of them. Its parts belong to {@link Listeners}. */
    static final class Listener {
        private final Effect.Listen wish;
        /** How many the execution had made when this began. */
        private final long steps;
        /** Whether the wait may be listed, so that there is a row to keep the place in. */
        private boolean mayBeListed;

        private @Nullable Beginning beginning;
        private EventLog.Position next = EventLog.Position.START;
        private final Deque<EventLog.Event> read = new ArrayDeque<>();
        private boolean more;
        private boolean again;
        private Doing doing = Doing.RESTING;
        private final Backoff backoff;

        private Listener(Effect.Listen wish, long steps, Backoff backoff) {
            this.wish = wish;
            this.steps = steps;
            this.backoff = backoff;
        }
    }

    /**
     * Where the execution's view of the log begins.
     *
     * @param sinceMillis events of before are passed over; 0 where the position says all
     * @param listing as {@link EventLog.Start} has it
     * @param kept the place that is kept; null when none is
     */
    record Beginning(EventLog.Position position, long sinceMillis, long listing, EventLog.@Nullable Position kept) {
        boolean isToBeKept(EventLog.Position through) {
            return listing != EventLog.Start.NOT_LISTED && !through.equals(kept);
        }
    }

    private final ActorContext<ExecutionMessage> context;
    private final TimerScheduler<ExecutionMessage> timers;
    private final ExecutionKey key;
    private final Surroundings surroundings;
    private final Turns turns;
    private final LongSupplier steps;
    private final Map<Integer, Listener> byTask = new HashMap<>();

    Listeners(
            ActorContext<ExecutionMessage> context,
            TimerScheduler<ExecutionMessage> timers,
            ExecutionKey key,
            Surroundings surroundings,
            Turns turns,
            LongSupplier steps) {
        this.context = context;
        this.timers = timers;
        this.key = key;
        this.surroundings = surroundings;
        this.turns = turns;
        this.steps = steps;
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
        listen(wish, false);
    }

    private void listen(Effect.Listen wish, boolean mayBeListed) {
        Listener listener = new Listener(wish, steps.getAsLong(), Backoff.of(surroundings));
        listener.mayBeListed = mayBeListed;
        byTask.put(wish.task(), listener);
        read(listener);
    }

    /** After a recovery: who listens goes on, here or from the place that is kept. */
    void reclaim(Effect.Listen wish) {
        if (!byTask.containsKey(wish.task())) {
            listen(wish, true);
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
            rest(listener);
        }
    }

    /** It has come to the end of the log. */
    private void rest(Listener listener) {
        Beginning beginning = listener.beginning;
        EventLog.Position through = listener.next;
        if (beginning == null || !listener.mayBeListed || !beginning.isToBeKept(through)) {
            listener.doing = Doing.RESTING;
            return;
        }
        listener.doing = Doing.KEEPING_PLACE;
        Effect.Listen wish = listener.wish;
        context.pipeToSelf(
                CompletableFuture.supplyAsync(
                        () -> surroundings
                                .events()
                                .keepPlace(
                                        key,
                                        wish.task(),
                                        wish.topic(),
                                        beginning.listing(),
                                        through,
                                        wish.correlation()),
                        surroundings.waiting()),
                // What is not kept is looked at again some day.
                (kept, failure) -> new FrontMessage.PlaceKept(listener, through, failure == null ? kept : null));
    }

    void placeKept(FrontMessage.PlaceKept news) {
        Listener listener = news.listener();
        Beginning beginning = listener.beginning;
        if (!isCurrent(listener) || beginning == null) {
            return;
        }
        if (news.kept() != null) {
            listener.beginning = new Beginning(
                    beginning.position(),
                    beginning.sinceMillis(),
                    news.kept() ? beginning.listing() : EventLog.Start.NOT_LISTED,
                    news.kept() ? news.through() : null);
        }
        listener.doing = Doing.RESTING;
        if (listener.again) {
            read(listener);
        }
    }

    private void readAgain(Listener listener) {
        listener.mayBeListed = true;
        switch (listener.doing) {
            case READING, OFFERING, KEEPING_PLACE -> listener.again = true;
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
        Beginning beginning = known == null || known.listing() == EventLog.Start.NOT_LISTED
                ? beginning(log.start(key, wish.task(), listener.steps), wish, known)
                : known;
        EventLog.Position after = known == null ? beginning.position() : next;
        EventLog.Page page =
                log.read(key.tenant(), wish.topic(), wish.correlation(), after, beginning.sinceMillis(), PAGE_SIZE);
        return new FrontMessage.EventsRead(listener, beginning, page);
    }

    /** @param known what was known before the wait was found listed; null at first */
    private static Beginning beginning(EventLog.Start start, Effect.Listen wish, @Nullable Beginning known) {
        EventLog.Position begun = start.beginning() == null ? EventLog.Position.START : start.beginning();
        long since = start.beginning() == null ? wish.sinceMillis() - CLOCKS_APART.toMillis() : 0;
        EventLog.Position from = start.looked() == null ? begun : start.looked();
        return known == null
                ? new Beginning(from, since, start.listing(), start.looked())
                : new Beginning(known.position(), known.sinceMillis(), start.listing(), start.looked());
    }
}
