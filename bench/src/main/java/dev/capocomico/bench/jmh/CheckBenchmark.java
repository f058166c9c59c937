package dev.capocomico.bench.jmh;

import dev.capocomico.bench.RandomGraphs;
import dev.capocomico.model.plan.Ancestry;
import dev.capocomico.model.plan.TaskGraph;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a checker asks of a graph of 100,000 tasks and 300,000 edges. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields in before it runs a benchmark.
public class CheckBenchmark {
    private static final int TASKS = 100_000;
    private static final int EDGES = 300_000;
    private static final int QUESTIONS = 100_000;

    private TaskGraph graph;
    private int[] directAncestor;
    private int[] nearAncestor;
    private int[] anyTask;
    private int[] descendant;

    @Setup
    public void makeGraphAndQuestions() {
        graph = TaskGraph.of(RandomGraphs.layered(TASKS, EDGES, 42).tasks());
        Random random = new Random(43);
        descendant = random.ints(QUESTIONS, TASKS / 100, TASKS).toArray();
        anyTask = random.ints(QUESTIONS, 0, TASKS).toArray();
        directAncestor = new int[QUESTIONS];
        nearAncestor = new int[QUESTIONS];
        for (int q = 0; q < QUESTIONS; q++) {
            directAncestor[q] = upstream(descendant[q], 1, random);
            nearAncestor[q] = upstream(descendant[q], 1 + random.nextInt(5), random);
        }
    }

    private int upstream(int task, int steps, Random random) {
        int above = task;
        for (int step = 0; step < steps && graph.predecessorCount(above) > 0; step++) {
            above = graph.predecessor(above, random.nextInt(graph.predecessorCount(above)));
        }
        return above;
    }

    @Benchmark
    public List<List<Integer>> cycles() {
        return graph.cycles();
    }

    /** Each task reads a task that it depends on: what nearly all references are. */
    @Benchmark
    public BitSet ancestryOfDirectDependencies() {
        return Ancestry.answer(graph, directAncestor, descendant);
    }

    /** Each task reads a task one to five edges upstream. */
    @Benchmark
    public BitSet ancestryOfTasksUpstream() {
        return Ancestry.answer(graph, nearAncestor, descendant);
    }

    /** Each task reads any task: the worst that a wrong document can ask. */
    @Benchmark
    public BitSet ancestryOfAnyTasks() {
        return Ancestry.answer(graph, anyTask, descendant);
    }
}
