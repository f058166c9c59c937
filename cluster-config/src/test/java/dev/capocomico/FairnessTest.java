package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.TokenSigner;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two tenants on one node, over HTTP and on a real PostgreSQL: one asks as much as it can over 48 connections, the other one thing after
 * the other. A matter of time, so it belongs to the long run, on a machine that does nothing else.
 *
 * <p>Clients of a server are on other machines. Here they are not, so the flood comes from a process of its own to which the system
 * gives only the time that nobody else wants (Linux: SCHED_IDLE): enough to keep the node busy all the time, and it takes nothing from the
 * node, its database and the other tenant. What is compared is the 99th percentile of the same calls of the same client, quiet and beside the
 * flood, one after the other in each round; the median of the rounds counts.
 */
@Tag("chaos")
class FairnessTest {
    private static final String SECRET = "a secret of the tests, and of nothing else";
    private static final int FLOODING = 48;
    private static final int CALLS = 150;
    private static final int ROUNDS = 5;

    /** So much longer a call may take beside a flood. */
    private static final double FAIR = 3;

    private static final String WORKFLOW = """
            {"name": "wait", "version": "1", "tasks": [{"id": "w", "wait_for": {"signal": "go"}}]}""";

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path temporary;

    private static String token(String tenant) {
        return new TokenSigner(AccessSettings.SharedSecret.of(SECRET))
                .sign(
                        new Caller(tenant, "tester", Set.of(Role.OPERATOR)),
                        Instant.now().plus(Duration.ofHours(1)));
    }

    private int call(Capocomico capo, String token, String method, String path, String body) throws Exception {
        int port = capo.httpAddress().orElseThrow().getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token)
                .timeout(Duration.ofSeconds(60));
        if (body.isEmpty()) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void a_tenant_that_floods_leaves_another_its_time() throws Exception {
        String greedy = token("greedy");
        String modest = token("modest");
        try (Capocomico capo = Capocomico.builder()
                .embeddedDatabase(EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS))
                .httpPort(0)
                .jwtSecret(SECRET)
                .start()) {
            for (String token : List.of(greedy, modest)) {
                assertThat(call(capo, token, "POST", "/api/v1/workflows", WORKFLOW))
                        .isEqualTo(201);
            }
            AtomicInteger number = new AtomicInteger();
            for (int i = 0; i < 3; i++) {
                measure(capo, modest, number);
            }
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                Duration quiet = measure(capo, modest, number);
                Duration flooded;
                String floodPerSecond;
                try (Flood flood = new Flood(capo, greedy)) {
                    flooded = measure(capo, modest, number);
                    floodPerSecond = flood.end();
                }
                double ratio = flooded.toNanos() / (double) quiet.toNanos();
                System.out.printf(
                        "p99 quiet %s, beside a flood of %s answers a second %s: %.1f times%n",
                        quiet, floodPerSecond, flooded, ratio);
                ratios.add(ratio);
            }
            ratios.sort(null);
            assertThat(ratios.get(ROUNDS / 2)).as("median of %s", ratios).isLessThan(FAIR);
        }
    }

    /** The 99th percentile of a tenant's calls: it executes, asks how that stands, and lists. */
    private Duration measure(Capocomico capo, String token, AtomicInteger number) throws Exception {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            String id = "m" + number.incrementAndGet();
            String start = "{\"execution_options\": {\"execution_id\": \"%s\"}}".formatted(id);
            took.add(timed(() -> call(capo, token, "POST", "/api/v1/workflows/wait/execute", start), 202));
            took.add(timed(() -> call(capo, token, "GET", "/api/v1/executions/" + id, ""), 200));
            took.add(timed(() -> call(capo, token, "GET", "/api/v1/executions?limit=5", ""), 200));
            // Else it would be the room for executions that comes to an end.
            call(capo, token, "POST", "/api/v1/executions/" + id + "/cancel", "{}");
        }
        took.sort(null);
        return Duration.ofNanos(took.get(took.size() * 99 / 100));
    }

    private interface Status {
        int get() throws Exception;
    }

    private static long timed(Status call, int expected) throws Exception {
        long begin = System.nanoTime();
        assertThat(call.get()).isEqualTo(expected);
        return System.nanoTime() - begin;
    }

    /** See {@link FloodingTenant}. */
    private static final class Flood implements AutoCloseable {
        private final Process process;
        private final BufferedReader says;

        Flood(Capocomico capo, String token) throws IOException {
            int port = capo.httpAddress().orElseThrow().getPort();
            process = new ProcessBuilder(
                            "chrt",
                            "--idle",
                            "0",
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            FloodingTenant.class.getName(),
                            "http://127.0.0.1:" + port,
                            token,
                            Integer.toString(FLOODING))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            says = process.inputReader(StandardCharsets.UTF_8);
            assertThat(says.readLine()).isEqualTo("floods");
        }

        /** How many of its calls were answered in a second. */
        String end() throws IOException {
            process.getOutputStream().close();
            return String.valueOf(says.readLine());
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
