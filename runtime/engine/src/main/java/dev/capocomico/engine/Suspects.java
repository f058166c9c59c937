package dev.capocomico.engine;

/**
 * How many suspects run together on a node.
 *
 * <p>When a node dies, nobody knows which of its attempts took it down. Those that an agent had, and that were lost once before, are the
 * suspects of this crash. They run again, but fewer of them at a time: each further loss allows at most half as many together as the one
 * before, and few enough that a target which has used up all losses but one runs alone. So whatever takes its node down is alone when it
 * does so for the last time, and what was lost with it until then has ended in between.
 *
 * <p>In a pool of 16 places that is 8, 4, 2 and 1 from the second loss to the fifth; of 64 places it is 22, 8, 2 and 1.
 */
final class Suspects {
    /** For what is no suspect: as many as the pool has places. */
    static final int ANY_NUMBER = Integer.MAX_VALUE;

    /** The first loss says nothing: most of what was dispatched on a node that died had only stood in line. */
    private static final int LOSSES_OF_SUSPECTS = 2;

    private Suspects() {}

    /**
     * With how many of its kind, itself included, an attempt may run.
     *
     * @param places of the pool
     * @param losses of its target so far
     * @param lossesMax how often a lost attempt is made again
     */
    static int together(int places, int losses, int lossesMax) {
        if (losses < LOSSES_OF_SUSPECTS) {
            return ANY_NUMBER;
        }
        int losesLeft = lossesMax - losses;
        if (losesLeft <= 0) {
            return 1;
        }
        int halved = losses > 31 ? 1 : places >> (losses - 1);
        // The same factor at each loss, so that it comes to one with the last.
        double even = Math.pow(places, losesLeft / (lossesMax - 1.0));
        return Math.max(1, Math.min(halved, (int) Math.round(even - 0.499)));
    }
}
