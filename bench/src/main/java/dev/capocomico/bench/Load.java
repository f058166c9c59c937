package dev.capocomico.bench;

import java.util.Locale;

/** What can be measured of a node. */
public enum Load {
    CHAIN(10_000, 64),
    FANOUT(2_000, 8),
    SAGA(5_000, 64),
    PARKED(10_000, 64);

    private final int count;
    private final int inFlight;

    Load(int count, int inFlight) {
        this.count = count;
        this.inFlight = inFlight;
    }

    /** Executions of a round (or parked at once), unless somebody says otherwise. */
    public int count() {
        return count;
    }

    /** How many of them at once, unless somebody says otherwise. */
    public int inFlight() {
        return inFlight;
    }

    /** Fewer make no measurement: parked ones are woken in ten parts. */
    public int countMin() {
        return this == PARKED ? Bench.PARKED_PARTS : 1;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    Workload workload() {
        return switch (this) {
            case CHAIN -> new ChainWorkload();
            case FANOUT -> new FanOutWorkload();
            case SAGA -> new SagaWorkload();
            case PARKED -> new ParkedWorkload();
        };
    }
}
