package dev.capocomico.bench.jmh;

import dev.capocomico.bench.RandomGraphs;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.plan.Plan;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a definition that was read and checked to its plan, with three edges a task. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields in before it runs a benchmark.
public class PlanBenchmark {
    @Param({"1000", "100000"})
    int tasks;

    private Definition definition;

    @Setup
    public void makeDefinition() {
        definition = RandomGraphs.layered(tasks, 3 * tasks, 42);
    }

    @Benchmark
    public Plan plan() {
        return Plan.of(definition);
    }

    /** A plan keeps its digest, so each time there is a new plan too: subtract {@link #plan}. */
    @Benchmark
    public String planAndDigest() {
        return Plan.of(definition).digest();
    }
}
