package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.cli.client.ServerFailure;
import dev.capocomico.model.execution.ExecutionStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Follows an execution to its end, as {@code run} does. */
@Command(
        name = "watch",
        description = "Follow an execution to its end; its output is printed as JSON.",
        footer = {
            "",
            "Progress goes to the standard error. Ctrl-C ends the watching, not the execution.",
            "",
            "  capo watch order-17"
        })
final class WatchCommand extends ServerCommand {
    @Parameters(paramLabel = "ID", description = "The execution's id.")
    private String id = "";

    WatchCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    int run(ServerClient client) throws InterruptedException {
        return follow(terminal, server, client, id);
    }

    @Override
    String next(ServerFailure.Refused refused) {
        return ServerWords.ofExecution(refused, server, id);
    }

    /** To its end, which is the exit code. */
    static int follow(Terminal terminal, ServerOption server, ServerClient client, String id)
            throws InterruptedException {
        JsonNode execution = RemoteExecution.get(client, id);
        if (RemoteExecution.isArchived(execution)) {
            return archived(terminal, execution);
        }
        try (RemoteFollowing watched =
                RemoteFollowing.of(client, RemoteExecution.of(client, execution), server.option())) {
            Account account = new Watch(terminal, watched).toTheEnd();
            return Verdict.print(terminal, watched, account, "capo history " + id + server.option());
        } catch (ServerFailure e) {
            return untold(terminal, server, id, e);
        } catch (InterruptedException e) {
            terminal.err().println("The server goes on with it. To follow it again:");
            terminal.err().println("  " + terminal.errorLook().paint(Tone.PLACE, again(server, id)));
            throw e;
        }
    }

    /** An execution that is there, and of which the server will not tell. */
    static int untold(Terminal terminal, ServerOption server, String id, ServerFailure failure) {
        int code = ServerWords.explain(failure, terminal);
        if (code != ExitCode.NOT_FOUND) {
            terminal.err().println("      " + again(server, id) + " follows it when that is mended");
        }
        return code;
    }

    private static String again(ServerOption server, String id) {
        return "capo watch " + id + server.option();
    }

    private static int archived(Terminal terminal, JsonNode execution) {
        String status = execution.path("status").asText();
        if (status.equals(ExecutionStatus.COMPLETED.wireName())) {
            JsonReport.print(execution.path("output"), terminal);
            return ExitCode.FINE;
        }
        JsonNode error = execution.path("error_details");
        terminal.complain("execution \"%s\" ended %s long ago: %s (%s)"
                .formatted(
                        execution.path("execution_id").asText(),
                        status.replace('_', ' '),
                        error.path("message").asText(),
                        error.path("code").asText()));
        return ExitCode.FAILED;
    }
}
