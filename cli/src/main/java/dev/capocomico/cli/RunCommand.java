package dev.capocomico.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.Capocomico;
import dev.capocomico.Execution;
import dev.capocomico.ExecutionOptions;
import dev.capocomico.WorkflowRef;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.plan.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one workflow on a node of its own, and follows it to the end. */
@Command(
        name = "run",
        description = "Run a workflow and follow it to its end; its output is printed as JSON.",
        footer = {
            "",
            "Progress goes to the standard error, the output to the standard output. What was done is kept in",
            "the data directory: after Ctrl-C, or a crash, --resume goes on where it stopped.",
            "",
            "  capo run examples/etl.yaml --input '{\"day\": \"2026-01-31\", \"sources\": [\"shop\"]}'",
            "  capo run examples/multi-agent-research.yaml --simulate",
            "  capo run --resume order-17",
            "",
            "Exit codes: 0 completed, 1 the execution failed, 2 wrong use or an invalid document,",
            "3 no such execution, 4 the id or the data directory is taken, 130 interrupted."
        })
final class RunCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "YAML or JSON; - is the standard input.")
    private @Nullable Path file;

    @Option(
            names = "--input",
            paramLabel = "JSON|@FILE",
            description = "What the workflow is given; {} if nothing is said.")
    private @Nullable String input;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "The execution's id. The same again is the same execution.")
    private @Nullable String id;

    @Option(names = "--resume", paramLabel = "ID", description = "Go on with an execution that was interrupted.")
    private @Nullable String resume;

    @Option(names = "--simulate", description = "Let simulated agents stand in for types of agents that nobody serves.")
    private boolean simulate;

    @Option(names = "--detach", description = "Leave the execution to a server. There is none yet to leave it to.")
    private boolean detach;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        refuseContradictions();
        if (resume != null) {
            String resumed = resume;
            return Interruptible.run(terminal, () -> onNode(resumed, capo -> capo.execution(resumed)));
        }
        Checked checked = new Checker(terminal).check(Objects.requireNonNull(file));
        if (!(checked instanceof Checked.Valid valid)) {
            return invalid(checked);
        }
        JsonNode given = given();
        if (given == null || !fits(valid.plan(), given)) {
            return ExitCode.WRONG_USE;
        }
        String chosen = id == null ? UUID.randomUUID().toString() : id;
        return Interruptible.run(terminal, () -> onNode(chosen, capo -> begin(capo, valid, given, chosen)));
    }

    private void refuseContradictions() {
        if (detach) {
            throw wrong("--detach leaves the execution to a server, and there is none yet that could carry it on;"
                    + " without --detach it runs here, and after Ctrl-C --resume goes on");
        }
        if ((file == null) == (resume == null)) {
            throw wrong(file == null ? "name a FILE to run, or an execution with --resume" : "either FILE or --resume");
        }
        if (resume != null && (input != null || id != null)) {
            throw wrong("an execution that is resumed has its input and its id already");
        }
        String named = resume == null ? id : resume;
        if (named != null) {
            try {
                ExecutionKey.requireId(named);
            } catch (IllegalArgumentException e) {
                throw wrong(String.valueOf(e.getMessage()));
            }
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    private int invalid(Checked checked) {
        if (output.json()) {
            JsonReport.print(JsonReport.of(List.of(checked)), terminal);
        } else {
            new TextReport(terminal.onError()).print(checked);
        }
        return ExitCode.WRONG_USE;
    }

    // --- The input

    /** Null when there is none that can be used; why was said. */
    private @Nullable JsonNode given() {
        if (input == null) {
            return JsonNodeFactory.instance.objectNode();
        }
        String source = input.startsWith("@") ? input.substring(1) : "--input";
        try {
            return JsonInput.parse(input.startsWith("@") ? read(source) : input);
        } catch (JsonProcessingException e) {
            terminal.complain("the input in " + source + " is no JSON: " + JsonInput.why(e));
        } catch (NoSuchFileException e) {
            terminal.complain(source + ": there is no such file");
        } catch (IOException e) {
            terminal.complain(source + ": could not be read: " + e.getMessage());
        }
        return null;
    }

    private String read(String name) throws IOException {
        return name.equals("-")
                ? new String(terminal.in().readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(terminal.directory().resolve(name));
    }

    private boolean fits(Plan plan, JsonNode given) {
        JsonNode schema = plan.definition().inputSchema();
        if (schema == null) {
            return true;
        }
        var misfits = new JsonSchemas().misfits(schema, given);
        for (var misfit : misfits) {
            terminal.complain("the input does not fit the workflow: "
                    + (misfit.pointer().isEmpty() ? "" : misfit.pointer() + ": ") + misfit.message());
        }
        return misfits.isEmpty();
    }

    // --- On a node

    /** How an execution comes to be, or is found. */
    private interface Beginning {
        Execution on(Capocomico capo) throws InterruptedException;
    }

    private int onNode(String executionId, Beginning beginning) throws InterruptedException {
        boolean begun = false;
        try (Capocomico capo = new NodeStart(terminal).start(data.in(terminal), simulate)) {
            Execution execution = beginning.on(capo);
            begun = true;
            Watched watched = new LocalExecution(execution);
            Account account = new Watch(terminal, watched, resumeCommand(executionId)).toTheEnd();
            return Verdict.print(terminal, watched, account, "capo history " + executionId + data.option());
        } catch (InterruptedException e) {
            return interrupted(begun, executionId);
        } catch (RuntimeException e) {
            // A node that is stopped under a command answers in many ways.
            return Thread.interrupted() ? interrupted(begun, executionId) : NodeStart.explain(e, terminal);
        }
    }

    private Execution begin(Capocomico capo, Checked.Valid valid, JsonNode given, String chosen)
            throws InterruptedException {
        Plan plan = valid.plan();
        WorkflowRef workflow = capo.keep(valid.file(), plan);
        Set<String> unserved = capo.unservedTypes(plan);
        if (!unserved.isEmpty()) {
            terminal.complain(
                    "nobody serves agents of type %s: their tasks wait for one, and fail after the allocation timeout; --simulate lets simulated agents stand in"
                            .formatted(unserved.stream()
                                    .sorted()
                                    .map(type -> "\"" + type + "\"")
                                    .collect(Collectors.joining(", "))));
        }
        return capo.execute(workflow, given, ExecutionOptions.id(chosen));
    }

    private int interrupted(boolean begun, String executionId) {
        if (begun || resume != null) {
            Look look = terminal.errorLook();
            terminal.err().println("Stopped; nothing is lost. To go on:");
            terminal.err().println("  " + look.paint(Tone.PLACE, resumeCommand(executionId)));
        }
        return ExitCode.INTERRUPTED;
    }

    private String resumeCommand(String executionId) {
        return "capo run --resume " + executionId + data.option() + (simulate ? " --simulate" : "");
    }
}
