package dev.capocomico.chaos;

import java.util.SplittableRandom;

/**
 * What is killed, and when.
 *
 * @param whileStarting whether the moment is counted from the start of the node's process, and not from when it is ready
 * @param outageMillis how long the database stays away, where the node lives on
 */
record Strike(Victim victim, boolean whileStarting, int afterMillis, int outageMillis) {
    private static final int START_MILLIS_MAX = 4_000;
    private static final int LIFE_MILLIS_MAX = 1_800;
    private static final int OUTAGE_MILLIS_MAX = 1_500;

    enum Victim {
        NODE(true, false),
        /** Is told to stop, as in a deployment, and does so in order. */
        NODE_IN_ORDER(true, false),
        /** The process that watches over the others; they end when they notice. */
        SERVER(false, true),
        SERVER_WITH_ALL_PROCESSES(false, true),
        BOTH(true, true);

        final boolean node;
        final boolean server;

        Victim(boolean node, boolean server) {
            this.node = node;
            this.server = server;
        }
    }

    static Strike random(Victim victim, SplittableRandom random) {
        boolean whileStarting = victim.node && random.nextInt(4) == 0;
        return new Strike(
                victim,
                whileStarting,
                random.nextInt(whileStarting ? START_MILLIS_MAX : LIFE_MILLIS_MAX),
                random.nextInt(OUTAGE_MILLIS_MAX));
    }
}
