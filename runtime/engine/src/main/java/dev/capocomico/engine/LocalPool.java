package dev.capocomico.engine;

import dev.capocomico.model.definition.Priority;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the attempts of agents in this JVM, each on a virtual thread of its own, so many at once and no more. What waits is taken
 * by priority, and in the order of its coming within one; nothing is passed over for ever ({@link Line}). Memory only: what is lost
 * with the JVM is owed by the executions still.
 *
 * <p>Suspects say how many of them may run together ({@link Suspects}). One for which there are too many waits, with those of its kind
 * behind it, and lets everybody else pass. One that is to run alone waits at its place until nothing runs, and holds up everything behind
 * it until it is over.
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
    private final Condition idle = lock.newCondition();
    private final Line<Job> waiting = new Line<>();
    private final Line<Job> suspects = new Line<>();
    private final Line<Runnable> outside = new Line<>();
    private final Set<Job> running = new HashSet<>();
    private boolean aloneRuns;
    private int suspectsRunning;
    private boolean stopping;
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
    Optional<Job> submit(Priority priority, int together, Runnable work) {
        return submit(priority, together, work, false);
    }

    /**
     * @param together how many suspects, this one included, may run at once; {@link Suspects#ANY_NUMBER} of one that is none
     * @param invited whether the pool has said that there is room; who was not stands behind those who wait for that
     */
    Optional<Job> submit(Priority priority, int together, Runnable work, boolean invited) {
        Job job = new Job(together, work);
        lock.lock();
        try {
            if (closed || !roomFor(job) || (!invited && !outside.isEmpty())) {
                return Optional.empty();
            }
            if (nobodyWaits() && fits(job)) {
                start(job);
            } else {
                (job.isSuspect() ? suspects : waiting).add(priority, nanoClock.getAsLong(), job);
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
            boolean room = waitingCount() < queueSizeMax || (!aloneRuns && running.size() < sizeMax);
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

    int places() {
        return sizeMax;
    }

    int runningCount() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /** What waits goes on waiting, for ever; what runs may end. */
    public void grantNothingMore() {
        lock.lock();
        try {
            stopping = true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing runs, but no longer than that; returns whether it came to it. */
    public boolean awaitIdle(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (!running.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = idle.awaitNanos(left);
            }
            return true;
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
            suspects.clear();
            outside.clear();
            running.forEach(Job::interrupt);
        } finally {
            lock.unlock();
        }
    }

    private boolean roomFor(Job job) {
        return waitingCount() < queueSizeMax || (nobodyWaits() && fits(job));
    }

    private boolean nobodyWaits() {
        return waiting.isEmpty() && suspects.isEmpty();
    }

    private int waitingCount() {
        return waiting.size() + suspects.size();
    }

    private boolean fits(Job job) {
        if (stopping || aloneRuns) {
            return false;
        }
        if (job.isAlone()) {
            return running.isEmpty();
        }
        return running.size() < sizeMax && (!job.isSuspect() || suspectsRunning < fewest(job.together));
    }

    /** All suspects that run agree with their number. */
    private int fewest(int together) {
        int fewest = together;
        if (suspectsRunning > 0) {
            for (Job one : running) {
                fewest = Math.min(fewest, one.together);
            }
        }
        return fewest;
    }

    private void start(Job job) {
        running.add(job);
        aloneRuns = job.isAlone();
        suspectsRunning += job.isSuspect() ? 1 : 0;
        job.start();
    }

    private int startWhatFits() {
        int started = 0;
        for (Line<Job> line = lineOfNext(); line != null; line = lineOfNext()) {
            Job job = line.poll();
            if (job != null) {
                start(job);
                started++;
            }
        }
        return started;
    }

    /** Where the one stands that begins next; null when nobody can. */
    private @Nullable Line<Job> lineOfNext() {
        Job suspect = suspects.isBefore(waiting) ? suspects.peek() : null;
        if (suspect != null && fits(suspect)) {
            return suspects;
        }
        if (suspect != null && suspect.isAlone()) {
            return null;
        }
        Job other = waiting.peek();
        return other != null && fits(other) ? waiting : null;
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
            suspectsRunning -= job.isSuspect() ? 1 : 0;
            // If one ran alone, it was this one.
            aloneRuns = false;
            invite(Math.max(1, startWhatFits()));
            if (running.isEmpty()) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A job in the pool. */
    final class Job {
        private final int together;
        private final Runnable work;
        private volatile @Nullable Thread thread;

        private Job(int together, Runnable work) {
            this.together = together;
            this.work = work;
        }

        private boolean isSuspect() {
            return together != Suspects.ANY_NUMBER;
        }

        private boolean isAlone() {
            return together <= 1;
        }

        boolean started() {
            return thread != null;
        }

        /** True when it will not begin any more; false when it had begun, and was interrupted, or is over. */
        boolean cancel() {
            lock.lock();
            try {
                if (waiting.remove(this) || suspects.remove(this)) {
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
