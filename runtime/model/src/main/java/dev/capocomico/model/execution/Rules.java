package dev.capocomico.model.execution;

import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.schema.Schemas;
import java.time.Duration;

/** What the rules of an execution need besides its state: the plan, and how expressions and schemas are understood. */
public record Rules(Plan plan, Expressions expressions, Schemas schemas, Settings settings) {
    /**
     * What the configuration says.
     *
     * @param executionTimeout of executions for which nobody says one
     * @param compensationTimeout of a whole compensation
     * @param cancelGrace how long running attempts are waited for once they were told to stop
     * @param lossesMax how often a lost attempt is made again
     * @param itemsMax of a {@code for_each}
     * @param parkAfter how far away the next timer is when an execution leaves memory
     * @param bytesMax how large all values are together that an execution holds, wherever they are kept
     * @param childAskAgain how often a parked parent asks after its children, who tell it when they end
     */
    public record Settings(
            Duration executionTimeout,
            Duration compensationTimeout,
            Duration cancelGrace,
            int lossesMax,
            int itemsMax,
            Duration parkAfter,
            Duration childAskAgain,
            long bytesMax) {
        public static final Settings DEFAULT = new Settings(
                Duration.ofHours(24),
                Duration.ofSeconds(600),
                Duration.ofSeconds(30),
                5,
                100_000,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                64L * 1024 * 1024);
    }
}
