package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.cli.client.ServerFailure;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.DefinitionTree;
import dev.capocomico.model.plan.Plan;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Registers workflows: all that are valid, whatever is wrong with the others. */
@Command(
        name = "apply",
        description = "Register workflows; what is registered already stays as it is.",
        footer = {
            "",
            "A name and version mean one workflow for good: another content needs another version.",
            "",
            "  capo apply examples/*.yaml"
        })
final class ApplyCommand extends ServerCommand {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "YAML or JSON; - is the standard input.")
    private List<Path> files = List.of();

    ApplyCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(ServerClient client) throws InterruptedException {
        Checker checker = new Checker(terminal);
        ObjectNode report = JsonReport.object();
        ArrayNode applied = report.putArray("files");
        int worst = ExitCode.FINE;
        for (Path file : files) {
            worst = Math.max(
                    worst,
                    switch (checker.check(file)) {
                        case Checked.Valid valid -> apply(client, valid, applied.addObject());
                        case Checked.Invalid invalid -> refuse(invalid, applied);
                        case Checked.Unreadable unreadable -> refuse(unreadable, applied);
                    });
        }
        if (output.json()) {
            JsonReport.print(report, terminal);
        }
        return worst;
    }

    private int refuse(Checked checked, ArrayNode applied) {
        applied.addAll((ArrayNode) JsonReport.of(List.of(checked)).path("files"));
        if (!output.json()) {
            terminal.out().flush();
            new TextReport(terminal.onError()).print(checked);
        }
        return ExitCode.WRONG_USE;
    }

    private int apply(ServerClient client, Checked.Valid valid, ObjectNode entry) throws InterruptedException {
        Definition definition = valid.plan().definition();
        entry.put("file", valid.file()).put("name", definition.name()).put("version", definition.version());
        try {
            ServerClient.Reply reply = register(client, valid.plan());
            String result =
                    reply.status() == 200 ? "unchanged" : hasOthers(client, definition) ? "new version" : "created";
            entry.put("result", result.replace(' ', '_'));
            entry.put("workflow_id", reply.json().path("workflow_id").asText());
            say(valid.file() + ": " + result + "  " + definition.name() + " " + definition.version());
            return ExitCode.FINE;
        } catch (ServerFailure.Refused e) {
            if (e.status() != 409 && e.status() != 400 && e.status() != 422 && e.status() != 507) {
                throw e;
            }
            entry.put("result", "refused").put("error", e.getMessage());
            terminal.out().flush();
            return ServerWords.explain(valid.file() + ": ", e, terminal, refused -> "");
        }
    }

    static ServerClient.Reply register(ServerClient client, Plan plan) throws InterruptedException {
        return client.post("/api/v1/workflows", DefinitionTree.of(plan.definition()));
    }

    private static boolean hasOthers(ServerClient client, Definition definition) throws InterruptedException {
        JsonNode versions = client.get("/api/v1/workflows?limit=2&name=" + ServerClient.encoded(definition.name()));
        return versions.path("workflows").size() > 1;
    }

    private void say(String line) {
        if (!output.json()) {
            terminal.out().println(Plain.text(line, terminal.look()));
        }
    }
}
