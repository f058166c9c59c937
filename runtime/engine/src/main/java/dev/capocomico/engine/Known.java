package dev.capocomico.engine;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.Decision;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.plan.Plan;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the front knows of its execution: the state after the last step that is written, and what can be said from it. */
final class Known {
    private final ExecutionKey key;
    private boolean certain;
    private @Nullable Rules rules;
    private ExecutionState state = ExecutionState.NEW;
    private boolean parked;
    /** How many steps the journal has, when it has lost some that were acknowledged. */
    private @Nullable Long left;

    Known(ExecutionKey key) {
        this.key = key;
    }

    /** The journal has fewer steps than were acknowledged here. What was known stays known. */
    void stepsAreLost(long stepsLeft) {
        left = stepsLeft;
    }

    boolean hasLostSteps() {
        return left != null;
    }

    void recovered(ExecutionEntity.Recovered news) {
        certain = true;
        left = null;
        rules = news.rules();
        state = news.state();
        parked = rules != null && Execution.isParked(rules, state);
    }

    void decided(Rules current, Decision decision) {
        rules = current;
        state = decision.next();
        if (decision.step() != null) {
            parked = decision.step().facts().getLast() instanceof Fact.Parked;
        }
    }

    /** Whether the journal was ever read here. */
    boolean isCertain() {
        return certain;
    }

    /** Whether there is such an execution. */
    boolean isThere() {
        return rules != null;
    }

    boolean hasEnded() {
        return state.hasEnded();
    }

    /** Unless it is known that it never was, or is over. */
    boolean mayLiveOn() {
        return !certain || (rules != null && !state.hasEnded());
    }

    boolean isParked() {
        return parked;
    }

    /** Whether it has anything to do here but to wait for what comes from outside. */
    boolean works() {
        return rules != null && !state.hasEnded() && !parked;
    }

    long steps() {
        return state.steps();
    }

    ExecutionState state() {
        return state;
    }

    boolean awaitsEvent(int task) {
        return Execution.awaitsEvent(state, task);
    }

    /** When something falls due next. */
    long wakeAtMillis() {
        return rules == null ? ExecutionState.NEVER : Execution.wakeAtMillis(rules, state);
    }

    Plan plan() {
        if (rules == null) {
            throw new IllegalStateException("execution " + key + " was not begun");
        }
        return rules.plan();
    }

    @Nullable Definition definitionIfThere() {
        return rules == null ? null : rules.plan().definition();
    }

    /** A child's first version counts, so its parent may mean another by now. */
    boolean isAnotherWorkflow(ExecutionMessage.Begin begin) {
        return rules != null
                && !rules.plan().digest().equals(begin.plan().digest())
                && begin.start().options().parent() == null;
    }

    Optional<ExecutionKey> parent() {
        Fact.Started started = state.started();
        StartOptions.Parent parent = started == null ? null : started.options().parent();
        return parent == null ? Optional.empty() : Optional.of(key.sibling(parent.executionId()));
    }

    ExecutionAnswer.Ended end() {
        return ExecutionAnswer.Ended.of(plan(), state);
    }

    /** @param working the attempts that an agent has now */
    ExecutionAnswer standing(Set<AttemptKey> working) {
        return rules == null ? notFound() : new ExecutionAnswer.Standing(rules.plan(), state, working);
    }

    ExecutionAnswer notFound() {
        return new ExecutionAnswer.Refused(
                new Refusal(Refusal.Code.NOT_FOUND, "there is no execution \"" + key.id() + "\""));
    }

    /** Why nothing goes on. */
    String lossOfSteps() {
        return "the database has lost steps of execution \"%s\" that were acknowledged: it has %,d, and had %,d. It goes on when they are back"
                .formatted(key.id(), left == null ? state.steps() : left, state.steps());
    }

    /** @param mayBeDone of something that was being written when the database was lost */
    ExecutionAnswer unavailable(boolean mayBeDone) {
        if (hasLostSteps()) {
            return new ExecutionAnswer.Unavailable(lossOfSteps(), mayBeDone);
        }
        String reason = mayBeDone
                ? "the database is away; whether execution \"%s\" did what was asked is not known"
                : "the database is away; nothing was done to execution \"%s\"";
        return new ExecutionAnswer.Unavailable(reason.formatted(key.id()), mayBeDone);
    }

    /** @param mayBeDone of something of which it is not known whether it was written */
    ExecutionAnswer nodeStops(boolean mayBeDone) {
        String reason = mayBeDone
                ? "this node stops; whether execution \"%s\" did what was asked is not known"
                : "this node stops; nothing was done to execution \"%s\"";
        return new ExecutionAnswer.Unavailable(reason.formatted(key.id()), mayBeDone);
    }

    ExecutionAnswer anotherWorkflow() {
        return new ExecutionAnswer.Refused(new Refusal(
                Refusal.Code.ALREADY_STARTED, "the execution \"" + key.id() + "\" was started with another workflow"));
    }
}
