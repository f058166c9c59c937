package dev.capocomico.engine.daemon;

import dev.capocomico.engine.store.EventLog;
import dev.capocomico.engine.store.Projection;
import dev.capocomico.engine.store.Waking;
import dev.capocomico.model.execution.ExecutionKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * All that a {@link WakeDaemon} needs.
 *
 * @param waiting threads that may wait for the database
 * @param chance spreads what is tried again
 */
public record Duties(
        Projection projection,
        Waking waking,
        EventLog events,
        Living living,
        Settings settings,
        Executor waiting,
        InstantSource clock,
        RandomGenerator chance) {
    /** Where executions live. */
    public interface Living {
        /** Sends a message that starts the execution where it belongs, or tells it to look around; returns at once. */
        void wake(ExecutionKey key);

        /** Whether it lives on this node, and looks after itself. */
        boolean livesHere(ExecutionKey key);
    }

    /**
     * How often, and how much at once.
     *
     * @param pause between two looks at the database when there is nothing to do
     * @param round between two looks at all that should be awake
     * @param wakesMax executions that are woken at one look; so {@code wakesMax / pause} bounds how many start at a time
     * @param lease after which a parked execution that was woken and has not stirred is woken again
     * @param retryDelayMax between two attempts to reach a database that is away; the first comes after a pause
     * @param eventRetention how long events are kept
     */
    public record Settings(
            Duration pause,
            Duration round,
            int wakesMax,
            Duration lease,
            Duration retryDelayMax,
            Duration eventRetention) {
        public static final Settings DEFAULT = new Settings(
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                200,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofDays(7));

        public Settings withEventRetention(Duration newEventRetention) {
            return new Settings(pause, round, wakesMax, lease, retryDelayMax, newEventRetention);
        }
    }
}
