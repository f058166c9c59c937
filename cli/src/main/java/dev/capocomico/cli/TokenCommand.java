package dev.capocomico.cli;

import dev.capocomico.configuration.ConfigurationException;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Action;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.Scopes;
import dev.capocomico.http.access.TokenSigner;
import dev.capocomico.http.access.Tokens;
import dev.capocomico.model.definition.DurationText;
import dev.capocomico.model.wire.Wired;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Signs a token for the server of a data directory. */
@Command(
        name = "token",
        description = "Print a token for the server of a data directory.",
        footer = {
            "",
            "It is signed with JWT_SECRET, or else with the key that capo dev has made in the data directory. Where tokens",
            "come from an identity provider (JWKS_URL), they are its to give.",
            "",
            "  export CAPO_TOKEN=$(capo token)",
            "  capo token --role viewer --tenant acme --ttl 12h",
            "  capo token --subject ann --scope read:approvals_* --scope signal:approvals_*"
        })
final class TokenCommand implements Callable<Integer> {
    private static final Duration TTL_MAX = Duration.ofDays(366);

    private final Terminal terminal;

    @Option(
            names = "--subject",
            paramLabel = "S",
            defaultValue = "developer",
            description = "Who calls; stands in the history.")
    private String subject = "developer";

    @Option(
            names = "--role",
            paramLabel = "R",
            defaultValue = "operator",
            completionCandidates = Roles.class,
            description =
                    "viewer looks, operator (the default) also executes and commands, admin may all, agent takes work.")
    private String role = "operator";

    @Option(
            names = "--tenant",
            paramLabel = "T",
            defaultValue = "default",
            description = "Whose workflows and executions.")
    private String tenant = "default";

    @Option(
            names = "--scope",
            paramLabel = "A[:N]",
            description =
                    "Narrows the role: an action (read, register, start, signal, control, publish, audit), and the"
                            + " workflow N, or the beginning of names before a *. Of several, each allows something.")
    private List<String> scopes = List.of();

    @Option(names = "--ttl", paramLabel = "1h", defaultValue = "1h", description = "How long it is good.")
    private String ttl = "1h";

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TokenCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What can be chosen. */
    static final class Roles extends Candidates {
        Roles() {
            super(Arrays.stream(Role.values()).map(Role::wireName).toList());
        }
    }

    @Override
    public Integer call() {
        Caller caller = caller();
        Instant until = Instant.now().plus(duration());
        try {
            Optional<AccessSettings.SharedSecret> secret = secret();
            if (secret.isEmpty()) {
                return ExitCode.NOT_FOUND;
            }
            String token = new TokenSigner(secret.get()).sign(caller, until);
            if (output.json()) {
                JsonReport.print(JsonReport.object().put("token", token).put("expires_at", until.toString()), terminal);
            } else {
                terminal.out().println(token);
            }
            return ExitCode.FINE;
        } catch (ConfigurationException e) {
            return NodeStart.explain(e, terminal);
        } catch (IOException e) {
            terminal.complain("the key in %s cannot be read: %s".formatted(data.shown(), e.getMessage()));
            return ExitCode.FAILED;
        }
    }

    private Caller caller() {
        Role named = Role.named(role)
                .orElseThrow(() -> wrong("\"%s\" is no role; the roles are %s"
                        .formatted(
                                role,
                                Arrays.stream(Role.values()).map(Role::wireName).collect(Collectors.joining(", ")))));
        if (!Tokens.isTenant(tenant)) {
            throw wrong("\"%s\" is no tenant: up to 40 small letters, digits, - and _".formatted(tenant));
        }
        if (!Tokens.isSubject(subject)) {
            throw wrong("--subject says who calls, in 200 characters at most");
        }
        return new Caller(tenant, subject, Set.of(named), narrowed());
    }

    private Scopes narrowed() {
        if (scopes.isEmpty()) {
            return Scopes.ALL;
        }
        Scopes said = Scopes.of(scopes);
        if (!said.unknown().isEmpty()) {
            throw wrong(
                    "\"%s\" is no scope; one is such as read, start:billing or signal:approvals_*, and the actions are %s"
                            .formatted(said.unknown().getFirst(), String.join(", ", Wired.wireNames(Action.class))));
        }
        if (scopes.size() > Scopes.COUNT_MAX) {
            throw wrong("a token has at most %d scopes".formatted(Scopes.COUNT_MAX));
        }
        return said;
    }

    private Duration duration() {
        return DurationText.parse(ttl)
                .filter(parsed -> parsed.isPositive() && parsed.compareTo(TTL_MAX) <= 0)
                .orElseThrow(() -> wrong("\"%s\" is no time to live: 30m, 12h or 7d, a year at most".formatted(ttl)));
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    /** Empty when there is none, and why was said. */
    private Optional<AccessSettings.SharedSecret> secret() throws IOException {
        NodeConfiguration.Http configured = NodeConfiguration.load().http();
        return switch (configured.access().orElse(null)) {
            case AccessSettings.SharedSecret shared -> Optional.of(shared);
            case AccessSettings.Jwks jwks -> {
                terminal.complain(
                        "the server takes tokens signed by the keys at %s; whoever publishes them gives tokens"
                                .formatted(jwks.url()));
                yield Optional.empty();
            }
            case AccessSettings.Insecure insecure -> throw new IllegalStateException("no setting turns tokens off");
            case null -> {
                Optional<String> found = DevelopmentKey.find(data.in(terminal));
                if (found.isEmpty()) {
                    terminal.complain("there is no key in %s; capo dev%s makes one, and JWT_SECRET names another"
                            .formatted(data.shown(), data.option()));
                }
                yield found.map(secret -> AccessSettings.SharedSecret.of(secret, configured.claims()));
            }
        };
    }
}
