package dev.capocomico.engine;

import java.time.Duration;

/**
 * Says when a snapshot of an execution is worth its price. After so many steps that it costs no more bytes than they did; and when
 * the last one is old. One is written at a time.
 */
final class Checkpoints {
    /** What a step usually takes in the journal. */
    static final int BYTES_PER_STEP = 200;

    /** When the last one is old. Fewer steps are read as fast as a snapshot is. */
    static final int STEPS_MIN_WHEN_OLD = 20;

    private final Duration interval;
    private final int stepsMin;
    private long lastStep;
    private long lastAtMillis;
    private int lastSize;
    private boolean underWay;

    /**
     * Begins with none.
     *
     * @param interval how old the last one may become
     * @param stepsMin between two, however small the state is
     */
    Checkpoints(Duration interval, int stepsMin, long nowMillis) {
        this.interval = interval;
        this.stepsMin = stepsMin;
        this.lastAtMillis = nowMillis;
    }

    /** A recovery began with this snapshot. */
    void found(long step, int size) {
        lastStep = step;
        lastSize = size;
    }

    boolean due(long step, long nowMillis) {
        long steps = step - lastStep;
        boolean old = nowMillis - lastAtMillis >= interval.toMillis();
        return !underWay
                && (steps >= Math.max(stepsMin, lastSize / BYTES_PER_STEP) || (old && steps >= STEPS_MIN_WHEN_OLD));
    }

    /** Counts from here on, also if it comes to nothing: then the next one is due in its turn. */
    void began(long step, long nowMillis) {
        underWay = true;
        lastStep = step;
        lastAtMillis = nowMillis;
    }

    void written(int size) {
        underWay = false;
        lastSize = size;
    }

    void failed() {
        underWay = false;
    }
}
