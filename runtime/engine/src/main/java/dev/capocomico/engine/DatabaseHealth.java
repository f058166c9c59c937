package dev.capocomico.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether the database of a node answers. Whoever fails to write or to read says so here; then the database is asked, once a
 * second and by nobody else, until it answers. Meanwhile those who need it wait for this instead of trying themselves, and who asks
 * something of them is refused at once.
 *
 * <p>Also the one that writes about it into the log: when the database is lost, once a minute while it is, and when it is back. Thread-safe.
 */
public final class DatabaseHealth {
    private static final Duration PING_PAUSE = Duration.ofSeconds(1);
    private static final Duration WORD_PAUSE = Duration.ofMinutes(1);
    private static final int LOSSES_LOGGED_MAX = 100;
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseHealth.class);

    /** Asks the database. */
    @FunctionalInterface
    public interface Ping {
        /** Returns when it has answered, and fails when it has not within a few seconds. */
        void ping() throws Exception;
    }

    /** An outage that goes on. */
    public record Lost(Instant since, String reason) {}

    private final Ping ping;
    private final Executor waiting;
    private final InstantSource clock;
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong lostSteps = new AtomicLong();
    private volatile @Nullable Lost lost;
    /** When something was said last, by a clock that nobody sets; null at first. */
    private volatile @Nullable Long lastWordNanos;

    /** @param waiting threads that may wait for the database */
    public DatabaseHealth(Ping ping, Executor waiting, InstantSource clock) {
        this.ping = ping;
        this.waiting = waiting;
        this.clock = clock;
    }

    /** Since when the database is away, as far as anybody has noticed; empty when it answers. Cheap. */
    public Optional<Lost> lost() {
        return Optional.ofNullable(lost);
    }

    /** How many executions have noticed, since this node began, that the database has fewer of their steps than it had acknowledged. */
    public long executionsThatLostSteps() {
        return lostSteps.get();
    }

    /** The database came back with less than it had acknowledged. Each execution that notices says so, once; the log must not be flooded. */
    void hasLostSteps(String what) {
        if (lostSteps.incrementAndGet() <= LOSSES_LOGGED_MAX) {
            LOG.error("{}. Was an old backup restored, or has a disk lost writes?", what);
        }
    }

    boolean isLost() {
        return lost != null;
    }

    /** Whether it is being asked, so that nobody should rely on it before there is an answer. */
    boolean isInDoubt() {
        return asking.get();
    }

    /** Something could not be written or read: because the database is away, or for another reason. */
    void doubt(String what) {
        failures.incrementAndGet();
        if (asking.compareAndSet(false, true)) {
            try {
                waiting.execute(() -> askUntilItAnswers(what));
            } catch (RejectedExecutionException e) {
                asking.set(false); // the node stops
            }
        }
    }

    /** Asks it though nobody needs it: whoever rests would not notice that it is away, or has come back with less than it had. */
    void lookSoon() {
        if (asking.get()) {
            return;
        }
        try {
            waiting.execute(() -> {
                try {
                    ping.ping();
                } catch (Exception e) {
                    doubt("a look at the database failed: " + e.getMessage());
                }
            });
        } catch (RejectedExecutionException e) {
            // the node stops
        }
    }

    private void askUntilItAnswers(String what) {
        try {
            while (!answers(what)) {
                TimeUnit.NANOSECONDS.sleep(PING_PAUSE.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the node stops
        } finally {
            asking.set(false);
        }
    }

    private boolean answers(String what) {
        Lost before = lost;
        try {
            ping.ping();
        } catch (Exception e) {
            stillLost(before, what, e);
            return false;
        }
        lost = null;
        if (before != null) {
            LOG.warn("the database is back after {}", Duration.between(before.since(), clock.instant()));
        } else if (mayBeSaid()) {
            LOG.warn(
                    "{}; the database answers. So it went {} times in the last minute or more",
                    what,
                    failures.getAndSet(0));
        }
        return true;
    }

    private void stillLost(@Nullable Lost before, String what, Exception reason) {
        if (before == null) {
            lost = new Lost(clock.instant(), String.valueOf(reason.getMessage()));
            lastWordNanos = System.nanoTime();
            LOG.warn(
                    "the database is lost: {}. Executions wait for it, and commands are refused meanwhile. First seen: {}",
                    reason.getMessage(),
                    what);
        } else if (mayBeSaid()) {
            LOG.warn(
                    "the database is lost since {}; {} writes and reads have failed: {}",
                    before.since(),
                    failures.get(),
                    reason.getMessage());
        }
    }

    private boolean mayBeSaid() {
        long now = System.nanoTime();
        Long last = lastWordNanos;
        if (last != null && now - last < WORD_PAUSE.toNanos()) {
            return false;
        }
        lastWordNanos = now;
        return true;
    }
}
