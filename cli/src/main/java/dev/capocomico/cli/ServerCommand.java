package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.cli.client.ServerFailure;
import dev.capocomico.configuration.ConfigurationException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that a server answers. */
abstract class ServerCommand implements Callable<Integer> {
    final Terminal terminal;

    @Mixin
    final ServerOption server = new ServerOption();

    @Mixin
    final OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ServerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public final Integer call() {
        return Interruptible.run(terminal, this::onServer);
    }

    private int onServer() throws InterruptedException {
        try {
            Optional<ServerClient> found = server.find(terminal);
            if (found.isEmpty()) {
                return withoutServer();
            }
            try (ServerClient client = found.get()) {
                return run(client);
            }
        } catch (ServerFailure e) {
            return ServerWords.explain(e, terminal, this::next);
        } catch (ConfigurationException e) {
            return NodeStart.explain(e, terminal);
        } catch (IOException e) {
            terminal.complain("the data directory %s cannot be read: %s"
                    .formatted(server.data().shown(), e.getMessage()));
            return ExitCode.FAILED;
        }
    }

    /** What the command does. */
    abstract int run(ServerClient client) throws InterruptedException;

    /** What to do next when the server has said no, as the end of a sentence; nothing if this command knows no better. */
    String next(ServerFailure.Refused refused) {
        return "";
    }

    /** What it does where there is no server; most can do nothing. */
    int withoutServer() throws InterruptedException {
        return ServerWords.noServer(terminal, server.data());
    }

    final ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    /** The answer for programs, or a line for people. */
    final int done(JsonNode answer, String line) {
        if (output.json()) {
            JsonReport.print(answer, terminal);
        } else {
            terminal.out().println(Plain.text(line, terminal.look()));
        }
        return ExitCode.FINE;
    }
}
