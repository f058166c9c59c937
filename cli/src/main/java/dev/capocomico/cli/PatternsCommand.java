package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.cli.client.ServerClient;
import picocli.CommandLine.Command;

/** Lists the coordination patterns that a server knows. */
@Command(
        name = "patterns",
        description = "List the coordination patterns that a server knows, and whether it can execute them.",
        footer = {"", "  capo patterns", "  capo patterns -o json"})
final class PatternsCommand extends ServerCommand {
    PatternsCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(ServerClient client) throws InterruptedException {
        JsonNode answer = client.get("/api/v1/patterns/available");
        if (output.json()) {
            JsonReport.print(answer, terminal);
            return ExitCode.FINE;
        }
        Look look = terminal.look();
        int names = 1;
        for (JsonNode pattern : answer.path("patterns")) {
            names = Math.max(names, Plain.width(pattern.path("name").asText()));
        }
        for (JsonNode pattern : answer.path("patterns")) {
            boolean executable = pattern.path("executable").asBoolean();
            String word = Text.fit(executable ? "ready" : "to come", 7, look);
            String description =
                    Text.clip(pattern.path("description").asText(), Math.max(10, look.columns() - names - 12), look);
            terminal.out()
                    .println(Text.fit(pattern.path("name").asText(), names, look) + "  "
                            + look.paint(executable ? Tone.GOOD : Tone.FAINT, word) + "  " + description);
        }
        return ExitCode.FINE;
    }
}
