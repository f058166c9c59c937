package dev.capocomico.engine;

import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.engine.store.Storage;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.schema.Schemas;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * All that the executions of a node need of it.
 *
 * @param waiting threads that may wait for the database
 * @param clock says what time commands come at
 * @param chance spreads retries
 */
public record Surroundings(
        Plans plans,
        Expressions expressions,
        Schemas schemas,
        Rules.Settings rules,
        LocalAgents agents,
        LocalPool pool,
        Settings settings,
        EventLog events,
        Storage storage,
        DatabaseHealth health,
        Quarantine quarantine,
        Executor waiting,
        Probe probe,
        InstantSource clock,
        RandomGenerator chance) {
    /**
     * Bounds.
     *
     * @param allocationTimeout how long an attempt waits for an agent
     * @param requestsMax how many requests wait for one execution; more are answered with {@link ExecutionAnswer.Unavailable}
     * @param restartDelayMin before an execution that could not be written is read again; doubled each time
     * @param restartDelayMax of such delays
     * @param parkLinger how long an execution that could leave memory stays there after the last message, so that what
     *     comes soon after does not pay a recovery
     * @param checkpointInterval how old the last snapshot of an execution that goes on may be
     * @param checkpointSteps how many steps follow a snapshot of a small execution before the next
     */
    public record Settings(
            Duration allocationTimeout,
            int requestsMax,
            Duration restartDelayMin,
            Duration restartDelayMax,
            Duration parkLinger,
            Duration checkpointInterval,
            int checkpointSteps) {
        public static final Settings DEFAULT = new Settings(
                Duration.ofSeconds(300),
                1_000,
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                500);
    }

    Rules rulesFor(Plan plan) {
        return new Rules(plan, expressions, schemas, rules);
    }
}
