package dev.capocomico.chaos;

import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.engine.probe.Probe;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often the engine comes by each crash point, and at one of these times lets the JVM end as {@code kill -9} does. */
final class CrashPointVisits implements Probe {
    private final Map<CrashPoint, AtomicInteger> visits = new EnumMap<>(CrashPoint.class);
    private final String fatalPoint;
    private final int fatalVisit;

    /**
     * Counts, and ends the JVM at one visit.
     *
     * @param fatal {@code POINT:n}, the n-th visit of that point is the last; empty for none
     */
    CrashPointVisits(String fatal) {
        for (CrashPoint point : CrashPoint.values()) {
            visits.put(point, new AtomicInteger());
        }
        int colon = fatal.indexOf(':');
        fatalPoint = colon < 0 ? "" : fatal.substring(0, colon);
        fatalVisit = colon < 0 ? 0 : Integer.parseInt(fatal.substring(colon + 1));
    }

    @Override
    public void at(CrashPoint point) {
        int visit = visits.get(point).incrementAndGet();
        if (visit == fatalVisit && point.name().equals(fatalPoint)) {
            Runtime.getRuntime().halt(ChaosNode.HALTED);
        }
    }

    Map<CrashPoint, Integer> counts() {
        Map<CrashPoint, Integer> counts = new EnumMap<>(CrashPoint.class);
        visits.forEach((point, count) -> counts.put(point, count.get()));
        return counts;
    }
}
