package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened to an execution, and cannot be derived from what happened before. A released fact never changes
 * its meaning.
 */
public sealed interface Fact {
    /**
     * The first fact of every execution.
     *
     * @param deadlineMillis when the execution as a whole is over
     */
    record Started(
            String executionId,
            String planDigest,
            JsonNode input,
            StartOptions options,
            long deadlineMillis,
            @Nullable String by)
            implements Fact {}

    record TaskSkipped(int task) implements Fact {}

    /** A task waits for an event; {@code deadlineMillis} may be {@link ExecutionState#NEVER}. */
    record EventAwaited(int task, long deadlineMillis) implements Fact {}

    record EventTaken(int task, String eventId, JsonNode event) implements Fact {}

    /**
     * A task has fanned out.
     *
     * @param items of a {@code for_each}; null for {@code parallel}
     */
    record Expanded(int task, int count, @Nullable ArrayNode items) implements Fact {}

    record WaitBegan(int task, long deadlineMillis) implements Fact {}

    record SleepBegan(int task, long untilMillis) implements Fact {}

    /**
     * An attempt was handed out; its fence is the number of the step that this fact stands in.
     *
     * @param input what it and all further attempts under its idempotency key get; null when that was said before, and when the
     *     definition or the execution has it as it is ({@link FixedInput})
     */
    record Dispatched(Target target, @Nullable JsonNode input) implements Fact {}

    /** For a task without {@code repeat}, or the last iteration of one with it. */
    record Succeeded(
            Target target, JsonNode output, @Nullable String agent, long startedAtMillis, Usage usage)
            implements Fact {}

    /** An iteration of a {@code repeat} is done, and another one follows at {@code nextAtMillis}. */
    record IterationEnded(
            Target target, JsonNode output, @Nullable String agent, long nextAtMillis, Usage usage) implements Fact {}

    /** An attempt failed, and another one follows at {@code nextAtMillis}. */
    record AttemptFailed(
            Target target, Failure failure, @Nullable String agent, long nextAtMillis, Usage usage) implements Fact {}

    /** An agent begins with an attempt whose target was lost before. Of other attempts this is not recorded. */
    record AttemptBegan(Target target) implements Fact {}

    /**
     * Whoever had the attempt is gone.
     *
     * @param begun whether an agent may have begun with it; only then does the loss count
     */
    record AttemptLost(Target target, boolean begun) implements Fact {}

    /**
     * The node that had the attempt stopped as planned, and gave it back: it is made again, no loss is counted and no retry used up.
     *
     * @param begun whether an agent had begun with it, and was interrupted
     */
    record AttemptHandedBack(Target target, boolean begun) implements Fact {}

    /** The target has failed for good: no further attempt will be made. */
    record GaveUp(Target target, Failure failure, @Nullable String agent, Usage usage) implements Fact {}

    /**
     * Somebody wants this task to end, whatever it does.
     *
     * @param graceUntilMillis until when agents that work on it are waited for
     */
    record TaskCancelled(
            int task, long graceUntilMillis, @Nullable String by) implements Fact {}

    /** A delay is over, or a sleep. */
    record TimerFired(Target.Element element) implements Fact {}

    /** The delay before another attempt at a compensation is over. */
    record UndoTimerFired(int entry) implements Fact {}

    record SignalArrived(
            String name,
            JsonNode payload,
            @Nullable String key,
            @Nullable String by) implements Fact {}

    /** A command with this key was accepted; another one changes nothing. */
    record KeyRemembered(String key) implements Fact {}

    /** What else this step says was asked for from there. For the audit; changes nothing. */
    record Called(Origin origin) implements Fact {}

    record Paused(@Nullable String by) implements Fact {}

    record Resumed(@Nullable String by) implements Fact {}

    /**
     * The execution will end so; what runs may still end.
     *
     * @param graceUntilMillis until when what runs is waited for; {@link ExecutionState#NEVER}: for as long as it runs
     */
    record EndingBegan(
            Ending ending, long graceUntilMillis, @Nullable String by) implements Fact {}

    record CompensationBegan(long deadlineMillis) implements Fact {}

    record Ended(Ending ending, @Nullable JsonNode output) implements Fact {}

    record Retried(long deadlineMillis, @Nullable String by) implements Fact {}

    /**
     * Nothing runs, and nothing will for a while: after this step the execution may leave memory. Changes no state; it stands
     * in the journal for those who look after executions without knowing their definitions. A step without it says that the
     * execution is not parked any more.
     *
     * @param wakeAtMillis when it must be looked at again; {@link ExecutionState#NEVER} when only a message can wake it
     */
    record Parked(long wakeAtMillis) implements Fact {}
}
