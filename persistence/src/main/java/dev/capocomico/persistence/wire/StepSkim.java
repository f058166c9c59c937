package dev.capocomico.persistence.wire;

import java.util.List;

/** What a step looks like from far away: the last of the steps says how the execution stands, and no input or output is in it. */
public record StepSkim(long number, long atMillis, List<Milestone> milestones) {
    /** Longer outputs are left out. In characters of JSON, and no fewer than in bytes of the journal. */
    public static final int OUTPUT_SIZE_MAX = 16 * 1024;

    public StepSkim {
        milestones = List.copyOf(milestones);
    }

    /**
     * Reads as much of a row as that takes.
     *
     * @throws UnreadableStepException as {@link StepCodec#decode} does, though it may not notice what is wrong with a value it passes over
     */
    public static StepSkim of(String manifest, byte[] bytes) {
        return StepCodec.skim(manifest, bytes);
    }
}
