package dev.capocomico.engine;

import dev.capocomico.model.definition.Priority;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the attempts of agents in this JVM, each on a virtual thread of its own, so many at once and no more. What waits is taken
 * by priority, and in the order of its coming within one; nothing is passed over for ever ({@link Line}). Memory only: what is lost
 * with the JVM is owed by the executions still.
 *
 * <p>A job that is to run alone waits at its place until nothing runs, and holds up everything behind it until it is over.
 *
 * <p>So many jobs wait and no more. Who is refused for that may say {@link #whenRoom}: those who have said so are invited one by
 * one when jobs leave, by the same order, and nobody who comes later gets in before them.
 *
 * <p>Thread-safe; no method waits.
 */
public final class LocalPool implements AutoCloseable {
    private final int sizeMax;
    private final int queueSizeMax;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Line<Job> waiting = new Line<>();
    private final Line<Runnable> outside = new Line<>();
    private final Set<Job> running = new HashSet<>();
    private boolean aloneRuns;
    private boolean closed;

    public LocalPool(int sizeMax, int queueSizeMax) {
        this(sizeMax, queueSizeMax, System::nanoTime);
    }

    LocalPool(int sizeMax, int queueSizeMax, LongSupplier nanoClock) {
        if (sizeMax < 1 || queueSizeMax < 0) {
            throw new IllegalArgumentException("a pool has at least one thread, and no fewer than no places to wait");
        }
        this.sizeMax = sizeMax;
        this.queueSizeMax = queueSizeMax;
        this.nanoClock = nanoClock;
    }

    /** Takes a job, now or later; empty when too many wait already, or the pool is closed. */
    Optional<Job> submit(Priority priority, boolean alone, Runnable work) {
        return submit(priority, alone, work, false);
    }

    /** @param invited whether the pool has said that there is room; who was not stands behind those who wait for that */
    Optional<Job> submit(Priority priority, boolean alone, Runnable work, boolean invited) {
        Job job = new Job(alone, work);
        lock.lock();
        try {
            if (closed || !roomFor(job) || (!invited && !outside.isEmpty())) {
                return Optional.empty();
            }
            if (waiting.isEmpty() && fits(job)) {
                start(job);
            } else {
                waiting.add(priority, nanoClock.getAsLong(), job);
                startWhatFits();
            }
        } finally {
            lock.unlock();
        }
        return Optional.of(job);
    }

    /**
     * Asks for one invitation. It may come at once, and may turn out to be too late: then it is to be asked for again.
     *
     * @param invitation called once, on any thread; must not wait
     */
    void whenRoom(Priority priority, Runnable invitation) {
        lock.lock();
        try {
            outside.add(priority, nanoClock.getAsLong(), invitation);
            boolean room = waiting.size() < queueSizeMax || (!aloneRuns && running.size() < sizeMax);
            invite(room ? 1 : 0);
        } finally {
            lock.unlock();
        }
    }

    /** Who does not want to come any more. */
    void withdraw(Runnable invitation) {
        lock.lock();
        try {
            outside.remove(invitation);
        } finally {
            lock.unlock();
        }
    }

    int runningCount() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts what runs, forgets what waits, and takes nothing more. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            outside.clear();
            running.forEach(Job::interrupt);
        } finally {
            lock.unlock();
        }
    }

    private boolean roomFor(Job job) {
        return waiting.size() < queueSizeMax || (waiting.isEmpty() && fits(job));
    }

    private boolean fits(Job job) {
        return !aloneRuns && (job.alone ? running.isEmpty() : running.size() < sizeMax);
    }

    private void start(Job job) {
        running.add(job);
        aloneRuns = job.alone;
        job.start();
    }

    private int startWhatFits() {
        int started = 0;
        for (Job job = waiting.peek(); job != null && fits(job); job = waiting.peek()) {
            waiting.poll();
            start(job);
            started++;
        }
        return started;
    }

    private void invite(int count) {
        for (int i = 0; i < count && !closed; i++) {
            Runnable first = outside.poll();
            if (first == null) {
                return;
            }
            first.run();
        }
    }

    private void ended(Job job) {
        lock.lock();
        try {
            running.remove(job);
            // If one ran alone, it was this one.
            aloneRuns = false;
            invite(Math.max(1, startWhatFits()));
        } finally {
            lock.unlock();
        }
    }

    /** A job in the pool. */
    final class Job {
        private final boolean alone;
        private final Runnable work;
        private volatile @Nullable Thread thread;

        private Job(boolean alone, Runnable work) {
            this.alone = alone;
            this.work = work;
        }

        boolean started() {
            return thread != null;
        }

        /** True when it will not begin any more; false when it had begun, and was interrupted, or is over. */
        boolean cancel() {
            lock.lock();
            try {
                if (waiting.remove(this)) {
                    invite(1 + startWhatFits());
                    return true;
                }
                interrupt();
                return false;
            } finally {
                lock.unlock();
            }
        }

        private void start() {
            thread = Thread.ofVirtual().name("agent").start(this::run);
        }

        private void run() {
            try {
                work.run();
            } finally {
                ended(this);
            }
        }

        private void interrupt() {
            Thread mine = thread;
            if (mine != null && running.contains(this)) {
                mine.interrupt();
            }
        }
    }
}
