package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.cli.client.ExecutionJsonReader;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.history.HistoryEvent;
import java.util.List;
import picocli.CommandLine.Command;

/** Tells where an execution stands. */
@Command(
        name = "show",
        description = "Show where an execution stands: its tasks, what it waits for, how it ended and why.",
        footer = {
            "",
            "As the server has it; where none is named, and none serves the data directory, as it stands there.",
            "",
            "  capo show order-17",
            "  capo show order-17 -o json"
        })
final class ShowCommand extends LookCommand {
    ShowCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void tell(Seen seen) {
        if (output.json()) {
            JsonReport.print(SeenJson.of(seen), terminal);
            return;
        }
        Look look = terminal.look();
        Account account = seen.account();
        new Frame(account, seen.id(), look)
                .lines(System.currentTimeMillis(), Integer.MAX_VALUE, 0)
                .forEach(line -> terminal.out().println(line.stripTrailing()));
        why(account, seen.history());
        seen.output().ifPresent(value -> printOutput(terminal, value));
        if (!account.hasEnded() && !seen.carriedOn()) {
            terminal.out().println();
            terminal.out().println("No program carries it on now. To go on:");
            terminal.out()
                    .println("  "
                            + look.paint(
                                    Tone.PLACE,
                                    "capo run --resume " + seen.id()
                                            + server.data().option()));
        }
    }

    private void why(Account account, List<HistoryEntry> history) {
        ExecutionView view = account.view();
        Ending ending = view.ending();
        if (ending != null && ending.kind() != Ending.Kind.COMPLETED) {
            String task = ending.task() == null ? "" : account.plan().graph().id(ending.task()) + ": ";
            printWhy(terminal, task + ending.message() + canceller(ending, history), ending.code());
        }
    }

    /** Who cancelled it, where the history says so. */
    private static String canceller(Ending ending, List<HistoryEntry> history) {
        return ending.kind() != Ending.Kind.CANCELLED
                ? ""
                : history.stream()
                        .filter(entry -> entry.event() == HistoryEvent.EXECUTION_ENDING && entry.by() != null)
                        .reduce((first, last) -> last)
                        .map(entry -> ", by " + entry.by())
                        .orElse("");
    }

    private static void printWhy(Terminal terminal, String message, String code) {
        Look look = terminal.look();
        terminal.out().println();
        terminal.out().println(look.paint(Tone.BAD, "why: ") + Plain.text(message + " (" + code + ")", look));
    }

    private static void printOutput(Terminal terminal, JsonNode value) {
        terminal.out().println();
        terminal.out().println("output:");
        JsonReport.print(value, terminal);
    }

    @Override
    int tellArchived(JsonNode execution) {
        if (output.json()) {
            JsonReport.print(execution, terminal);
            return ExitCode.FINE;
        }
        String id = execution.path("execution_id").asText();
        String status = execution.path("status").asText().replace('_', ' ');
        terminal.out().println(Plain.text(id + "  " + status + "; its history is not kept any more", terminal.look()));
        JsonNode error = execution.path("error_details");
        if (error.isObject()) {
            String task = ExecutionJsonReader.task(error);
            printWhy(
                    terminal,
                    (task == null ? "" : task + ": ") + error.path("message").asText(),
                    error.path("code").asText());
        }
        if (execution.has("output")) {
            printOutput(terminal, execution.path("output"));
        }
        return ExitCode.FINE;
    }
}
