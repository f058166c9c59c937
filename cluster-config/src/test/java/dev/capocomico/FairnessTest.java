package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.access.Role;
import dev.capocomico.http.access.TokenSigner;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two tenants on one node, over HTTP and on a real PostgreSQL: one asks as much as it can, the other one thing after the other. A
 * matter of time, so it belongs to the long run, on a machine that does nothing else.
 */
@Tag("chaos")
class FairnessTest {
    private static final String SECRET = "a secret of the tests, and of nothing else";
    private static final int FLOODING = 48;
    private static final int CALLS = 70;
    private static final int ROUNDS = 3;

    /** Below it, what a busy machine does to a call is larger than what another tenant does. */
    private static final Duration NOISE = Duration.ofMillis(15);

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
            measure(capo, modest, new AtomicInteger());
            List<Double> ratios = new ArrayList<>();
            AtomicInteger number = new AtomicInteger();
            for (int round = 0; round < ROUNDS; round++) {
                Duration quiet = measure(capo, modest, number);
                Duration flooded;
                try (Flood flood = new Flood(capo, greedy)) {
                    flood.awaitItsHeight();
                    flooded = measure(capo, modest, number);
                }
                double ratio = flooded.toNanos() / (double) Math.max(quiet.toNanos(), NOISE.toNanos());
                System.out.printf("p99 quiet %s, beside a flood %s: %.1f times%n", quiet, flooded, ratio);
                ratios.add(ratio);
            }
            ratios.sort(null);
            assertThat(ratios.getFirst()).as("of %s", ratios).isLessThan(3);
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

    /** As many connections as it likes, each of which asks again as soon as it is answered. */
    private final class Flood implements AutoCloseable {
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicInteger answered = new AtomicInteger();

        Flood(Capocomico capo, String token) {
            for (int i = 0; i < FLOODING; i++) {
                int kind = i % 3;
                threads.execute(() -> {
                    while (!over.get()) {
                        try {
                            switch (kind) {
                                case 0 -> call(capo, token, "POST", "/api/v1/workflows/validate", WORKFLOW);
                                case 1 -> call(capo, token, "GET", "/api/v1/executions?limit=500", "");
                                default -> call(capo, token, "GET", "/api/v1/executions/none/history", "");
                            }
                            answered.incrementAndGet();
                        } catch (Exception e) {
                            return;
                        }
                    }
                });
            }
        }

        void awaitItsHeight() throws InterruptedException {
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (answered.get() < 10 * FLOODING && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }

        @Override
        public void close() {
            over.set(true);
            threads.close();
        }
    }
}
