package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.cli.client.ServerFailure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts an execution, and leaves it to the server. */
@Command(
        name = "start",
        description = "Start an execution of a registered workflow; its id is printed.",
        footer = {
            "",
            "With --id the same command may be given again: there is one execution.",
            "",
            "  capo start order --input '{\"qty\": 3}' --id order-17",
            "  capo watch $(capo start order --version 2 --input @order.json)"
        })
final class StartCommand extends ServerCommand {
    @Parameters(paramLabel = "NAME", description = "The workflow.")
    private String name = "";

    @Option(names = "--version", paramLabel = "V", description = "Of the workflow; else the one registered last.")
    private @Nullable String version;

    @Mixin
    private final ExecutionOption begun = new ExecutionOption();

    StartCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(ServerClient client) throws InterruptedException {
        Optional<JsonNode> given = begun.input(terminal);
        if (given.isEmpty()) {
            return ExitCode.WRONG_USE;
        }
        JsonNode answer = start(client, version == null ? name : name + ":" + version, given.get(), begun.id());
        String started = answer.path("execution_id").asText();
        if (terminal.screen().isDrawnOn() && !output.json()) {
            terminal.err().println("      capo watch " + started + server.option() + " follows it");
        }
        return done(answer, started);
    }

    @Override
    String next(ServerFailure.Refused refused) {
        return switch (refused.status()) {
            case 404 -> "; capo apply FILE" + server.option() + " registers one";
            case 409 -> "; another --id begins another";
            default -> "";
        };
    }

    /**
     * Starts it, or finds it started.
     *
     * @param id null for one of its own
     */
    static JsonNode start(ServerClient client, String workflow, JsonNode input, @Nullable String id)
            throws InterruptedException {
        ObjectNode body = JsonReport.object();
        body.set("input_data", input);
        if (id != null) {
            body.putObject("execution_options").put("execution_id", id);
        }
        return client.post("/api/v1/workflows/" + ServerClient.encoded(workflow) + "/execute", body)
                .json();
    }
}
