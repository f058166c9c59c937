package dev.capocomico.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.bench.PlanWorkload;
import dev.capocomico.bench.Rounds;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures planning. */
@Command(
        name = "plan",
        description = "Read, check and plan random graphs, and say how long it takes.",
        footer = {
            "",
            "Every graph has three edges a task, and is read from YAML. Reading includes a plan; planning",
            "includes no reading. Rounds are repeated until they take equally long; what is told is the",
            "median, and the shortest and longest, of ten rounds after that. A ~ says that the rounds did",
            "not become equally long. All sizes together take some three minutes."
        })
final class BenchPlanCommand implements Callable<Integer> {
    /** The same graphs every time, so that two measurements can be compared. */
    private static final long SEED = 1;

    private static final int TASKS_MIN = 10;
    private static final int TASKS_MAX = 100_000;

    private final Terminal terminal;

    @Option(
            names = "--count",
            paramLabel = "N",
            description =
                    "Graphs of N tasks, " + TASKS_MIN + " to " + TASKS_MAX + "; the default is 1000, 10000 and 100000.")
    private int count;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    BenchPlanCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        boolean chosen = spec.commandLine().getParseResult().hasMatchedOption("--count");
        if (chosen && (count < TASKS_MIN || count > TASKS_MAX)) {
            throw new ParameterException(
                    spec.commandLine(), "--count must be from " + TASKS_MIN + " to " + TASKS_MAX + ", not " + count);
        }
        List<Integer> sizes = chosen ? List.of(count) : PlanWorkload.TASKS;
        if (output.json()) {
            ArrayNode graphs = JsonNodeFactory.instance.arrayNode();
            sizes.forEach(tasks -> graphs.add(json(PlanWorkload.run(tasks, SEED))));
            JsonReport.print(report(sizes.getLast(), graphs), terminal);
        } else {
            // Each as soon as it is known: the largest take longest.
            terminal.out().println(String.format("%9s %9s  %-34s  %s", "tasks", "edges", "read and check", "plan"));
            for (int tasks : sizes) {
                terminal.out().println(row(PlanWorkload.run(tasks, SEED)));
                terminal.out().flush();
            }
        }
        return ExitCode.FINE;
    }

    private static String row(PlanWorkload.Result result) {
        return String.format(
                Locale.ROOT,
                "%,9d %,9d  %-34s  %s",
                result.tasks(),
                result.edges(),
                times(result.reading()),
                times(result.planning()));
    }

    private static String times(Rounds.Measured measured) {
        return String.format(
                Locale.ROOT,
                "%.2f ms (%.2f – %.2f)%s",
                measured.medianMillis(),
                measured.minMillis(),
                measured.maxMillis(),
                measured.steady() ? "" : " ~");
    }

    private static ObjectNode json(PlanWorkload.Result result) {
        ObjectNode graph = JsonNodeFactory.instance
                .objectNode()
                .put("tasks", result.tasks())
                .put("edges", result.edges());
        graph.set("read_and_check", json(result.reading()));
        graph.set("plan", json(result.planning()));
        return graph;
    }

    private static ObjectNode json(Rounds.Measured measured) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("p50_ms", measured.medianMillis())
                .put("min_ms", measured.minMillis())
                .put("max_ms", measured.maxMillis())
                .put("warm_up_rounds", measured.warmUpRounds())
                .put("rounds", measured.rounds())
                .put("steady", measured.steady());
    }

    private static ObjectNode report(int largest, ArrayNode graphs) {
        ObjectNode report =
                JsonNodeFactory.instance.objectNode().put("workload", "plan").put("count", largest);
        report.set("graphs", graphs);
        report.putObject("settings")
                .put("java", Runtime.version().toString())
                .put("cores", Runtime.getRuntime().availableProcessors())
                .put("seed", SEED);
        return report;
    }
}
