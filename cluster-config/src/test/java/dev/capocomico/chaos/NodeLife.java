package dev.capocomico.chaos;

/**
 * How long a node lived, by the machine's clock, and how it ended.
 *
 * @param inOrder whether it was told to stop, and was not killed
 */
record NodeLife(long startedMicros, long endedMicros, boolean inOrder) {
    boolean holds(long micros) {
        return startedMicros <= micros && micros <= endedMicros;
    }

    NodeLife endedInOrder() {
        return new NodeLife(startedMicros, endedMicros, true);
    }
}
