package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.cli.Stage.Ended;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.TokenSigner;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code capo dev} and {@code capo token} can be told. */
@Timeout(240)
class DevCommandTest {
    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    private static int status(HttpClient client, URI url, String token, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .header("Authorization", "Bearer " + token)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    @Test
    void what_is_ephemeral_leaves_nothing_speaks_tls_and_lets_machines_ask_at_a_door_of_their_own() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        Map<String, String> environment = Map.of(
                "JWT_SECRET",
                "a secret of the tests, and of nothing else",
                "JAVA_TOOL_OPTIONS",
                "-Djava.io.tmpdir=" + directory,
                "TLS_CERTIFICATE",
                certificate.pem().toString(),
                "TLS_KEY",
                certificate.key().toString(),
                "MANAGEMENT_PORT",
                "0");
        try (ServerProcess server = ServerProcess.start(directory, environment, "--ephemeral")) {
            assertThat(server.said().path("data").isNull()).isTrue();
            assertThat(server.url().getScheme()).isEqualTo("https");
            HttpClient trusting =
                    HttpClient.newBuilder().sslContext(certificate.trusting()).build();
            assertThat(status(trusting, server.url(), server.token(), "/api/v1/executions"))
                    .as("the configured secret is the key")
                    .isEqualTo(200);
            URI plain = URI.create(server.url().toString().replace("https", "http"));
            assertThatThrownBy(() -> status(client, plain, server.token(), "/ready"))
                    .isInstanceOf(IOException.class);

            URI management = URI.create(server.said().path("management_url").asText());
            assertThat(status(client, management, "", "/health")).isEqualTo(200);
            assertThat(status(client, management, "", "/ready")).isEqualTo(200);
            assertThat(status(client, management, server.token(), "/api/v1/executions"))
                    .isEqualTo(404);

            Ended wary =
                    new Stage(directory).run("list", "--server", server.url().toString());
            assertThat(wary.code()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(wary.err())
                    .contains("cannot be trusted or speaks no TLS")
                    .hasLineCount(1);
            server.terminate();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("capo-")))
                    .isEmpty();
        }
        assertThat(directory.resolve(".capo")).doesNotExist();
    }

    @Test
    void without_tokens_everybody_here_may_call_and_nobody_else_can() throws Exception {
        CompletableFuture<Ended> ended = new CompletableFuture<>();
        Thread server = Thread.ofPlatform()
                .start(() -> ended.complete(new Stage(directory).run("dev", "--insecure", "--port", "0")));
        try {
            Path data = directory.resolve(".capo");
            Await.until("it serves", () -> {
                assertThat(server.isAlive()).as(() -> ended.join().err()).isTrue();
                return Doorplate.read(data).isPresent();
            });
            assertThat(status(client, Doorplate.read(data).orElseThrow(), "", "/api/v1/executions"))
                    .isEqualTo(200);
        } finally {
            server.interrupt();
        }
        assertThat(ended.get(60, TimeUnit.SECONDS).out())
                .contains("everybody on this machine, without a token")
                .doesNotContain("CAPO_TOKEN");

        Ended open = new Stage(directory).run("dev", "--insecure", "--host", "0.0.0.0", "--data", "other");
        assertThat(open.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(open.err()).contains("--insecure lets in everybody who reaches the server");
        assertThat(directory.resolve("other")).doesNotExist();
    }

    @Test
    void settings_of_tokens_have_their_effect_or_are_refused() throws Exception {
        String secret = "a secret of the tests, and of nothing else";
        try (ServerProcess server = ServerProcess.start(
                directory, Map.of("JWT_SECRET", secret, "JWT_ISSUER", "https://id.example"), "--ephemeral")) {
            assertThat(server.said().has("warnings")).isFalse();
            assertThat(status(client, server.url(), server.token(), "/api/v1/executions"))
                    .as("its own tokens are of the issuer")
                    .isEqualTo(200);
            String other = new TokenSigner(AccessSettings.SharedSecret.of(secret))
                    .sign(
                            new Caller("default", "ann", Set.of(Role.ADMIN)),
                            Instant.now().plusSeconds(60));
            assertThat(status(client, server.url(), other, "/api/v1/executions"))
                    .isEqualTo(401);
            server.terminate();
        }
        for (String setting : List.of("JWT_SECRET", "JWT_ISSUER", "JWT_AUDIENCE")) {
            Process refused = ServerProcess.launch(directory, Map.of(setting, secret), "--insecure");
            String err = new String(refused.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(refused.waitFor()).as(setting).isEqualTo(ExitCode.WRONG_USE);
            assertThat(err).contains("--insecure asks nobody for a token", "leave out one of the two");
        }
    }

    @Test
    void a_port_that_is_taken_and_wrong_options_are_told_in_a_sentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            Ended ended = new Stage(directory).run("dev", "--port", port, "--host", "127.0.0.1");
            assertThat(ended.code()).isEqualTo(ExitCode.CONFLICT);
            assertThat(ended.err())
                    .contains("cannot listen on 127.0.0.1:" + port + ": Address already in use; stop the program")
                    .doesNotContain("Exception")
                    .hasLineCount(1);
            assertThat(directory.resolve(".capo/postgresql"))
                    .as("nothing was started")
                    .doesNotExist();
        }
        assertThat(new Stage(directory).run("dev", "--port", "65536").code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(new Stage(directory).run("dev", "--ephemeral", "--data", "x").err())
                .contains("leave out one of the two");
    }

    @Test
    void a_token_needs_a_key_and_words_that_mean_something() {
        Ended keyless = new Stage(directory).run("token");
        assertThat(keyless.code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(keyless.err())
                .isEqualTo("capo: there is no key in .capo; capo dev makes one, and JWT_SECRET names another\n");
        for (String[] wrong : new String[][] {
            {"--role", "king"},
            {"--tenant", "No Tenant"},
            {"--ttl", "never"},
            {"--ttl", "0"},
            {"--subject", " "},
            {"--scope", "reed"},
            {"--scope", "read:a b"}
        }) {
            Ended refused = new Stage(directory).run("token", wrong[0], wrong[1]);
            assertThat(refused.code()).as(wrong[0]).isEqualTo(ExitCode.WRONG_USE);
            assertThat(refused.out()).isEmpty();
        }
    }
}
