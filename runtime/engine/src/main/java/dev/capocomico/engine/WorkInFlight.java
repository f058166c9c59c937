package dev.capocomico.engine;

import dev.capocomico.model.execution.ExecutionKey;
import java.util.HashMap;
import java.util.Map;

/**
 * Which executions have work in flight on this node, or are about to begin. Each takes one place, even if it is begun twice at the same
 * time, or begun again while it works: so what is counted is executions, and a bound on them holds exactly. Thread-safe.
 */
final class WorkInFlight {
    private final Map<ExecutionKey, Place> places = new HashMap<>();
    private final Map<String, Integer> byTenant = new HashMap<>();

    /** Why one execution counts. */
    private static final class Place {
        private boolean works;
        private int entering;
    }

    /**
     * Takes a place for an execution that is about to be begun, unless there is none. It is kept until {@link #entered}, and after that
     * for as long as the execution works.
     */
    synchronized Executions.Entry enter(ExecutionKey key, int max, int perTenantMax) {
        Executions.Entry entry = room(key, max, perTenantMax);
        if (entry == Executions.Entry.ENTERED) {
            place(key).entering++;
        }
        return entry;
    }

    /** What would come of {@link #enter}. */
    synchronized Executions.Entry room(ExecutionKey key, int max, int perTenantMax) {
        if (places.containsKey(key)) {
            return Executions.Entry.ENTERED;
        }
        if (places.size() >= max) {
            return Executions.Entry.FULL;
        }
        return count(key.tenant()) >= perTenantMax ? Executions.Entry.FULL_FOR_TENANT : Executions.Entry.ENTERED;
    }

    /** It has begun, and is counted by itself, or it has not. To be called once for each place that was taken. */
    synchronized void entered(ExecutionKey key) {
        Place place = places.get(key);
        if (place == null || place.entering == 0) {
            throw new IllegalStateException("nobody has entered for execution " + key);
        }
        place.entering--;
        freeIfNobodyNeedsIt(key, place);
    }

    synchronized void works(ExecutionKey key) {
        place(key).works = true;
    }

    /** It has ended, waits for something outside, or leaves this node. */
    synchronized void rests(ExecutionKey key) {
        Place place = places.get(key);
        if (place != null) {
            place.works = false;
            freeIfNobodyNeedsIt(key, place);
        }
    }

    synchronized int count() {
        return places.size();
    }

    synchronized int count(String tenant) {
        return byTenant.getOrDefault(tenant, 0);
    }

    private Place place(ExecutionKey key) {
        Place there = places.get(key);
        if (there != null) {
            return there;
        }
        Place place = new Place();
        places.put(key, place);
        byTenant.merge(key.tenant(), 1, Integer::sum);
        return place;
    }

    private void freeIfNobodyNeedsIt(ExecutionKey key, Place place) {
        if (!place.works && place.entering == 0) {
            places.remove(key);
            byTenant.computeIfPresent(key.tenant(), (tenant, count) -> count == 1 ? null : count - 1);
        }
    }
}
