package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.TokenSigner;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every route of the contract that changes something, on a real node. A new one fails here until it is called and found in the audit. */
@Timeout(180)
class AuditedRoutesTest {
    private static final String SECRET = "a secret of the tests, and of nothing else";
    private static final TokenSigner SIGNER = new TokenSigner(AccessSettings.SharedSecret.of(SECRET));

    /** Operations with another method than GET that change nothing. */
    private static final Set<String> CHANGE_NOTHING = Set.of("validateWorkflow");

    private static final Pattern CHANGING =
            Pattern.compile("\n    (?:post|put|patch|delete):\n      operationId: (\\w+)\n");

    private static final String TALK = """
            {"name": "talk", "version": "1", "tasks": [
              {"id": "ask", "wait_for": {"signal": "go"}}, {"id": "never", "wait_for": {"signal": "never"}}]}""";

    private static final String FAILS = """
            {"name": "fails", "version": "1", "agents": {"a": {"type": "simulated", "settings": {"fail_always": true}}},
             "tasks": [{"id": "try", "agent": "a", "retry_policy": "none"}]}""";

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Set<String> called = new LinkedHashSet<>();
    private int port;

    private static Set<String> changingOperations() throws Exception {
        try (InputStream contract =
                Objects.requireNonNull(AuditedRoutesTest.class.getResourceAsStream("/openapi.yaml"))) {
            String text = new String(contract.readAllBytes(), StandardCharsets.UTF_8);
            Set<String> found = new TreeSet<>();
            CHANGING.matcher(text).results().forEach(match -> found.add(match.group(1)));
            found.removeAll(CHANGE_NOTHING);
            return found;
        }
    }

    @Test
    void every_route_that_changes_something_leaves_an_audit_row() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(directory).withDurability(Durability.FAST_FOR_TESTS), Progress.silent())) {
            try (Capocomico node = start(postgres)) {
                port = port(node);
                change("registerWorkflow", "/workflows", TALK, 201);
                change("registerWorkflow", "/workflows", FAILS, 201);
                execute("talk", "sick");
                execute("talk", "lost");
            }
            damage(postgres, "sick", "lost");
            try (Capocomico node = start(postgres)) {
                port = port(node);
                changeAll();
                call("POST", "/executions/sick/signals/go", "{}", 409);
                mend(postgres, "sick");
                change("releaseExecution", "/executions/sick/release", "", 200);
                call("POST", "/executions/lost/signals/go", "{}", 409);
                change("cancelExecution", "/executions/lost/cancel", "", 202);

                assertThat(called)
                        .as("each operation of the contract that changes something is called by this test")
                        .containsExactlyInAnyOrderElementsOf(changingOperations());
                for (String operation : called) {
                    assertAudited("action=" + operation);
                }
                assertAudited("action=releaseExecution&execution_id=sick");
                assertAudited("action=cancelExecution&execution_id=lost");
            }
        }
    }

    private void changeAll() throws Exception {
        change("publishEvent", "/events", "{\"topic\": \"paid\", \"id\": \"e1\"}", 202);
        execute("talk", "newest");
        change("pauseWorkflow", "/workflows/talk/pause", "", 200);
        change("resumeWorkflow", "/workflows/talk/resume", "", 200);
        change("cancelWorkflow", "/workflows/talk/cancel", "", 202);
        execute("talk", "named");
        change("pauseExecution", "/executions/named/pause", "", 200);
        change("resumeExecution", "/executions/named/resume", "", 200);
        change("signalExecution", "/executions/named/signals/go", "{}", 202);
        change("cancelTask", "/executions/named/tasks/never/cancel", "", 202);
        execute("talk", "ended");
        change("cancelExecution", "/executions/ended/cancel", "", 202);
        execute("fails", "failed");
        until("/executions/failed", "/status", "failed");
        change("retryExecution", "/executions/failed/retry", "", 202);
    }

    private void execute(String workflow, String id) throws Exception {
        change(
                "executeWorkflow",
                "/workflows/" + workflow + "/execute",
                "{\"execution_options\": {\"execution_id\": \"" + id + "\"}}",
                202);
    }

    private void change(String operation, String path, String body, int expected) throws Exception {
        called.add(operation);
        call("POST", path, body, expected);
    }

    /** It comes moments after the answer. */
    private void assertAudited(String filter) throws Exception {
        until("/audit?outcome=accepted&subject=ann&" + filter, "/audit/0/address", "127.0.0.1");
    }

    private void until(String path, String pointer, String wanted) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            JsonNode answer = call("GET", path, "", 200);
            if (answer.at(pointer).asText().equals(wanted)) {
                return;
            }
            assertThat(System.nanoTime()).as("%s: %s", path, answer).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private JsonNode call(String method, String path, String body, int expected) throws Exception {
        String token = SIGNER.sign(
                new Caller("acme", "ann", Set.of(Role.ADMIN)), Instant.now().plusSeconds(600));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode())
                .as("%s %s: %s", method, path, response.body())
                .isEqualTo(expected);
        return new ObjectMapper().readTree(response.body());
    }

    private static Capocomico start(EmbeddedPostgres postgres) throws InterruptedException {
        return Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .httpPort(0)
                .jwtSecret(SECRET)
                .start();
    }

    private static int port(Capocomico node) {
        return node.httpAddress().orElseThrow().getPort();
    }

    private static void damage(EmbeddedPostgres postgres, String... ids) throws SQLException {
        execute(postgres, "CREATE TABLE saved AS SELECT * FROM event_journal");
        for (String id : ids) {
            execute(
                    postgres,
                    "UPDATE event_journal SET event_payload = '\\x00' WHERE persistence_id = 'execution|acme/" + id
                            + "'");
        }
    }

    private static void mend(EmbeddedPostgres postgres, String id) throws SQLException {
        execute(
                postgres,
                "UPDATE event_journal j SET event_payload = s.event_payload FROM saved s"
                        + " WHERE s.persistence_id = j.persistence_id AND s.sequence_number = j.sequence_number"
                        + " AND s.persistence_id = 'execution|acme/" + id + "'");
    }

    private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
