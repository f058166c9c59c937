package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.Capocomico;
import dev.capocomico.Execution;
import dev.capocomico.ExecutionOptions;
import dev.capocomico.WorkflowRef;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.cli.client.ServerFailure;
import dev.capocomico.configuration.ConfigurationException;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

/** Runs one workflow on a server or a node of its own, and follows it to the end. */
@Command(
        name = "run",
        description = "Run a workflow and follow it to its end; its output is printed as JSON.",
        footer = {
            "",
            "On the server, if one is named or serves the data directory; else on a node of its own, with a",
            "PostgreSQL in the data directory or the one that DATABASE_URL names.",
            "Progress goes to the standard error, the output to the standard output. What was done is kept in",
            "the data directory: after Ctrl-C, or a crash, --resume goes on where it stopped.",
            "",
            "  capo run examples/etl.yaml --input '{\"day\": \"2026-01-31\", \"sources\": [\"shop\"]}'",
            "  capo run examples/multi-agent-research.yaml --simulate",
            "  capo run --resume order-17",
            "",
            "Exit codes: 0 completed, 1 the execution failed, 2 wrong use or an invalid document,",
            "3 no such execution, 4 the id or the data directory is taken, 5 no server to be reached,",
            "130 interrupted."
        })
final class RunCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "YAML or JSON; - is the standard input.")
    private @Nullable Path file;

    @Mixin
    private final ExecutionOption begun = new ExecutionOption();

    @Option(names = "--resume", paramLabel = "ID", description = "Go on with an execution that was interrupted.")
    private @Nullable String resume;

    @Option(names = "--simulate", description = "Let simulated agents stand in for types of agents that nobody serves.")
    private boolean simulate;

    @Option(names = "--detach", description = "Start it, print its id, and leave it to the server.")
    private boolean detach;

    @Mixin
    private final ServerOption server = new ServerOption();

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
        return Interruptible.run(terminal, this::onServerOrHere);
    }

    private int onServerOrHere() throws InterruptedException {
        try {
            Optional<ServerClient> found = server.find(terminal);
            if (found.isEmpty()) {
                return here();
            }
            try (ServerClient client = found.get()) {
                return onServer(client);
            }
        } catch (ServerFailure e) {
            return ServerWords.explain(e, terminal, refused -> ServerWords.ofExecution(refused, server, resume));
        } catch (ConfigurationException e) {
            return NodeStart.explain(e, terminal);
        } catch (IOException e) {
            terminal.complain("the data directory %s cannot be read: %s"
                    .formatted(server.data().shown(), e.getMessage()));
            return ExitCode.FAILED;
        }
    }

    private void refuseContradictions() {
        if ((file == null) == (resume == null)) {
            throw wrong(file == null ? "name a FILE to run, or an execution with --resume" : "either FILE or --resume");
        }
        if (resume != null && begun.isGiven()) {
            throw wrong("an execution that is resumed has its input and its id already");
        }
        if (resume != null && detach) {
            throw wrong("who resumes an execution follows it: leave out one of --resume and --detach");
        }
        String named = resume == null ? begun.id() : resume;
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

    private void invalid(Checked checked) {
        if (output.json()) {
            JsonReport.print(JsonReport.of(List.of(checked)), terminal);
        } else {
            new TextReport(terminal.onError()).print(checked);
        }
    }

    // --- The input

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

    /** The workflow and its input; empty when they cannot be used, and why was said. */
    private Optional<Given> read() {
        Checked checked = new Checker(terminal).check(Objects.requireNonNull(file));
        if (!(checked instanceof Checked.Valid valid)) {
            invalid(checked);
            return Optional.empty();
        }
        return begun.input(terminal).filter(value -> fits(valid.plan(), value)).map(value -> new Given(valid, value));
    }

    private String newId() {
        String named = begun.id();
        return named == null ? UUID.randomUUID().toString() : named;
    }

    private record Given(Checked.Valid document, JsonNode input) {}

    // --- On a server

    private int onServer(ServerClient client) throws InterruptedException {
        if (simulate) {
            throw wrong("who serves agents is the server's business: --simulate is an option of capo dev");
        }
        if (resume != null) {
            return WatchCommand.follow(terminal, server, client, resume);
        }
        Optional<Given> given = read();
        if (given.isEmpty()) {
            return ExitCode.WRONG_USE;
        }
        Definition definition = given.get().document().plan().definition();
        ApplyCommand.register(client, given.get().document().plan());
        String started = StartCommand.start(
                        client,
                        definition.name() + ":" + definition.version(),
                        given.get().input(),
                        newId())
                .path("execution_id")
                .asText();
        if (detach) {
            terminal.out().println(started);
            return ExitCode.FINE;
        }
        try {
            return WatchCommand.follow(terminal, server, client, started);
        } catch (ServerFailure e) {
            return WatchCommand.untold(terminal, server, started, e);
        }
    }

    // --- On a node

    private int here() throws InterruptedException {
        if (detach) {
            throw wrong("--detach leaves the execution to a server, and there is none here that could carry it on;"
                    + " capo dev starts one, --server names one, and without --detach it runs here");
        }
        if (resume != null) {
            String resumed = resume;
            return onNode(resumed, capo -> capo.execution(resumed));
        }
        Optional<Given> given = read();
        if (given.isEmpty()) {
            return ExitCode.WRONG_USE;
        }
        String chosen = newId();
        return onNode(chosen, capo -> begin(capo, given.get(), chosen));
    }

    /** How an execution comes to be, or is found. */
    private interface Beginning {
        Execution on(Capocomico capo) throws InterruptedException;
    }

    private int onNode(String executionId, Beginning beginning) throws InterruptedException {
        boolean begun = false;
        Optional<Path> data = server.data().unlessDatabase(NodeConfiguration.load(), terminal);
        try (Capocomico capo = new NodeStart(terminal).start(data, simulate)) {
            Execution execution = beginning.on(capo);
            begun = true;
            Thread watching = Thread.currentThread();
            Thread.ofVirtual().start(() -> interruptWhenFollowed(capo, watching));
            Watched watched = new LocalExecution(execution, resumeCommand(executionId));
            Account account = new Watch(terminal, watched).toTheEnd();
            return Verdict.print(
                    terminal,
                    watched,
                    account,
                    "capo history " + executionId + server.data().option());
        } catch (InterruptedException e) {
            return interrupted(begun, executionId);
        } catch (RuntimeException e) {
            // A node that is stopped under a command answers in many ways.
            return Thread.interrupted() ? interrupted(begun, executionId) : NodeStart.explain(e, terminal);
        }
    }

    /** Whoever watches a node that has stopped would wait for ever. */
    private void interruptWhenFollowed(Capocomico capo, Thread watching) {
        try {
            capo.awaitStop();
            capo.whyStopped().ifPresent(why -> {
                terminal.complain("stopped: " + why);
                watching.interrupt();
            });
        } catch (InterruptedException e) {
            // The command is over.
        }
    }

    private Execution begin(Capocomico capo, Given given, String chosen) throws InterruptedException {
        Plan plan = given.document().plan();
        WorkflowRef workflow = capo.keep(given.document().file(), plan);
        Set<String> unserved = capo.unservedTypes(plan);
        if (!unserved.isEmpty()) {
            terminal.complain(
                    "nobody serves agents of type %s: their tasks wait for one, and fail after %s (AGENT_ALLOCATION_TIMEOUT_SECONDS); --simulate lets simulated agents stand in"
                            .formatted(
                                    unserved.stream()
                                            .sorted()
                                            .map(type -> "\"" + type + "\"")
                                            .collect(Collectors.joining(", ")),
                                    inWords(NodeConfiguration.load().allocationTimeout())));
        }
        return capo.execute(workflow, given.input(), ExecutionOptions.id(chosen));
    }

    private static String inWords(Duration time) {
        long minutes = time.toMinutes();
        return time.toSecondsPart() > 0 || minutes == 0
                ? time.toSeconds() + " s"
                : minutes == 1 ? "1 minute" : minutes + " minutes";
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
        return "capo run --resume " + executionId + server.data().option() + (simulate ? " --simulate" : "");
    }
}
