package dev.capocomico.bench;

import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowPrinter;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.patterns.BuiltInPatterns;
import java.util.ArrayList;
import java.util.List;

/**
 * How long it takes to read and check random graphs of growing size, written as YAML, and to plan them. The two are measured
 * apart: reading includes a plan (a document is only good if it can be planned), planning includes no reading.
 */
public final class PlanWorkload {
    /** From a large workflow of people to the largest one that is allowed. */
    public static final List<Integer> TASKS = List.of(1_000, 10_000, 100_000);

    public static final int EDGES_PER_TASK = 3;

    /** A round reads, or plans, graphs of so many tasks together, so that the clock's grain does not show with small ones. */
    private static final int TASKS_PER_ROUND_READ = 10_000;

    private static final int TASKS_PER_ROUND_PLANNED = 100_000;

    private PlanWorkload() {}

    /**
     * The times for one graph, after the rate had become steady.
     *
     * @param reading from the bytes of a YAML document to a checked and planned definition
     * @param planning from the definition to its plan
     */
    public record Result(int tasks, int edges, Rounds.Measured reading, Rounds.Measured planning) {}

    /** One result for each of {@link #TASKS}; takes about a minute. */
    public static List<Result> run(long seed) {
        return TASKS.stream().map(tasks -> run(tasks, seed)).toList();
    }

    /** For graphs of one size; takes some seconds. */
    public static Result run(int tasks, long seed) {
        WorkflowReader reader = new WorkflowReader(new BuiltInPatterns());
        Rounds.Measured reading = Rounds.measure(() -> read(reader, tasks, seed));
        Rounds.Measured planning = Rounds.measure(() -> plan(tasks, seed));
        return new Result(tasks, EDGES_PER_TASK * tasks, reading, planning);
    }

    private static long[] read(WorkflowReader reader, int tasks, long seed) {
        List<Source> documents = definitions(tasks, TASKS_PER_ROUND_READ, seed).stream()
                .map(definition -> Source.of("random.yaml", WorkflowPrinter.yaml(definition)))
                .toList();
        long[] nanos = new long[documents.size()];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            Reading reading = reader.read(documents.get(i));
            nanos[i] = System.nanoTime() - start;
            switch (reading) {
                case Reading.Valid valid -> check(valid.plan(), tasks);
                case Reading.Invalid invalid ->
                    throw new IllegalStateException(
                            "the document is invalid: " + invalid.problems().getFirst());
            }
        }
        return nanos;
    }

    private static long[] plan(int tasks, long seed) {
        List<Definition> definitions = definitions(tasks, TASKS_PER_ROUND_PLANNED, seed);
        long[] nanos = new long[definitions.size()];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            Plan plan = Plan.of(definitions.get(i));
            nanos[i] = System.nanoTime() - start;
            check(plan, tasks);
        }
        return nanos;
    }

    /** Made anew for each round: strings keep their hash codes, so a definition is planned slowest the first time. */
    private static List<Definition> definitions(int tasks, int together, long seed) {
        List<Definition> definitions = new ArrayList<>();
        for (int made = 0; made < together; made += tasks) {
            definitions.add(RandomGraphs.layered(tasks, EDGES_PER_TASK * tasks, seed + made));
        }
        return definitions;
    }

    private static void check(Plan plan, int tasks) {
        if (plan.size() != tasks) {
            throw new IllegalStateException("planned " + plan.size() + " of " + tasks + " tasks");
        }
    }
}
