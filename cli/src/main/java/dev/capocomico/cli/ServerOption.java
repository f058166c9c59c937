package dev.capocomico.cli;

import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.TokenSigner;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Which server a command talks to: that of --server, or of a directory that --data names, or of CAPO_SERVER, or else the one that
 * serves the usual directory. For one that serves a directory, the command signs a token of its own.
 */
final class ServerOption {
    private static final Duration TOKEN_TTL = Duration.ofHours(24);

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Which server; else CAPO_SERVER, or the one that serves the data directory.")
    private @Nullable String server;

    @Mixin
    private final DataOption data = new DataOption();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    DataOption data() {
        return data;
    }

    /** What commands need to find the same server again. */
    String option() {
        return (server == null ? "" : " --server " + Shell.word(server)) + data.option();
    }

    /** Empty when none is named, and none serves the data directory. */
    Optional<ServerClient> find(Terminal terminal) throws IOException {
        Path directory = data.in(terminal);
        Optional<URI> here = Doorplate.read(directory);
        String environment =
                terminal.environment().getOrDefault("CAPO_SERVER", "").strip();
        String named = server != null ? server : data.isNamed() ? "" : environment;
        Optional<URI> address = named.isEmpty() ? here : Optional.of(address(named));
        // CAPO_TOKEN goes with CAPO_SERVER, and is shown to no other server that was not asked for by name.
        boolean meant = !named.isEmpty() || environment.isEmpty();
        String said =
                meant ? terminal.environment().getOrDefault("CAPO_TOKEN", "").strip() : "";
        String token = !said.isEmpty() ? said : address.equals(here) ? signed(directory) : null;
        return address.map(
                url -> new ServerClient(url, token, () -> named.isEmpty() ? again(directory) : Optional.empty()));
    }

    /** One that serves a directory and is started again may have another port. */
    private static Optional<URI> again(Path directory) {
        try {
            return Doorplate.read(directory);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private URI address(String named) {
        String origin = server != null ? "--server" : "CAPO_SERVER";
        try {
            URI url = new URI(named.replaceFirst("/+$", ""));
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (http && url.getHost() != null && url.getRawPath().isEmpty()) {
                return url;
            }
        } catch (URISyntaxException e) {
            // It is told below.
        }
        throw new ParameterException(
                spec.commandLine(),
                "%s is \"%s\"; a server is an address such as http://localhost:8080".formatted(origin, named));
    }

    private static @Nullable String signed(Path directory) throws IOException {
        NodeConfiguration.Http http = NodeConfiguration.load().http();
        Optional<AccessSettings.SharedSecret> configured = http.access()
                .filter(AccessSettings.SharedSecret.class::isInstance)
                .map(AccessSettings.SharedSecret.class::cast);
        Optional<AccessSettings.SharedSecret> secret = configured.isPresent()
                ? configured
                : DevelopmentKey.find(directory).map(key -> AccessSettings.SharedSecret.of(key, http.claims()));
        return secret.map(TokenSigner::new)
                .map(signer -> signer.sign(
                        new Caller("default", "developer", Set.of(Role.ADMIN)),
                        Instant.now().plus(TOKEN_TTL)))
                .orElse(null);
    }
}
