package dev.capocomico.bench.jmh;

import dev.capocomico.bench.RandomGraphs;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowPrinter;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.definition.DefinitionTree;
import dev.capocomico.patterns.BuiltInPatterns;
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

/** From the bytes of a document to a definition that is parsed, checked and planned, with three edges a task. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields in before it runs a benchmark.
public class ReadBenchmark {
    @Param({"1000"})
    int tasks;

    private final WorkflowReader reader = new WorkflowReader(new BuiltInPatterns());
    private Source yaml;
    private Source json;

    @Setup
    public void writeDocuments() {
        var definition = RandomGraphs.layered(tasks, 3 * tasks, 42);
        yaml = Source.of("random.yaml", WorkflowPrinter.yaml(definition));
        json = Source.of("random.json", DefinitionTree.of(definition).toString());
    }

    @Benchmark
    public Reading yaml() {
        return reader.read(yaml);
    }

    @Benchmark
    public Reading json() {
        return reader.read(json);
    }
}
