package dev.capocomico.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.Capocomico;
import dev.capocomico.CapocomicoBuilder;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.configuration.NodeConfiguration.Database;
import dev.capocomico.model.history.Elapsed;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A production node: on a database that somebody else runs, for callers that an operator has named. */
@Command(
        name = "serve",
        description = "Run a production server on the PostgreSQL that DATABASE_URL names.",
        footer = {
            "",
            "Makes no key and no token, and refuses to start with settings that are unsafe: without JWT_SECRET or",
            "JWKS_URL, without TLS for callers or for a database on another machine, or on a database that could",
            "lose what it has acknowledged. The settings of docs/configuration.md hold.",
            "",
            "  DATABASE_URL=postgresql://capo:secret@db.example/capo?sslmode=verify-full \\",
            "  JWKS_URL=https://id.example/keys capo serve --port 8080"
        })
final class ServeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Where to listen; 0 takes a free port. Else HTTP_PORT, or 8080.")
    private @Nullable Integer port;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Else HTTP_HOST, or 127.0.0.1: this machine alone.")
    private @Nullable String host;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        DevCommand.requirePort(port, spec);
        DevCommand.keepLog();
        return Interruptible.run(terminal, this::serve);
    }

    private int serve() throws InterruptedException {
        try {
            NodeConfiguration configuration = NodeConfiguration.load();
            String address = host == null ? configuration.http().host() : host;
            List<String> unsafe = UnsafeSettings.of(configuration, address);
            if (unsafe.isEmpty()) {
                unsafe = UnsafeSettings.of(configuration.database().orElseThrow());
            }
            if (!unsafe.isEmpty()) {
                unsafe.forEach(terminal::complain);
                return ExitCode.WRONG_USE;
            }
            return serve(configuration, address);
        } catch (RuntimeException e) {
            return Thread.interrupted() ? ExitCode.INTERRUPTED : NodeStart.explain(e, terminal);
        }
    }

    private int serve(NodeConfiguration configuration, String address) throws InterruptedException {
        CapocomicoBuilder settings = Capocomico.builder().serveHttp().httpHost(address);
        if (port != null) {
            settings.httpPort(port);
        }
        long begun = System.nanoTime();
        try (Capocomico capo = new NodeStart(terminal).start(settings, Optional.empty(), false)) {
            welcome(
                    DevCommand.url(capo),
                    capo.managementAddress(),
                    configuration.database().orElseThrow(),
                    Duration.ofNanos(System.nanoTime() - begun));
            capo.awaitStop();
            terminal.complain("stopped: " + capo.whyStopped().orElse("the node was closed"));
            return ExitCode.FAILED;
        } catch (InterruptedException e) {
            // The node has stopped in order by now.
        }
        terminal.err().println("Stopped; executions continue when a server is started on the same database.");
        return ExitCode.INTERRUPTED;
    }

    private void welcome(URI url, Optional<InetSocketAddress> machines, Database database, Duration took) {
        Optional<URI> management = machines.map(listening -> DevCommand.url("http", listening));
        if (output.json()) {
            ObjectNode json = JsonReport.object().put("url", url.toString()).put("docs_url", url + "/docs");
            management.ifPresent(where -> json.put("management_url", where.toString()));
            json.put("database", database.shown()).put("ready_after_millis", took.toMillis());
            JsonReport.print(json, terminal);
        } else {
            Look look = terminal.look();
            terminal.out()
                    .println(look.paint(Tone.PLACE, "Capocomico serves at " + url)
                            + look.paint(Tone.FAINT, "  ready after " + Elapsed.words(took.toMillis())));
            terminal.out().println("  database         " + Plain.text(database.shown(), look));
            management.ifPresent(where -> terminal.out().println("  for machines     " + where + "/ready"));
        }
        terminal.out().flush();
    }
}
