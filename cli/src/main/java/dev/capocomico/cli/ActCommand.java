package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.cli.client.ServerFailure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that changes an execution: it has returned when the change is durable. */
abstract class ActCommand extends ServerCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "The execution's id.")
    private String id = "";

    ActCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    final int run(ServerClient client) throws InterruptedException {
        Optional<JsonNode> body = body();
        if (body.isEmpty()) {
            return ExitCode.WRONG_USE;
        }
        JsonNode sent = body.get().isMissingNode() ? null : body.get();
        JsonNode answer = client.post("/api/v1/executions/" + ServerClient.encoded(id) + "/" + what(), sent)
                .json();
        return done(answer, id + ": " + line(answer.path("status").asText().replace('_', ' ')));
    }

    @Override
    final String next(ServerFailure.Refused refused) {
        return ServerWords.ofExecution(refused, server, id);
    }

    /** The end of the call's address. */
    abstract String what();

    /** What is sent along; missing for nothing; empty when it cannot be had, and why was said. */
    Optional<JsonNode> body() {
        return Optional.of(MissingNode.getInstance());
    }

    /** What has come of it. */
    String line(String status) {
        return status;
    }

    /** Lets nothing new start. */
    @Command(
            name = "pause",
            description = "Let nothing new start in an execution; what runs may end, and is recorded.",
            footer = {"", "  capo pause order-17", "  capo resume order-17"})
    static final class Pause extends ActCommand {
        Pause(Terminal terminal) {
            super(terminal);
        }

        @Override
        String what() {
            return "pause";
        }
    }

    /** Goes on after a pause. */
    @Command(
            name = "resume",
            description = "Go on with an execution that is paused.",
            footer = {"", "  capo resume order-17"})
    static final class Resume extends ActCommand {
        Resume(Terminal terminal) {
            super(terminal);
        }

        @Override
        String what() {
            return "resume";
        }
    }

    /** Ends an execution. */
    @Command(
            name = "cancel",
            description =
                    "End an execution: agents are told to stop, and what was done is undone if the workflow says so.",
            footer = {"", "  capo cancel order-17 --reason 'the customer called'"})
    static final class Cancel extends ActCommand {
        @Option(names = "--reason", paramLabel = "R", description = "Why; stands in the history.")
        private @Nullable String reason;

        Cancel(Terminal terminal) {
            super(terminal);
        }

        @Override
        String what() {
            return "cancel";
        }

        @Override
        Optional<JsonNode> body() {
            return reason == null
                    ? super.body()
                    : Optional.of(JsonReport.object().put("reason", reason));
        }

        @Override
        String line(String status) {
            return "is ending (" + status + ")";
        }
    }

    /** Goes on with what did not succeed. */
    @Command(
            name = "retry",
            description = "Go on with an execution that ended without success; what succeeded stays.",
            footer = {"", "  capo retry order-17"})
    static final class Retry extends ActCommand {
        @Option(names = "--force", description = "Also after some of it could not be undone.")
        private boolean force;

        Retry(Terminal terminal) {
            super(terminal);
        }

        @Override
        String what() {
            return "retry";
        }

        @Override
        Optional<JsonNode> body() {
            return force ? Optional.of(JsonReport.object().put("force", true)) : super.body();
        }

        @Override
        String line(String status) {
            return "goes on (" + status + ")";
        }
    }

    /** Lets a quarantined execution be recovered again. */
    @Command(
            name = "release",
            description = "Let an execution be recovered that was quarantined because that had failed.",
            footer = {
                "",
                "To be used once what was wrong is mended; capo show says what it is. To end one that nobody can mend:",
                "capo cancel.",
                "",
                "  capo release order-17"
            })
    static final class Release extends ActCommand {
        Release(Terminal terminal) {
            super(terminal);
        }

        @Override
        String what() {
            return "release";
        }

        @Override
        String line(String status) {
            return "was recovered and goes on (" + status + ")";
        }
    }

    /** Answers a task that waits. */
    @Command(
            name = "signal",
            description = "Answer a task that waits for a signal; the payload is its output.",
            footer = {
                "",
                "Sent twice it counts twice.",
                "",
                "  capo signal order-17 approval --payload '{\"by\": \"ann\"}'",
                "  capo signal order-17 approval --payload @answer.json"
            })
    static final class Signal extends ActCommand {
        @Parameters(index = "1", paramLabel = "NAME", description = "What a wait_for waits for.")
        private String name = "";

        @Option(names = "--payload", paramLabel = "JSON|@FILE", description = "null if nothing is said.")
        private @Nullable String payload;

        Signal(Terminal terminal) {
            super(terminal);
        }

        @Override
        String what() {
            return "signals/" + ServerClient.encoded(name);
        }

        @Override
        Optional<JsonNode> body() {
            return payload == null ? super.body() : JsonArgument.read(terminal, "--payload", payload);
        }

        @Override
        String line(String status) {
            return "has the signal \"" + name + "\" (" + status + ")";
        }
    }
}
