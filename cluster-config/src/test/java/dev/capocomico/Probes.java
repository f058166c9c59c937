package dev.capocomico;

import dev.capocomico.engine.probe.Probe;
import java.time.Duration;
import java.time.InstantSource;

/** Lets tests of other packages stand between two steps of the engine. */
public final class Probes {
    private Probes() {}

    public static CapocomicoBuilder attach(CapocomicoBuilder builder, Probe probe) {
        return builder.probe(probe);
    }

    /** Instead of after hundreds of steps. */
    public static CapocomicoBuilder checkpointEvery(CapocomicoBuilder builder, int steps) {
        return builder.checkpointEvery(steps);
    }

    /** Instead of after minutes: executions leave memory, and parents that were not told look for their children. */
    public static CapocomicoBuilder hurry(CapocomicoBuilder builder, Duration parkAfter, Duration childAskAgain) {
        return builder.parkAfter(parkAfter).childAskAgain(childAskAgain);
    }

    /** Instead of the machine's. */
    public static CapocomicoBuilder clock(CapocomicoBuilder builder, InstantSource clock) {
        return builder.clock(clock);
    }
}
