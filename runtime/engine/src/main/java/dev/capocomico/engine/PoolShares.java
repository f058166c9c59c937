package dev.capocomico.engine;

import dev.capocomico.model.definition.Priority;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each tenant has in a {@link LocalPool}, and whose turn it is. Tenants whose jobs wait take turns, one job a turn, so a thousand
 * jobs of one tenant delay another's next by one. Jobs differ in length, and turns alone would leave most places to whoever has the
 * longest: a tenant that has its equal part of the places lets those go first that have not.
 *
 * <p>Guarded by the lock of the pool. With one tenant all of it comes to the order of that tenant's lines.
 */
final class PoolShares {
    /** So many tenants without a job are remembered, so that a tenant with one job at a time does not cost new lines for each. */
    private static final int IDLE_MAX = 100;

    /** One tenant's part of the pool. Levels of priority order a tenant's own jobs. */
    static final class Share {
        private final String tenant;
        private final Line<LocalPool.Job> waiting = new Line<>();
        private final Line<LocalPool.Job> suspects = new Line<>();
        private final Line<Runnable> outside = new Line<>();
        private int running;
        private boolean present;

        private Share(String tenant) {
            this.tenant = tenant;
        }

        int waitingCount() {
            return waiting.size() + suspects.size();
        }

        boolean hasOutside() {
            return !outside.isEmpty();
        }

        /** The first suspect, if it comes before all other jobs of the tenant. */
        LocalPool.@Nullable Job suspect() {
            return suspects.isBefore(waiting) ? suspects.peek() : null;
        }

        /** The first of those that are no suspects. */
        LocalPool.@Nullable Job usual() {
            return waiting.peek();
        }

        private Line<LocalPool.Job> lineOf(LocalPool.Job job) {
            return job.isSuspect() ? suspects : waiting;
        }
    }

    private final Map<String, Share> byTenant = new HashMap<>();
    /** Those with jobs that wait, each once. */
    private final Deque<Share> turns = new ArrayDeque<>();
    /** Those with somebody outside, each once. */
    private final Deque<Share> doors = new ArrayDeque<>();

    private int present;

    Share of(String tenant) {
        return byTenant.computeIfAbsent(tenant, Share::new);
    }

    boolean nobodyWaits() {
        return turns.isEmpty();
    }

    /** In turn; those that made nothing of their turn stay at the front. */
    Iterable<Share> inTurn() {
        return turns;
    }

    /** How many of the places each tenant has, when all that are there have as many. */
    int part(int places) {
        return present <= 1 ? places : Math.max(1, places / present);
    }

    boolean hasItsPart(Share share, int part) {
        return share.running >= part;
    }

    // --- Jobs

    void add(Share share, Priority priority, long sinceNanos, LocalPool.Job job) {
        if (share.waitingCount() == 0) {
            turns.addLast(share);
        }
        share.lineOf(job).add(priority, sinceNanos, job);
        comes(share);
    }

    /** Takes the first job out of the line in which this one is the first: the share has had its turn. */
    void serve(Share share, LocalPool.Job first) {
        share.lineOf(first).poll();
        turns.remove(share); // the first, nearly always
        if (share.waitingCount() > 0) {
            turns.addLast(share);
        }
    }

    /** Whether it waited. */
    boolean withdraw(LocalPool.Job job) {
        Share share = job.share();
        if (!share.lineOf(job).remove(job)) {
            return false;
        }
        if (share.waitingCount() == 0) {
            turns.remove(share);
            goes(share);
        }
        return true;
    }

    void begins(Share share) {
        share.running++;
        comes(share);
    }

    void ended(Share share) {
        share.running--;
        goes(share);
    }

    // --- Those who wait for an invitation

    void addOutside(Share share, Priority priority, long sinceNanos, Runnable invitation) {
        if (!share.hasOutside()) {
            doors.addLast(share);
        }
        share.outside.add(priority, sinceNanos, invitation);
    }

    void withdraw(String tenant, Runnable invitation) {
        Share share = byTenant.get(tenant);
        if (share != null && share.outside.remove(invitation)) {
            closeIfNobodyWaits(share);
        }
    }

    /** The next one of a tenant; null when nobody is outside. */
    @Nullable Runnable invite(Share share) {
        Runnable first = share.outside.poll();
        if (first != null) {
            closeIfNobodyWaits(share);
        }
        return first;
    }

    /** The next one of any tenant, in turn. */
    @Nullable Runnable inviteAny() {
        Share share = doors.pollFirst();
        if (share == null) {
            return null;
        }
        doors.addLast(share);
        return invite(share);
    }

    void clear() {
        byTenant.values().forEach(share -> {
            share.waiting.clear();
            share.suspects.clear();
            share.outside.clear();
        });
        turns.clear();
        doors.clear();
    }

    private void closeIfNobodyWaits(Share share) {
        if (!share.hasOutside()) {
            doors.remove(share);
            forgetIfIdle(share);
        }
    }

    private void comes(Share share) {
        if (!share.present) {
            share.present = true;
            present++;
        }
    }

    private void goes(Share share) {
        if (share.present && share.running == 0 && share.waitingCount() == 0) {
            share.present = false;
            present--;
            forgetIfIdle(share);
        }
    }

    private void forgetIfIdle(Share share) {
        if (byTenant.size() > IDLE_MAX && !share.present && !share.hasOutside()) {
            byTenant.remove(share.tenant);
        }
    }
}
