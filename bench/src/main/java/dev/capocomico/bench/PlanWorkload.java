package dev.capocomico.bench;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** How long it takes to plan random graphs of growing size that have been read already. */
public final class PlanWorkload {
    /** From a large workflow of people to the largest one that is allowed. */
    public static final List<Integer> TASKS = List.of(1_000, 10_000, 100_000);

    public static final int EDGES_PER_TASK = 3;

    /** A round plans graphs of so many tasks together, so that the clock's grain does not show with small ones. */
    private static final int TASKS_PER_ROUND = 100_000;

    private PlanWorkload() {}

    /**
     * The time to plan one graph, after the rate had become steady.
     *
     * @param warmUpRounds before the measured ones
     * @param steady false when the rate had not become steady before the warm-up's bound
     */
    public record Result(
            int tasks,
            int edges,
            double medianMillis,
            double minMillis,
            double maxMillis,
            int warmUpRounds,
            int rounds,
            boolean steady) {}

    /** One result for each of {@link #TASKS}; takes some ten seconds. */
    public static List<Result> run(long seed) {
        return TASKS.stream().map(tasks -> run(tasks, seed)).toList();
    }

    /** For graphs of one size; takes some seconds. */
    public static Result run(int tasks, long seed) {
        Rounds.Measured measured = Rounds.measure(() -> round(tasks, seed));
        return new Result(
                tasks,
                EDGES_PER_TASK * tasks,
                measured.medianMillis(),
                measured.minMillis(),
                measured.maxMillis(),
                measured.warmUpRounds(),
                measured.measuredRounds(),
                measured.steady());
    }

    private static long[] round(int tasks, long seed) {
        // Made anew for each round: strings keep their hash codes, so a definition is planned slowest the first time.
        List<Definition> definitions = new ArrayList<>();
        for (int made = 0; made < TASKS_PER_ROUND; made += tasks) {
            definitions.add(RandomGraphs.layered(tasks, EDGES_PER_TASK * tasks, seed + made));
        }
        long[] nanos = new long[definitions.size()];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            Plan plan = Plan.of(definitions.get(i));
            nanos[i] = System.nanoTime() - start;
            if (plan.size() != tasks) {
                throw new IllegalStateException("planned " + plan.size() + " of " + tasks + " tasks");
            }
        }
        return nanos;
    }
}
