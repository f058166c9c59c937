package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.StoredExecutions;
import dev.capocomico.StoredExecutions.Told;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.cli.client.ServerFailure;
import dev.capocomico.configuration.ConfigurationException;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.history.HistoryEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** A command that tells something of one execution: as a server has it, or else as it stands in a data directory. */
abstract class LookCommand extends ServerCommand {
    @Parameters(paramLabel = "ID", description = "The execution's id.")
    private String id = "";

    LookCommand(Terminal terminal) {
        super(terminal);
    }

    /**
     * What was found, from wherever.
     *
     * @param workflowId of its workflow; empty when that was executed and not registered
     * @param carriedOn whether a program is there that carries it on
     */
    record Seen(
            String id,
            Optional<String> workflowId,
            Account account,
            List<HistoryEntry> history,
            Optional<JsonNode> output,
            boolean carriedOn) {}

    @Override
    final int run(ServerClient client) throws InterruptedException {
        JsonNode execution = RemoteExecution.get(client, id);
        if (RemoteExecution.isArchived(execution)) {
            return tellArchived(execution);
        }
        if (execution.path("quarantined").asBoolean()) {
            return tellQuarantined(execution);
        }
        RemoteExecution remote = RemoteExecution.of(client, execution);
        List<HistoryEntry> history = remote.history();
        Optional<String> workflowId =
                Optional.ofNullable(execution.path("workflow_id").textValue());
        tell(new Seen(id, workflowId, remote.account(), history, remote.output(), true));
        return ExitCode.FINE;
    }

    @Override
    final String next(ServerFailure.Refused refused) {
        return ServerWords.ofExecution(refused, server, id);
    }

    @Override
    final int withoutServer() {
        DataOption data = server.data();
        Optional<Path> directory;
        NodeConfiguration configuration;
        try {
            configuration = NodeConfiguration.load();
            directory = data.unlessDatabase(configuration, terminal);
        } catch (ConfigurationException e) {
            return NodeStart.explain(e, terminal);
        }
        String place = directory.isPresent()
                ? data.shown()
                : configuration.database().orElseThrow().shown();
        if (directory.isPresent() && !StoredExecutions.areIn(directory.get())) {
            terminal.complain("there are no executions in %s; --data names another directory, --server a server"
                    .formatted(data.shown()));
            return ExitCode.NOT_FOUND;
        }
        NodeStart start = new NodeStart(terminal);
        try (StoredExecutions stored = directory
                .map(start::read)
                .orElseGet(() -> start.read(configuration.database().orElseThrow()))) {
            Optional<Told> told = stored.find(id);
            if (told.isEmpty()) {
                terminal.complain(
                        "there is no execution \"%s\" in %s; --data names another directory, --server a server"
                                .formatted(id, place));
                return ExitCode.NOT_FOUND;
            }
            tell(seen(told.get()));
            return ExitCode.FINE;
        } catch (IllegalArgumentException e) {
            terminal.complain(String.valueOf(e.getMessage()));
            return ExitCode.WRONG_USE;
        } catch (RuntimeException e) {
            return NodeStart.explain(e, terminal);
        }
    }

    /** Which attempts have an agent knows only the program that carries them on; if there is none, no agent works. */
    private Seen seen(Told told) {
        var state = told.chronicle().state();
        ExecutionView view = ExecutionView.of(told.plan(), state, attempt -> told.carriedOn());
        return new Seen(
                id,
                told.workflowId(),
                Account.of(told.plan(), view, told.chronicle()),
                told.history(),
                told.output(),
                told.carriedOn());
    }

    abstract void tell(Seen seen);

    /** It cannot be recovered, so nothing is known but how it was last known to stand. */
    private int tellQuarantined(JsonNode execution) {
        if (output.json()) {
            JsonReport.print(execution, terminal);
            return ExitCode.FINE;
        }
        Look look = terminal.look();
        String status = execution.path("status").asText().replace('_', ' ');
        String why = execution.path("quarantine_reason").asText();
        terminal.out().println(Plain.text(id + "  " + status + ", quarantined: it cannot be recovered", look));
        terminal.out().println();
        terminal.out().println(look.paint(Look.Tone.BAD, "why: ") + Plain.text(why, look));
        terminal.out().println("Once that is mended: capo release " + id + "; to end it as it is: capo cancel " + id);
        return ExitCode.FINE;
    }

    /** What is left of an execution whose history was removed. */
    abstract int tellArchived(JsonNode execution);
}
