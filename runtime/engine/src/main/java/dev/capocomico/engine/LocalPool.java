package dev.capocomico.engine;

import dev.capocomico.model.definition.Priority;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the attempts of agents in this JVM, each on a virtual thread of its own, so many at once and no more. Tenants take turns
 * ({@link PoolShares}). What waits of one tenant is taken by priority, and in the order of its coming within one; nothing is passed over
 * for ever ({@link Line}). Memory only: what is lost with the JVM is owed by the executions still.
 *
 * <p>Suspects say how many of them may run together ({@link Suspects}). One for which there are too many waits, with those of its kind
 * behind it, and lets everybody else pass. One that is to run alone waits at its place until nothing runs, and holds up everything behind
 * it until it is over, whichever tenant's.
 *
 * <p>So many jobs of a tenant wait and no more. Who is refused for that may say {@link #whenRoom}: those who have said so are invited
 * one by one when jobs of the tenant leave, by the same order, and nobody of the tenant who comes later gets in before them.
 *
 * <p>Thread-safe; no method waits.
 */
public final class LocalPool implements AutoCloseable {
    private final int sizeMax;
    private final int queueSizeMax;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final PoolShares shares = new PoolShares();
    private final Set<Job> running = new HashSet<>();
    private volatile BooleanSupplier permitted = () -> true;
    private boolean aloneRuns;
    private int suspectsRunning;
    private boolean stopping;
    private boolean closed;

    /**
     * An empty pool.
     *
     * @param sizeMax how many jobs run at once
     * @param queueSizeMax how many jobs of one tenant wait
     */
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

    /** Takes a job, now or later; empty when too many of the tenant wait already, or the pool is closed. */
    Optional<Job> submit(String tenant, Priority priority, int together, Runnable work) {
        return submit(tenant, priority, together, work, false);
    }

    /**
     * @param together how many suspects, this one included, may run at once; {@link Suspects#ANY_NUMBER} of one that is none
     * @param invited whether the pool has said that there is room; who was not stands behind those who wait for that
     */
    Optional<Job> submit(String tenant, Priority priority, int together, Runnable work, boolean invited) {
        lock.lock();
        try {
            PoolShares.Share share = shares.of(tenant);
            Job job = new Job(share, together, work);
            if (closed || !roomFor(job) || (!invited && share.hasOutside())) {
                return Optional.empty();
            }
            if (shares.nobodyWaits() && fits(job)) {
                start(job);
            } else {
                shares.add(share, priority, nanoClock.getAsLong(), job);
                startWhatFits();
            }
            return Optional.of(job);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks for one invitation. It may come at once, and may turn out to be too late: then it is to be asked for again.
     *
     * @param invitation called once, on any thread; must not wait
     */
    void whenRoom(String tenant, Priority priority, Runnable invitation) {
        lock.lock();
        try {
            PoolShares.Share share = shares.of(tenant);
            shares.addOutside(share, priority, nanoClock.getAsLong(), invitation);
            if (share.waitingCount() < queueSizeMax || (!aloneRuns && running.size() < sizeMax)) {
                call(shares.invite(share));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Who does not want to come any more. */
    void withdraw(String tenant, Runnable invitation) {
        lock.lock();
        try {
            shares.withdraw(tenant, invitation);
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

    /**
     * Nothing begins while this says no: the node may be one that another has followed. Whoever changes it to yes calls
     * {@link #lookAgain}.
     */
    public void beginOnlyWhile(BooleanSupplier permission) {
        permitted = permission;
    }

    /** What waits may begin again. */
    public void lookAgain() {
        lock.lock();
        try {
            startWhatFits();
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
            shares.clear();
            running.forEach(Job::interrupt);
        } finally {
            lock.unlock();
        }
    }

    private boolean roomFor(Job job) {
        return job.share().waitingCount() < queueSizeMax || (shares.nobodyWaits() && fits(job));
    }

    private boolean fits(Job job) {
        if (stopping || aloneRuns || !permitted.getAsBoolean()) {
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
        shares.begins(job.share());
        aloneRuns = job.isAlone();
        suspectsRunning += job.isSuspect() ? 1 : 0;
        job.start();
    }

    /** Each that begins leaves room for one of its tenant who waits outside. Returns whether any began. */
    private boolean startWhatFits() {
        boolean started = false;
        for (Job job = next(); job != null; job = next()) {
            shares.serve(job.share(), job);
            start(job);
            call(shares.invite(job.share()));
            started = true;
        }
        return started;
    }

    /** Which one begins next; null when none can. */
    private @Nullable Job next() {
        if (shares.nobodyWaits() || stopping || aloneRuns || running.size() >= sizeMax || !permitted.getAsBoolean()) {
            return null;
        }
        int part = shares.part(sizeMax);
        Job ofOneWithItsPart = null;
        for (PoolShares.Share share : shares.inTurn()) {
            boolean hasItsPart = shares.hasItsPart(share, part);
            Job job = hasItsPart && ofOneWithItsPart != null ? null : nextOf(share);
            if (job != null && !hasItsPart) {
                return fits(job) ? job : null;
            }
            ofOneWithItsPart = ofOneWithItsPart == null ? job : ofOneWithItsPart;
        }
        return ofOneWithItsPart != null && fits(ofOneWithItsPart) ? ofOneWithItsPart : null;
    }

    /** Which one of a tenant begins next, or holds up everybody until it can; null when there are too many of its kind. */
    private @Nullable Job nextOf(PoolShares.Share share) {
        Job suspect = share.suspect();
        if (suspect != null && (suspect.isAlone() || fits(suspect))) {
            return suspect;
        }
        return share.usual();
    }

    private void call(@Nullable Runnable invitation) {
        if (invitation != null && !closed) {
            invitation.run();
        }
    }

    private void ended(Job job) {
        lock.lock();
        try {
            running.remove(job);
            suspectsRunning -= job.isSuspect() ? 1 : 0;
            // If one ran alone, it was this one.
            aloneRuns = false;
            shares.ended(job.share());
            if (!startWhatFits()) {
                call(shares.inviteAny());
            }
            if (running.isEmpty()) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A job in the pool. */
    final class Job {
        private final PoolShares.Share share;
        private final int together;
        private final Runnable work;
        private volatile @Nullable Thread thread;

        private Job(PoolShares.Share share, int together, Runnable work) {
            this.share = share;
            this.together = together;
            this.work = work;
        }

        PoolShares.Share share() {
            return share;
        }

        boolean isSuspect() {
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
                if (shares.withdraw(this)) {
                    call(shares.invite(share));
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
            Thread mine = thread;
            if (mine != null && running.contains(this)) {
                mine.interrupt();
            }
        }
    }
}
