package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.model.history.HistoryEntry;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine.Command;

/** Tells an execution from its start. */
@Command(
        name = "history",
        description = "Tell what has happened to an execution, in order.",
        footer = {"", "  capo history order-17", "  capo history order-17 -o json"})
final class HistoryCommand extends LookCommand {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    HistoryCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void tell(Seen seen) {
        if (output.json()) {
            printJson(seen);
            return;
        }
        Look look = terminal.look();
        for (HistoryEntry entry : seen.history()) {
            String time = TIME.format(Instant.ofEpochMilli(entry.atMillis()));
            terminal.out().println(look.paint(Tone.FAINT, time) + "  " + Plain.text(entry.sentence(), look));
        }
    }

    private void printJson(Seen seen) {
        ObjectNode json = JsonReport.object().put("execution_id", seen.id());
        ArrayNode entries = json.putArray("history");
        seen.history().forEach(entry -> entries.add(entry.toJson()));
        JsonReport.print(json, terminal);
    }

    @Override
    int tellArchived(JsonNode execution) {
        String id = execution.path("execution_id").asText();
        terminal.complain(
                "execution \"%s\" is %s, and its history was kept for as long as the configuration says; capo show %s%s tells how it ended"
                        .formatted(id, execution.path("status").asText().replace('_', ' '), id, server.option()));
        return ExitCode.NOT_FOUND;
    }
}
