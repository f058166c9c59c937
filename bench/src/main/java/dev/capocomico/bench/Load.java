package dev.capocomico.bench;

import java.util.Locale;

/** What can be measured of a node. */
public enum Load {
    CHAIN(10_000, 64),
    FANOUT(2_000, 8),
    SAGA(5_000, 64);

    private final int count;
    private final int inFlight;

    Load(int count, int inFlight) {
        this.count = count;
        this.inFlight = inFlight;
    }

    /** Executions of a round, unless somebody says otherwise. */
    public int count() {
        return count;
    }

    /** How many of them at once, unless somebody says otherwise. */
    public int inFlight() {
        return inFlight;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    Workload workload() {
        return switch (this) {
            case CHAIN -> new ChainWorkload();
            case FANOUT -> new FanOutWorkload();
            case SAGA -> new SagaWorkload();
        };
    }
}
