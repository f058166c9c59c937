package dev.capocomico.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.cli.graph.GraphFormat;
import dev.capocomico.cli.graph.GraphStyle;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.plan.TaskGraph;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Draws a plan; for an invalid definition it says what {@link ValidateCommand} says. */
@Command(
        name = "graph",
        description = "Draw the plan of a workflow: its levels, what waits for what, the critical path.",
        footer = {"", "  capo graph order.yaml", "  capo graph order.yaml --format svg > order.svg"})
final class GraphCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "YAML or JSON; - is the standard input.")
    private Path file = Path.of("-");

    @Option(
            names = "--format",
            paramLabel = "text|mermaid|dot|svg",
            defaultValue = "text",
            converter = FormatNamed.class,
            completionCandidates = Formats.class,
            description = "What the picture is drawn in; the default is text.")
    private GraphFormat format = GraphFormat.TEXT;

    @Mixin
    private final OutputOption output = new OutputOption();

    GraphCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Checked checked = new Checker(terminal).check(file);
        if (checked instanceof Checked.Valid valid) {
            draw(valid.plan());
            return ExitCode.FINE;
        }
        if (output.json()) {
            JsonReport.print(JsonReport.of(List.of(checked)), terminal);
        } else {
            new TextReport(terminal).print(checked);
        }
        return ExitCode.WRONG_USE;
    }

    private void draw(Plan plan) {
        if (output.json()) {
            JsonReport.print(data(plan), terminal);
            return;
        }
        Look look = terminal.look();
        String drawn = format.render(plan, new GraphStyle(look.columns(), look.colour(), look.unicode()));
        terminal.out().println(drawn.stripTrailing());
    }

    /** The picture as data: tasks with their levels and what they depend on, and the critical path. */
    private static ObjectNode data(Plan plan) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        TaskGraph graph = plan.graph();
        ArrayNode tasks = nodes.arrayNode();
        for (int task : plan.order()) {
            ArrayNode dependsOn = nodes.arrayNode();
            for (int k = 0; k < graph.predecessorCount(task); k++) {
                dependsOn.add(graph.id(graph.predecessor(task, k)));
            }
            ObjectNode node = nodes.objectNode().put("id", graph.id(task)).put("level", plan.level(task));
            node.set("depends_on", dependsOn);
            tasks.add(node.put("critical", plan.critical(task)));
        }
        ArrayNode criticalPath = nodes.arrayNode();
        Arrays.stream(plan.criticalPath()).mapToObj(graph::id).forEach(criticalPath::add);

        ObjectNode data = nodes.objectNode()
                .put("name", plan.definition().name())
                .put("version", plan.definition().version());
        data.set("tasks", tasks);
        return data.set("critical_path", criticalPath);
    }

    /** What can be chosen. */
    static final class Formats extends Candidates {
        Formats() {
            super(Arrays.stream(GraphFormat.values())
                    .map(format -> format.name().toLowerCase(Locale.ROOT))
                    .toList());
        }
    }

    /** Formats are written in small letters. */
    static final class FormatNamed implements ITypeConverter<GraphFormat> {
        @Override
        public GraphFormat convert(String name) {
            return Arrays.stream(GraphFormat.values())
                    .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "\"" + name + "\" is none of " + String.join(", ", new Formats())));
        }
    }
}
