package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers, from the tables that the {@link Projection} keeps, which executions should be awake. */
public interface Waking {
    /**
     * Whether there is anything to project, to wake because it is due, or to tell of an event. Costs a fraction of finding out by trying,
     * and is asked several times a second while nothing happens.
     */
    boolean hasNews(Instant now);

    /**
     * Those that have neither ended nor been parked, in the order of their keys.
     *
     * @param after where the page begins; null for the first
     */
    List<ExecutionKey> shouldBeAwake(@Nullable ExecutionKey after, int limit);

    /** Those among some that have neither ended nor been parked. */
    List<ExecutionKey> shouldBeAwakeOf(List<ExecutionKey> some);

    /**
     * Parked ones that are due. Their time is moved on by the lease, so that a message that gets lost costs no more than that;
     * one that wakes up writes its own.
     */
    List<ExecutionKey> claimDue(Instant now, Duration lease, int limit);

    /**
     * Executions that wait for an event and have to look at the log: since they were last told, something was published under their
     * topic, or their wait was listed, so that they may have looked too early. Each is claimed once for that.
     */
    List<ExecutionKey> claimConcerned(int limit);

    /** Has those claimed again that were {@linkplain #claimConcerned claimed} within this time: the message may have died with its node. */
    void tellAgain(Duration claimedWithin);
}
