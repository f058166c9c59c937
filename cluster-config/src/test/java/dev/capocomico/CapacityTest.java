package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many executions a node and a tenant may have at once, on a whole node. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CapacityTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "a secret of the tests, and of nothing else";
    private static final TokenSigner SIGNER = new TokenSigner(AccessSettings.SharedSecret.of(SECRET));
    private static final int PER_TENANT = 5;
    private static final int ALL = 8;
    private static final String WORK = """
            workflow:
              name: work
              version: "1"
              agents: {hand: {type: hand}}
              tasks:
                - {id: work, agent: hand, timeout: 1h}
            """;
    private static final String WAIT = """
            workflow:
              name: wait
              version: "1"
              tasks:
                - {id: wait, wait_for: {signal: go}}
            """;

    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch done = new CountDownLatch(1);

    @TempDir
    Path temporary;

    private Capocomico start() throws InterruptedException {
        return Capocomico.builder()
                .embeddedDatabase(EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS))
                .agent("hand", task -> {
                    // A cancelled attempt is given up, as by any agent that looks.
                    while (!task.cancelled() && !done.await(20, TimeUnit.MILLISECONDS)) {
                        task.heartbeat();
                    }
                    return Map.of("done", true);
                })
                .workerPoolSize(20)
                .httpPort(0)
                .jwtSecret(SECRET)
                .maxConcurrentWorkflows(ALL)
                .maxConcurrentWorkflowsPerTenant(PER_TENANT)
                .start();
    }

    private record Reply(int status, JsonNode json, HttpResponse<String> response) {}

    private Reply call(Capocomico capo, String tenant, String method, String path, String body) throws Exception {
        String token = SIGNER.sign(
                new Caller(tenant, "tester", Set.of(Role.OPERATOR)),
                Instant.now().plusSeconds(600));
        int port = capo.httpAddress().orElseThrow().getPort();
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", body.startsWith("workflow") ? "application/yaml" : "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Reply(response.statusCode(), JSON.readTree(response.body()), response);
    }

    private Reply execute(Capocomico capo, String tenant, String workflow, String id) throws Exception {
        return call(
                capo,
                tenant,
                "POST",
                "/api/v1/workflows/" + workflow + "/execute",
                "{\"execution_options\": {\"execution_id\": \"" + id + "\"}}");
    }

    private JsonNode room(Capocomico capo, String tenant) throws Exception {
        return call(capo, tenant, "GET", "/workflow-capacity", "").json();
    }

    private JsonNode untilRoom(Capocomico capo, String tenant, Predicate<JsonNode> wanted) throws Exception {
        long deadline = System.nanoTime() + SOON.toNanos();
        JsonNode room = room(capo, tenant);
        while (!wanted.test(room)) {
            assertThat(System.nanoTime()).as(room.toString()).isLessThan(deadline);
            room = room(capo, tenant);
        }
        return room;
    }

    private static Predicate<JsonNode> active(int all, int ofTenant) {
        return room -> room.at("/active_workflows").asInt() == all
                && room.at("/tenant/active_workflows").asInt() == ofTenant;
    }

    /** All at once; the ids of those that were accepted. */
    private List<String> race(Capocomico capo, String tenant, int count, String prefix) throws Exception {
        List<String> accepted = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Reply>> calls = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String id = prefix + "-" + i;
                calls.add(() -> execute(capo, tenant, "work", id));
            }
            for (Future<Reply> answer : callers.invokeAll(calls)) {
                Reply reply = answer.get();
                assertThat(reply.status()).as(reply.toString()).isIn(202, 507);
                if (reply.status() == 202) {
                    accepted.add(reply.json().at("/execution_id").asText());
                } else {
                    assertThat(reply.json().at("/code").asText()).isEqualTo("AT_CAPACITY");
                    assertThat(reply.response().headers().firstValue("retry-after"))
                            .hasValue("1");
                }
            }
        }
        return accepted;
    }

    @Test
    void neither_a_tenant_nor_all_together_begin_more_than_may_and_room_comes_back() throws Exception {
        List<String> ofA;
        List<String> ofB;
        try (Capocomico capo = start()) {
            for (String tenant : List.of("a", "b")) {
                assertThat(call(capo, tenant, "POST", "/api/v1/workflows", WORK).status())
                        .isEqualTo(201);
            }
            ofA = race(capo, "a", 60, "first");
            assertThat(ofA).hasSize(PER_TENANT);
            Reply full = execute(capo, "a", "work", "one-more");
            assertThat(full.status()).isEqualTo(507);
            assertThat(full.json().at("/detail").asText()).contains("of this tenant");
            // Who asks again for what was begun is answered as the first time, also when there is no room.
            assertThat(execute(capo, "a", "work", ofA.getFirst()).status()).isEqualTo(202);
            JsonNode room = room(capo, "a");
            assertThat(room.at("/tenant/max_concurrent_workflows").asInt()).isEqualTo(PER_TENANT);
            assertThat(room.at("/tenant/available").asInt()).isZero();
            assertThat(room.at("/tenant/accepting").asBoolean()).isFalse();
            assertThat(room.at("/accepting").asBoolean()).isTrue();

            ofB = race(capo, "b", 60, "first");
            assertThat(ofB).hasSize(ALL - PER_TENANT);
            assertThat(execute(capo, "b", "work", "one-more")
                            .json()
                            .at("/detail")
                            .asText())
                    .doesNotContain("tenant");
            room = room(capo, "b");
            assertThat(room.at("/active_workflows").asInt()).isEqualTo(ALL);
            assertThat(room.at("/accepting").asBoolean()).isFalse();
            assertThat(room.at("/tenant/active_workflows").asInt()).isEqualTo(ALL - PER_TENANT);
            assertThat(room.at("/tenant/available").asInt()).isZero();

            cancelled(capo, "a", ofA.removeFirst());
            untilRoom(capo, "a", active(ALL - 1, PER_TENANT - 1));
            ofB.addAll(race(capo, "b", 20, "second"));
            assertThat(ofB).hasSize(ALL - PER_TENANT + 1);
        }
        try (Capocomico capo = start()) {
            // They go on by themselves, and each has its place again.
            untilRoom(capo, "a", active(ALL, PER_TENANT - 1));
            assertThat(execute(capo, "a", "work", "one-more").status()).isEqualTo(507);
            done.countDown();
            untilRoom(capo, "a", active(0, 0));
            for (String id : ofA) {
                assertThat(call(capo, "a", "GET", "/api/v1/executions/" + id, "")
                                .json()
                                .at("/status")
                                .asText())
                        .isEqualTo("completed");
            }
            assertThat(execute(capo, "a", "work", "one-more").status()).isEqualTo(202);
        }
    }

    private void cancelled(Capocomico capo, String tenant, String id) throws Exception {
        assertThat(call(capo, tenant, "POST", "/api/v1/executions/" + id + "/cancel", "")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void executions_that_only_wait_take_no_room_not_even_while_they_are_asked() throws Exception {
        try (Capocomico capo = start()) {
            for (String workflow : List.of(WORK, WAIT)) {
                call(capo, "a", "POST", "/api/v1/workflows", workflow);
            }
            List<String> waiting = new ArrayList<>();
            for (int i = 0; i < 3 * ALL; i++) {
                waiting.add("w-" + i);
                assertThat(execute(capo, "a", "wait", waiting.getLast()).status())
                        .isEqualTo(202);
            }
            untilRoom(capo, "a", active(0, 0));
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Reply>> looks = waiting.stream()
                        .map(id -> (Callable<Reply>) () -> call(capo, "a", "GET", "/api/v1/executions/" + id, ""))
                        .collect(Collectors.toList());
                for (Future<Reply> look : callers.invokeAll(looks)) {
                    assertThat(look.get().json().at("/status").asText()).isEqualTo("executing");
                }
            }
            assertThat(room(capo, "a").at("/active_workflows").asInt()).isZero();
            assertThat(race(capo, "a", 30, "first")).hasSize(PER_TENANT);
            done.countDown();
        }
    }
}
