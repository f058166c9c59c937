package dev.capocomico.model.execution;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command leads to.
 *
 * @param step to be written before anybody is answered; null when nothing has to be. A refused command may have one too: what
 *     fell due before it came is decided first
 * @param next the state after the step
 * @param effects what the step adds to what is owed
 * @param stale attempts of a report that were not the current ones any more
 * @param refusal why the command itself changes nothing; null when it was carried out
 */
public record Decision(
        @Nullable Step step,
        ExecutionState next,
        List<Effect> effects,
        List<AttemptKey> stale,
        @Nullable Refusal refusal) {
    public Decision {
        effects = List.copyOf(effects);
        stale = List.copyOf(stale);
    }
}
