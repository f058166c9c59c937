package dev.capocomico.model.execution;

import java.util.Optional;

/** Whether an execution may leave memory until something comes. */
final class Parking {
    private Parking() {}

    /**
     * Empty while an agent works for it, when something falls due soon, and after the end. A child tells when it ends; that
     * message may be lost, so the parent asks again now and then.
     */
    static Optional<Fact.Parked> of(Rules rules, Draft draft) {
        Rules.Settings settings = rules.settings();
        long due = Timers.next(draft);
        boolean agentsWork = draft.inFlight > draft.childrenInFlight;
        boolean over = draft.phase == Phase.NEW || draft.phase == Phase.ENDED;
        if (over
                || agentsWork
                || Starts.hasMore(rules, draft)
                || due - draft.atMillis <= settings.parkAfter().toMillis()) {
            return Optional.empty();
        }
        long askAgain = draft.childrenInFlight == 0
                ? ExecutionState.NEVER
                : draft.atMillis + settings.childAskAgain().toMillis();
        return Optional.of(new Fact.Parked(Math.min(due, askAgain)));
    }
}
