package dev.capocomico.http.stream;

import dev.capocomico.engine.store.JournalTail.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one thing for all who watch it here. Keeps what it read last for those who are not there yet; who is further behind reads for
 * himself until he is near. So a watcher who waits costs an entry in a set, one who is slow costs nobody anything, and the database is
 * asked once for news, however many want it. Thread-safe.
 */
final class Follower {
    /** For those who come again. */
    private static final int KEPT_MAX = 256;

    /** For those who are on their way to the end; who is further behind reads for himself. */
    private static final int KEPT_FOR_WATCHERS_MAX = 2_048;

    private static final int AT_A_TIME_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final Reading.Source source;
    private final Executor threads;
    private final Semaphore readersOfTheirOwn;

    /** Read by one thread at a time: that which has set {@link #reads}. */
    private final Reading reading;

    private final ArrayDeque<Item> kept = new ArrayDeque<>();
    private final Set<Watcher> watchers = new HashSet<>();
    /** Who stands here or later finds all he needs in what is kept. */
    private Place keptAfter;

    private boolean reads;
    private boolean news;
    private boolean over;
    private boolean readOnce;
    private final CompletableFuture<Boolean> readOnceSignal = new CompletableFuture<>();

    /**
     * A follower that has not read yet.
     *
     * @param from where to begin; nobody before it is served from what is kept
     * @param readersOfTheirOwn how many may read for themselves at once on this node
     */
    Follower(Reading.Source source, Place from, Executor threads, Semaphore readersOfTheirOwn) {
        this.source = source;
        this.threads = threads;
        this.readersOfTheirOwn = readersOfTheirOwn;
        this.reading = source.after(from);
        this.keptAfter = from;
    }

    /** There may be something new. Returns at once. */
    void ring() {
        synchronized (this) {
            news = true;
            if (reads) {
                return;
            }
            reads = true;
        }
        threads.execute(this::read);
    }

    /**
     * Nothing of this lies between two places in the journal.
     *
     * @return whether that was of use; otherwise it must be rung, because it has not read to the first place
     */
    synchronized boolean passOver(Position from, Position to) {
        return !reads && !news && reading.passOver(from, to);
    }

    private void read() {
        while (begins()) {
            try {
                for (List<Item> items = reading.more(); !items.isEmpty(); items = reading.more()) {
                    add(items);
                }
                caughtUp();
            } catch (RuntimeException e) {
                LOG.warn("what is followed could not be read, and will be read again with the next news", e);
                failed();
                return;
            }
        }
    }

    private synchronized boolean begins() {
        reads = news;
        news = false;
        return reads;
    }

    private void add(List<Item> items) {
        List<Watcher> woken;
        synchronized (this) {
            for (Item item : items) {
                kept.add(item);
            }
            trim();
            over = false;
            woken = List.copyOf(watchers);
        }
        woken.forEach(Watcher::wake);
    }

    private void trim() {
        if (kept.size() <= KEPT_MAX) {
            return;
        }
        Place hindmost = watchers.stream()
                .map(Watcher::place)
                .filter(place -> place.compareTo(keptAfter) >= 0)
                .min(Comparator.naturalOrder())
                .orElse(kept.getLast().place());
        while (kept.size() > KEPT_FOR_WATCHERS_MAX
                || (kept.size() > KEPT_MAX && kept.getFirst().place().compareTo(hindmost) <= 0)) {
            keptAfter = kept.remove().place();
        }
    }

    private void caughtUp() {
        List<Watcher> woken;
        synchronized (this) {
            boolean was = over && readOnce;
            over = reading.over();
            readOnce = true;
            woken = over && !was ? List.copyOf(watchers) : List.of();
        }
        readOnceSignal.complete(true);
        woken.forEach(Watcher::wake);
    }

    private synchronized void failed() {
        reads = false;
        // With the next look at the journal it is tried again, though nothing may be new.
        news = true;
    }

    /** Whether the last attempt to read has failed. */
    synchronized boolean hasFailed() {
        return news && !reads;
    }

    Watcher watch(Place after) {
        Watcher watcher = new Watcher(after);
        synchronized (this) {
            watchers.add(watcher);
        }
        return watcher;
    }

    /** Whether nobody watches any more. */
    synchronized boolean leave(Watcher watcher) {
        watchers.remove(watcher);
        return watchers.isEmpty();
    }

    /** What comes after a place: null for who is too far behind, empty for who has it all. */
    private synchronized @Nullable List<Item> keptAfter(Place place) {
        if (place.compareTo(keptAfter) < 0) {
            return null;
        }
        List<Item> items = new ArrayList<>();
        // Mostly what is new is at the end.
        for (Iterator<Item> item = kept.descendingIterator(); item.hasNext(); ) {
            Item one = item.next();
            if (one.place().compareTo(place) <= 0) {
                break;
            }
            items.add(one);
        }
        return items.reversed().subList(0, Math.min(items.size(), AT_A_TIME_MAX));
    }

    private synchronized boolean isOver() {
        return over && readOnce;
    }

    /** Somebody who reads; asks for the next when he has handled what he got. */
    final class Watcher implements AutoCloseable {
        /** Written by who has asked, and read by who wakes him: one after the other. */
        private volatile Place place;

        private @Nullable Reading own;
        private @Nullable CompletableFuture<List<Item>> waits;
        private volatile boolean closed;

        private Watcher(Place place) {
            this.place = place;
        }

        /**
         * What comes next, as soon as there is something; nothing when no more is to be expected. Not to be called again before.
         *
         * <p>Fails with {@link TooManyBehind} when others do already what would have to be done.
         */
        CompletionStage<List<Item>> next() {
            List<Item> items = keptAfter(place);
            if (items == null) {
                return CompletableFuture.supplyAsync(this::readAlone, threads)
                        .thenCompose(read -> read.isEmpty() ? next() : CompletableFuture.completedFuture(read));
            }
            stopReadingAlone();
            return items.isEmpty() ? await() : CompletableFuture.completedFuture(moved(items));
        }

        private Place place() {
            return place;
        }

        private CompletionStage<List<Item>> await() {
            CompletableFuture<List<Item>> future = new CompletableFuture<>();
            synchronized (this) {
                waits = future;
            }
            // What came before somebody could wake this one.
            wake();
            return future;
        }

        /** Gives what there is to who waits. */
        private void wake() {
            CompletableFuture<List<Item>> future;
            List<Item> items;
            synchronized (this) {
                future = waits;
                if (future == null) {
                    return;
                }
                items = keptAfter(place);
                if (items != null && items.isEmpty() && !isOver() && !closed) {
                    return;
                }
                waits = null;
            }
            if (closed) {
                future.complete(List.of());
            } else if (items == null) {
                // More has come at once than is kept.
                var unused = next().whenComplete((found, failure) -> {
                    if (failure == null) {
                        future.complete(found);
                    } else {
                        future.completeExceptionally(failure);
                    }
                });
            } else {
                future.complete(moved(items));
            }
        }

        private List<Item> moved(List<Item> items) {
            if (!items.isEmpty()) {
                place = items.getLast().place();
            }
            return items;
        }

        /** Some of what comes next; nothing when all has been read that was there, and what is kept goes on from here. */
        private List<Item> readAlone() {
            Reading alone = own();
            Place keptAfterBefore = keptAfter();
            for (List<Item> items = alone.more(); !items.isEmpty(); items = alone.more()) {
                Place stands = place;
                List<Item> after = items.stream()
                        .filter(item -> item.place().compareTo(stands) > 0)
                        .toList();
                if (!after.isEmpty()) {
                    return moved(after);
                }
            }
            if (place.compareTo(keptAfterBefore) < 0) {
                place = keptAfterBefore;
            }
            return List.of();
        }

        private synchronized Reading own() {
            Reading reading = own;
            if (reading == null) {
                if (closed || !readersOfTheirOwn.tryAcquire()) {
                    throw new TooManyBehind();
                }
                reading = source.after(place);
                own = reading;
            }
            return reading;
        }

        private synchronized void stopReadingAlone() {
            if (own != null) {
                own = null;
                readersOfTheirOwn.release();
            }
        }

        /** To be called when nobody asks for the next any more. */
        @Override
        public void close() {
            closed = true;
            wake();
            stopReadingAlone();
        }
    }

    private synchronized Place keptAfter() {
        return keptAfter;
    }

    /** Whether somebody who stands at this place need not wait for anything; known when everything was read once. */
    CompletionStage<Boolean> nothingToCome(Place place) {
        return readOnceSignal.thenApply(read -> {
            List<Item> items = keptAfter(place);
            return isOver() && items != null && items.isEmpty();
        });
    }
}
