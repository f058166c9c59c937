package dev.capocomico.engine;

import dev.capocomico.model.definition.Priority;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs the attempts of agents in this JVM, each on a virtual thread of its own, so many at once and no more. What waits is taken
 * by priority, and in the order of its coming within one. Memory only: what is lost with the JVM is owed by the executions still.
 *
 * <p>A job that is to run alone waits at its place until nothing runs, and holds up everything behind it until it is over.
 *
 * <p>Thread-safe; no method waits.
 */
public final class LocalPool implements AutoCloseable {
    private final int sizeMax;
    private final int queueSizeMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Priority, Deque<Job>> waiting = new EnumMap<>(Priority.class);
    private final Set<Job> running = new HashSet<>();
    private int waitingCount;
    private boolean aloneRuns;
    private boolean closed;

    public LocalPool(int sizeMax, int queueSizeMax) {
        if (sizeMax < 1 || queueSizeMax < 0) {
            throw new IllegalArgumentException("a pool has at least one thread, and no fewer than no places to wait");
        }
        this.sizeMax = sizeMax;
        this.queueSizeMax = queueSizeMax;
        for (Priority priority : Priority.values()) {
            waiting.put(priority, new ArrayDeque<>());
        }
    }

    /** Takes a job, now or later; empty when too many wait already, or the pool is closed. */
    Optional<Job> submit(Priority priority, boolean alone, Runnable work) {
        Job job = new Job(priority, alone, work);
        lock.lock();
        try {
            boolean nobodyWaits = waitingCount == 0;
            if (closed || (!(nobodyWaits && fits(job)) && waitingCount >= queueSizeMax)) {
                return Optional.empty();
            }
            queue(priority).add(job);
            waitingCount++;
            startWhatFits();
        } finally {
            lock.unlock();
        }
        return Optional.of(job);
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
            waiting.values().forEach(Deque::clear);
            waitingCount = 0;
            running.forEach(Job::interrupt);
        } finally {
            lock.unlock();
        }
    }

    private Deque<Job> queue(Priority priority) {
        return waiting.getOrDefault(priority, new ArrayDeque<>());
    }

    private boolean fits(Job job) {
        return !aloneRuns && (job.alone ? running.isEmpty() : running.size() < sizeMax);
    }

    private void startWhatFits() {
        for (Job job = first(); job != null && fits(job); job = first()) {
            queue(job.priority).poll();
            waitingCount--;
            running.add(job);
            aloneRuns = job.alone;
            job.start();
        }
    }

    private @Nullable Job first() {
        for (Deque<Job> queue : waiting.values()) {
            Job job = queue.peek();
            if (job != null) {
                return job;
            }
        }
        return null;
    }

    private void ended(Job job) {
        lock.lock();
        try {
            running.remove(job);
            aloneRuns = aloneRuns && !job.alone;
            startWhatFits();
        } finally {
            lock.unlock();
        }
    }

    /** A job in the pool. */
    final class Job {
        private final Priority priority;
        private final boolean alone;
        private final Runnable work;
        private @Nullable Thread thread;
        private volatile boolean cancelled;

        private Job(Priority priority, boolean alone, Runnable work) {
            this.priority = priority;
            this.alone = alone;
            this.work = work;
        }

        boolean started() {
            lock.lock();
            try {
                return thread != null;
            } finally {
                lock.unlock();
            }
        }

        boolean cancelled() {
            return cancelled;
        }

        /** True when it will not begin any more; false when it had begun, and was interrupted, or is over. */
        boolean cancel() {
            cancelled = true;
            lock.lock();
            try {
                if (queue(priority).remove(this)) {
                    waitingCount--;
                    startWhatFits();
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
            if (thread != null && running.contains(this)) {
                thread.interrupt();
            }
        }
    }
}
