package dev.capocomico.http.stream;

import dev.capocomico.engine.store.JournalTail;
import dev.capocomico.engine.store.JournalTail.Listed;
import dev.capocomico.engine.store.JournalTail.News;
import dev.capocomico.engine.store.JournalTail.Position;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All who watch something on this node. While there are any, one question after the other goes to the journal, and those are told whose
 * execution or workflow has gone on; nobody else asks the database before that, and who is not told has nothing to read later. Thread-safe.
 */
public final class Followers implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** When the journal cannot be read. */
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private static final int ROWS_AT_A_TIME = 10_000;

    /** Each holds the state of an execution, which may be large. */
    private static final int READERS_OF_THEIR_OWN_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

    private final JournalTail tail;
    private final ActorSystem<?> system;
    private final Executor threads;
    private final int watchersMax;
    private final Semaphore readersOfTheirOwn = new Semaphore(READERS_OF_THEIR_OWN_MAX);
    private final Map<Object, Follower> followers = new HashMap<>();
    private final Map<String, Integer> watchersOf = new HashMap<>();
    private final int perTenantMax;
    private int watchers;
    private @Nullable Position position;
    /** Up to where those who follow workflows have been told; null while there are none. */
    private @Nullable Position listed;

    private boolean looks;
    private @Nullable Cancellable nextLook;
    private boolean closed;

    /**
     * Nobody watches yet.
     *
     * @param threads that may wait for the database
     * @param watchersMax further ones are turned away
     */
    public Followers(JournalTail tail, ActorSystem<?> system, Executor threads, int watchersMax) {
        this(tail, system, threads, watchersMax, watchersMax);
    }

    /** @param perTenantMax how many of them may be one tenant's */
    public Followers(JournalTail tail, ActorSystem<?> system, Executor threads, int watchersMax, int perTenantMax) {
        this.perTenantMax = perTenantMax;
        this.tail = tail;
        this.system = system;
        this.threads = threads;
        this.watchersMax = watchersMax;
    }

    /** A watcher, and what is to be done when he is gone. */
    record Watch(Follower follower, Follower.Watcher watcher, Runnable end) {}

    /** Begins to watch for a tenant; null also when that has as many watchers as one may have. */
    @Nullable Watch watch(String tenant, Object key, Place after, Reading.Source source, Supplier<Place> from) {
        synchronized (this) {
            if (isFull(tenant)) {
                return null;
            }
            watchersOf.merge(tenant, 1, Integer::sum);
        }
        AtomicBoolean left = new AtomicBoolean();
        Runnable leave = () -> {
            if (left.compareAndSet(false, true)) {
                leave(tenant);
            }
        };
        Watch watch;
        try {
            watch = watch(key, after, source, from);
        } catch (RuntimeException e) {
            leave.run();
            throw e;
        }
        if (watch == null) {
            leave.run();
            return null;
        }
        Runnable end = watch.end();
        return new Watch(watch.follower(), watch.watcher(), () -> {
            leave.run();
            end.run();
        });
    }

    private synchronized void leave(String tenant) {
        watchersOf.computeIfPresent(tenant, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Whether one of this tenant who comes now is turned away. */
    synchronized boolean isFull(String tenant) {
        return isFull() || watchersOf.getOrDefault(tenant, 0) >= perTenantMax;
    }

    /**
     * Begins to watch.
     *
     * @param key what is watched: an {@link ExecutionKey}, or a {@link WorkflowTopic}
     * @param from where a follower begins that is not there yet
     * @return null when there are too many
     */
    @Nullable Watch watch(Object key, Place after, Reading.Source source, Supplier<Place> from) {
        synchronized (this) {
            if (watchers >= watchersMax || closed) {
                return null;
            }
            watchers++;
        }
        try {
            while (true) {
                Follower follower = follower(key, source, from);
                synchronized (this) {
                    // Its last watcher may have left since, and nobody would ever ring it again.
                    if (followers.get(key) == follower) {
                        Follower.Watcher watcher = follower.watch(after);
                        return new Watch(follower, watcher, new End(key, follower, watcher));
                    }
                }
            }
        } catch (RuntimeException e) {
            synchronized (this) {
                watchers--;
            }
            throw e;
        }
    }

    private Follower follower(Object key, Reading.Source source, Supplier<Place> from) {
        synchronized (this) {
            Follower there = followers.get(key);
            if (there != null) {
                return there;
            }
        }
        Follower made = new Follower(source, from.get(), threads, readersOfTheirOwn);
        synchronized (this) {
            Follower there = followers.putIfAbsent(key, made);
            if (there != null) {
                return there;
            }
            if (!looks) {
                looks = true;
                threads.execute(this::look);
            } else if (position != null) {
                // What is committed from now on is told; what was, is read.
                made.ring();
            }
        }
        return made;
    }

    private final class End implements Runnable {
        private final Object key;
        private final Follower follower;
        private final Follower.Watcher watcher;
        private boolean ended;

        End(Object key, Follower follower, Follower.Watcher watcher) {
            this.key = key;
            this.follower = follower;
            this.watcher = watcher;
        }

        @Override
        public void run() {
            synchronized (Followers.this) {
                if (ended) {
                    return;
                }
                ended = true;
                watchers--;
                if (follower.leave(watcher)) {
                    followers.remove(key, follower);
                }
            }
            watcher.close();
        }
    }

    /** How many watch. */
    public synchronized int watchers() {
        return watchers;
    }

    /** Whether one who comes now is turned away. */
    synchronized boolean isFull() {
        return watchers >= watchersMax || closed;
    }

    public int watchersMax() {
        return watchersMax;
    }

    /** How many different things are watched. */
    public synchronized int followed() {
        return followers.size();
    }

    private void look() {
        Duration pause = PAUSE;
        try {
            Position from = position;
            if (from == null) {
                begin();
            } else {
                boolean more = tell(tail.news(from, ROWS_AT_A_TIME));
                more |= tellOfWorkflows();
                pause = more ? Duration.ZERO : PAUSE;
            }
        } catch (RuntimeException e) {
            LOG.warn("the journal could not be followed, and will be again", e);
            pause = PAUSE_AFTER_FAILURE;
        }
        lookAgain(pause);
    }

    /** From a place behind all that is there; what is there, each reads who follows. */
    private void begin() {
        Position end = tail.end();
        List<Follower> all;
        synchronized (this) {
            position = end;
            all = List.copyOf(followers.values());
        }
        all.forEach(Follower::ring);
    }

    private boolean tell(News news) {
        synchronized (this) {
            position = news.next();
            followers.forEach((key, follower) -> {
                if (key instanceof ExecutionKey && (news.executions().contains(key) || follower.hasFailed())) {
                    follower.ring();
                }
            });
        }
        return news.more();
    }

    /** One question for all workflows, too: which have new steps. */
    private boolean tellOfWorkflows() {
        Position since;
        synchronized (this) {
            if (followers.keySet().stream().noneMatch(WorkflowTopic.class::isInstance)) {
                listed = null;
                return false;
            }
            since = listed;
        }
        if (since == null) {
            Position from = tail.listed();
            synchronized (this) {
                listed = from;
                // What is there, each reads who follows.
                ofWorkflows((topic, follower) -> follower.ring());
            }
            return false;
        }
        Listed news = tail.listedSince(since, ROWS_AT_A_TIME);
        Set<WorkflowTopic> topics =
                news.owners().stream().flatMap(WorkflowTopic::of).collect(Collectors.toUnmodifiableSet());
        synchronized (this) {
            listed = news.next();
            ofWorkflows((topic, follower) -> {
                if (topics.contains(topic) || !follower.passOver(since, news.next())) {
                    follower.ring();
                }
            });
        }
        return news.more();
    }

    private void ofWorkflows(BiConsumer<WorkflowTopic, Follower> action) {
        followers.forEach((key, follower) -> {
            if (key instanceof WorkflowTopic topic) {
                action.accept(topic, follower);
            }
        });
    }

    private synchronized void lookAgain(Duration pause) {
        if (followers.isEmpty() || closed) {
            looks = false;
            position = null;
            listed = null;
        } else {
            nextLook = system.scheduler()
                    .scheduleOnce(pause, () -> threads.execute(this::look), system.executionContext());
        }
    }

    /** Nobody can begin to watch any more, and the journal is left alone. */
    @Override
    public synchronized void close() {
        closed = true;
        if (nextLook != null) {
            nextLook.cancel();
        }
    }
}
