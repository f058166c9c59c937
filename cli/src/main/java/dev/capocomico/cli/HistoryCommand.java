package dev.capocomico.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.StoredExecutions.Told;
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
final class HistoryCommand extends StoredCommand {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    HistoryCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void print(String executionId, Told told) {
        Look look = terminal.look();
        for (HistoryEntry entry : told.history()) {
            String time = TIME.format(Instant.ofEpochMilli(entry.atMillis()));
            terminal.out().println(look.paint(Tone.FAINT, time) + "  " + Plain.text(entry.sentence(), look));
        }
    }

    @Override
    void printJson(String executionId, Told told) {
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        told.history().forEach(entry -> entries.add(entry.toJson()));
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("execution_id", executionId);
        json.set("history", entries);
        JsonReport.print(json, terminal);
    }
}
