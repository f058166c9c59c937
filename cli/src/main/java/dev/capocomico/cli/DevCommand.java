package dev.capocomico.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.Capocomico;
import dev.capocomico.CapocomicoBuilder;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.http.HttpApi;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.TokenSigner;
import dev.capocomico.model.history.Elapsed;
import dev.capocomico.persistence.directory.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A whole node with its database, that serves HTTP until it is told to stop. */
@Command(
        name = "dev",
        description = "Serve: a node with the HTTP API and a PostgreSQL of its own, or that of DATABASE_URL.",
        footer = {
            "",
            "Prints its addresses and a token, and serves until Ctrl-C or TERM: then it answers what it was asked,",
            "and stops; executions go on in the next start. Commands in the same folder find it by themselves, others",
            "by CAPO_SERVER and CAPO_TOKEN. The settings of docs/configuration.md hold, such as JWT_SECRET.",
            "",
            "  capo dev --simulate",
            "  capo dev --port 0 --data /var/lib/capo -o json"
        })
final class DevCommand implements Callable<Integer> {
    private static final Duration TOKEN_TTL = Duration.ofHours(24);
    private static final String LOG_LEVEL = "capo.log";

    private final Terminal terminal;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Where to listen; 0 takes a free port. Else HTTP_PORT, or 8080.")
    private @Nullable Integer port;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Else HTTP_HOST, or 127.0.0.1: this machine alone.")
    private @Nullable String host;

    @Option(names = "--ephemeral", description = "Keep nothing: the data directory is a new one, and goes at the end.")
    private boolean ephemeral;

    @Option(names = "--insecure", description = "Ask nobody for a token; on a loopback address only.")
    private boolean insecure;

    @Option(names = "--simulate", description = "Let simulated agents stand in for types of agents that nobody serves.")
    private boolean simulate;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private List<String> warnings = List.of();

    /** Where executions are kept, for a person. */
    private String kept = "";

    DevCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        requirePort(port, spec);
        if (ephemeral && data.isNamed()) {
            throw wrong("what is --ephemeral is in no directory: leave out one of the two");
        }
        keepLog();
        return Interruptible.run(terminal, this::serve);
    }

    static void requirePort(@Nullable Integer port, CommandSpec spec) {
        if (port != null && (port < 0 || port > 65_535)) {
            throw new ParameterException(
                    spec.commandLine(), "there is no port " + port + "; ports go to 65535, and 0 takes a free one");
        }
    }

    /** Before the first library asks for a logger: a server keeps a log, see logback.xml. */
    static void keepLog() {
        if (System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "WARN");
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    private int serve() throws InterruptedException {
        try {
            return ephemeral ? serveForNow() : serve(data.in(terminal));
        } catch (IOException | UncheckedIOException e) {
            terminal.complain("the data directory cannot be used: " + e.getMessage());
            return ExitCode.FAILED;
        } catch (RuntimeException e) {
            if (Thread.interrupted()) {
                return ExitCode.INTERRUPTED;
            }
            return NodeStart.explain(e, terminal);
        }
    }

    private int serveForNow() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("capo-");
        try {
            return serve(directory);
        } finally {
            Folder.delete(directory);
        }
    }

    private int serve(Path directory) throws IOException, InterruptedException {
        NodeConfiguration configuration = NodeConfiguration.load();
        NodeConfiguration.Http configured = configuration.http();
        // Nobody goes on with what is not kept.
        Duration grace = ephemeral ? Duration.ZERO : configuration.stopGrace();
        String address = host == null ? configured.host() : host;
        if (insecure && !UnsafeSettings.isLoopback(address)) {
            throw wrong("--insecure lets in everybody who reaches the server, and others would reach %s"
                    .formatted(address));
        }
        if (insecure && (configured.access().isPresent() || !configured.claims().equals(AccessSettings.Claims.ANY))) {
            throw wrong("--insecure asks nobody for a token, and the configuration says which tokens are taken"
                    + " (JWT_SECRET, JWKS_URL, JWT_ISSUER or JWT_AUDIENCE): leave out one of the two");
        }
        if (ephemeral && configuration.database().isPresent()) {
            terminal.complain("nothing is kept, as --ephemeral says; the database of DATABASE_URL is not used");
        }
        Optional<Path> embedded = ephemeral ? Optional.of(directory) : data.unlessDatabase(configuration, terminal);
        kept = embedded.isPresent()
                ? data.shown()
                : configuration.database().orElseThrow().shown();
        if (embedded.isEmpty()) {
            Optional<URI> other = Doorplate.read(directory);
            if (other.isPresent()) {
                terminal.complain("%s is the directory of the server at %s; give this one another with --data"
                        .formatted(data.shown(), other.get()));
                return ExitCode.CONFLICT;
            }
            PrivateFiles.claimDirectory(directory);
        }
        CapocomicoBuilder settings =
                Capocomico.builder().serveHttp().httpHost(address).stopGrace(grace);
        if (port != null) {
            settings.httpPort(port);
        }
        Optional<AccessSettings.SharedSecret> signing = access(settings, configured, directory);
        warnings = HttpApi.warnings(address, configured.tls().isPresent());
        long begun = System.nanoTime();
        try (Capocomico capo = new NodeStart(terminal).start(settings, embedded, simulate)) {
            try (Doorplate doorplate = Doorplate.put(directory, url(capo))) {
                welcome(
                        doorplate.address(),
                        capo.managementAddress(),
                        signing,
                        Duration.ofNanos(System.nanoTime() - begun));
                capo.awaitStop();
                terminal.complain("stopped: " + capo.whyStopped().orElse("the node was closed"));
                return ExitCode.FAILED;
            } catch (InterruptedException e) {
                terminal.err()
                        .println("Stopping: what was asked is answered first"
                                + (grace.isZero()
                                        ? "."
                                        : ", and agents at work may end within %d s.".formatted(grace.toSeconds())));
                terminal.err().flush();
            }
        }
        terminal.err()
                .println(ephemeral ? "Stopped." : "Stopped; nothing is lost. capo dev" + data.option() + " goes on.");
        return ExitCode.INTERRUPTED;
    }

    /** Settles who may call; returns with what a token can be signed here, if it can. */
    private Optional<AccessSettings.SharedSecret> access(
            CapocomicoBuilder settings, NodeConfiguration.Http configured, Path directory) throws IOException {
        if (insecure) {
            settings.insecureHttp();
            return Optional.empty();
        }
        return switch (configured.access().orElse(null)) {
            case AccessSettings.SharedSecret shared -> Optional.of(shared);
            case AccessSettings.Jwks jwks -> Optional.empty();
            case AccessSettings.Insecure everybody -> throw new IllegalStateException("no setting turns tokens off");
            case null -> {
                String secret = DevelopmentKey.findOrMake(directory);
                settings.jwtSecret(secret);
                yield Optional.of(AccessSettings.SharedSecret.of(secret, configured.claims()));
            }
        };
    }

    static URI url(Capocomico capo) {
        return url(capo.speaksTls() ? "https" : "http", capo.httpAddress().orElseThrow());
    }

    static URI url(String scheme, InetSocketAddress listening) {
        InetAddress address = listening.getAddress();
        String name = address.isAnyLocalAddress()
                ? "127.0.0.1"
                : address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
        return URI.create(scheme + "://" + name + ":" + listening.getPort());
    }

    // --- What is said

    private void welcome(
            URI url,
            Optional<InetSocketAddress> machines,
            Optional<AccessSettings.SharedSecret> signing,
            Duration took) {
        Optional<URI> management = machines.map(listening -> url("http", listening));
        Instant until = Instant.now().plus(TOKEN_TTL);
        Optional<String> token = signing.map(
                secret -> new TokenSigner(secret).sign(new Caller("default", "developer", Set.of(Role.ADMIN)), until));
        if (output.json()) {
            ObjectNode json = JsonReport.object().put("url", url.toString()).put("docs_url", url + "/docs");
            management.ifPresent(address -> json.put("management_url", address.toString()));
            json.put("data", ephemeral ? null : kept);
            json.put("ready_after_millis", took.toMillis());
            token.ifPresent(text -> json.put("token", text).put("token_expires_at", until.toString()));
            if (!warnings.isEmpty()) {
                warnings.forEach(json.putArray("warnings")::add);
            }
            JsonReport.print(json, terminal);
        } else {
            print(url, management, token, took);
        }
        terminal.out().flush();
    }

    private void print(URI url, Optional<URI> management, Optional<String> token, Duration took) {
        Look look = terminal.look();
        line(look.paint(Tone.PLACE, "Capocomico serves at " + url)
                + look.paint(Tone.FAINT, "  ready after " + Elapsed.words(took.toMillis())));
        line("");
        line("  the API to try   " + url + "/docs");
        management.ifPresent(address -> line("  for machines     " + address + "/ready"));
        line("  what is kept     " + (ephemeral ? "nothing: it goes when this stops" : kept));
        line("  who may call     " + callers(token));
        warnings.forEach(warning -> line(look.paint(Tone.BAD, "  warning          " + warning)));
        line("");
        line(look.paint(Tone.PLACE, "Try next"));
        String option = ephemeral ? "" : data.option();
        line("  capo apply examples/human-approval.yaml" + option);
        line("  capo start human_approval --input '{\"topic\": \"opera\"}' --id first" + option);
        line("  capo watch first" + option);
        line("");
        line(look.paint(Tone.PLACE, ephemeral ? "In the shell where you do so" : "From another folder"));
        line("  export CAPO_SERVER=" + url);
        token.ifPresent(text -> line("  export CAPO_TOKEN=" + text));
        line("");
        line(look.paint(Tone.FAINT, "Ctrl-C stops it" + (ephemeral ? "." : "; what runs goes on in the next start.")));
    }

    private String callers(Optional<String> token) {
        return insecure
                ? "everybody on this machine, without a token"
                : token.isPresent()
                        ? "who has a token; capo token%s signs more".formatted(ephemeral ? "" : data.option())
                        : "who has a token signed by a key of JWKS_URL";
    }

    private void line(String text) {
        terminal.out().println(text);
    }
}
