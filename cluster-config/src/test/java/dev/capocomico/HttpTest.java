package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node on a real PostgreSQL, called over HTTP. */
class HttpTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ORDER = """
            workflow:
              name: order
              version: "1"
              agents: {till: {type: till}}
              tasks:
                - {id: charge, agent: till, input: "${input.n}"}
                - {id: approve, wait_for: {signal: approval}, depends_on: [charge]}
            """;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ConcurrentLinkedQueue<String> charged = new ConcurrentLinkedQueue<>();

    @TempDir
    Path temporary;

    private Capocomico start() throws InterruptedException {
        return Capocomico.builder()
                .embeddedDatabase(EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS))
                .agent("till", task -> {
                    charged.add(task.executionId());
                    return Map.of("charged", task.input());
                })
                .httpPort(0)
                .insecureHttp()
                .start();
    }

    private record Reply(int status, JsonNode json) {}

    private Reply call(Capocomico capo, String method, String path, String body, String... headers) throws Exception {
        int port = capo.httpAddress().orElseThrow().getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        } else if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Reply(response.statusCode(), JSON.readTree(response.body()));
    }

    private JsonNode until(Capocomico capo, String execution, String status) throws Exception {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (true) {
            Reply reply = call(capo, "GET", "/api/v1/executions/" + execution, "");
            if (reply.json().path("status").asText().equals(status)) {
                return reply.json();
            }
            assertThat(System.nanoTime()).as(reply.toString()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void a_workflow_is_registered_executed_signalled_and_seen_to_complete() throws Exception {
        try (Capocomico capo = start()) {
            assertThat(call(capo, "GET", "/ready", "").status()).isEqualTo(200);
            Reply created = call(capo, "POST", "/api/v1/workflows", ORDER, "Content-Type", "application/yaml");
            assertThat(created.status()).isEqualTo(201);
            String id = created.json().at("/workflow_id").asText();
            assertThat(call(capo, "POST", "/api/v1/workflows", ORDER, "Content-Type", "application/yaml")
                            .status())
                    .isEqualTo(200);
            for (String address : List.of(id, "order", "order:1")) {
                Reply found = call(capo, "GET", "/api/v1/workflows/" + address, "");
                assertThat(found.json().at("/workflow_id").asText()).isEqualTo(id);
            }
            call(
                    capo,
                    "POST",
                    "/api/v1/workflows",
                    ORDER.replace("\"1\"", "\"2\""),
                    "Content-Type",
                    "application/yaml");
            Reply page = call(capo, "GET", "/api/v1/workflows?limit=1", "");
            assertThat(page.json().at("/workflows/0/version").asText()).isEqualTo("2");
            Reply next = call(
                    capo,
                    "GET",
                    "/api/v1/workflows?limit=1&cursor="
                            + page.json().at("/next_cursor").asText(),
                    "");
            assertThat(next.json().at("/workflows/0/workflow_id").asText()).isEqualTo(id);

            String start = "{\"input_data\": {\"n\": 3}, \"execution_options\": {\"execution_id\": \"o-1\"}}";
            assertThat(call(capo, "POST", "/api/v1/workflows/order:1/execute", start)
                            .status())
                    .isEqualTo(202);
            assertThat(call(capo, "POST", "/api/v1/executions/o-1/signals/approval", "{\"by\": \"ann\"}")
                            .status())
                    .isEqualTo(202);
            JsonNode ended = until(capo, "o-1", "completed");
            assertThat(ended.at("/output/approve/by").asText()).isEqualTo("ann");
            assertThat(ended.at("/tasks/0/status").asText()).isEqualTo("completed");
            JsonNode history = call(capo, "GET", "/api/v1/executions/o-1/history", "")
                    .json()
                    .at("/history");
            assertThat(history.findValuesAsText("event"))
                    .startsWith("execution_started")
                    .contains("signal_received")
                    .endsWith("execution_completed");
            assertThat(history.findValuesAsText("by")).containsOnly("anonymous");
            listed(capo);
        }
    }

    /** The list lags behind by moments. */
    private void listed(Capocomico capo) throws Exception {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (call(capo, "GET", "/api/v1/executions?status=completed&workflow=order", "")
                .json()
                .at("/executions")
                .isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void a_hundred_equal_calls_at_once_make_one_execution_also_after_a_restart() throws Exception {
        String body = "{\"input_data\": {\"n\": 1}}";
        Set<Reply> answers = new HashSet<>();
        try (Capocomico capo = start();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            call(capo, "POST", "/api/v1/workflows", ORDER, "Content-Type", "application/yaml");
            List<Callable<Reply>> calls = IntStream.range(0, 100)
                    .<Callable<Reply>>mapToObj(i -> () -> execute(capo, body))
                    .toList();
            for (Future<Reply> answer : callers.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }
        try (Capocomico capo = start()) {
            answers.add(execute(capo, body));
            // The newest version is another one now; the call is the same.
            call(
                    capo,
                    "POST",
                    "/api/v1/workflows",
                    ORDER.replace("\"1\"", "\"2\""),
                    "Content-Type",
                    "application/yaml");
            answers.add(execute(capo, body));
            assertThat(answers).hasSize(1);
            assertThat(execute(capo, "{\"input_data\": {\"n\": 2}}").status()).isEqualTo(409);
            String id = answers.iterator().next().json().at("/execution_id").asText();
            call(capo, "POST", "/api/v1/executions/" + id + "/signals/approval", "");
            until(capo, id, "completed");
            assertThat(Set.copyOf(charged)).containsExactly(id);
        }
    }

    private Reply execute(Capocomico capo, String body) throws Exception {
        return call(
                capo,
                "POST",
                "/api/v1/workflows/order/execute",
                body,
                "Idempotency-Key",
                "invoice-17",
                "Content-Type",
                "application/json");
    }

    @Test
    void the_newest_execution_of_a_workflow_is_known_as_soon_as_it_is_accepted() throws Exception {
        try (Capocomico capo = start()) {
            call(capo, "POST", "/api/v1/workflows", ORDER, "Content-Type", "application/yaml");
            String path = "/api/v1/workflows/order";
            assertThat(call(capo, "GET", path + "/status", "").status()).isEqualTo(404);
            for (int i = 0; i < 15; i++) {
                String id = "run-" + i;
                String start =
                        "{\"input_data\": {\"n\": 1}, \"execution_options\": {\"execution_id\": \"%s\"}}".formatted(id);
                assertThat(call(capo, "POST", path + "/execute", start).status())
                        .isEqualTo(202);
                Reply status = call(capo, "GET", path + "/status", "");
                assertThat(status.json().at("/execution_id").asText()).isEqualTo(id);
                // Right after a retry too, whatever the table of executions knows of either.
                assertThat(call(capo, "POST", path + "/cancel", "").status()).isEqualTo(202);
                until(capo, id, "cancelled");
                call(capo, "POST", "/api/v1/executions/" + id + "/retry", "");
                Reply paused = call(capo, "POST", path + "/pause", "");
                assertThat(paused.json().at("/execution_id").asText())
                        .as(paused.toString())
                        .isEqualTo(id);
                call(capo, "POST", path + "/cancel", "");
                call(capo, "POST", "/api/v1/executions/" + id + "/resume", "");
                until(capo, id, "cancelled");
            }
            assertThat(call(capo, "POST", path + "/pause", "").status()).isEqualTo(409);
        }
    }

    @Test
    void of_many_who_want_a_workflow_to_run_alone_at_once_one_gets_it() throws Exception {
        String body = "{\"input_data\": {\"n\": 1}, \"execution_options\": {\"if_running\": \"reject\"}}";
        try (Capocomico capo = start();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            call(capo, "POST", "/api/v1/workflows", ORDER, "Content-Type", "application/yaml");
            for (int round = 0; round < 3; round++) {
                List<Callable<Reply>> calls = IntStream.range(0, 30)
                        .<Callable<Reply>>mapToObj(
                                i -> () -> call(capo, "POST", "/api/v1/workflows/order/execute", body))
                        .toList();
                List<Reply> replies = new ArrayList<>();
                for (Future<Reply> answer : callers.invokeAll(calls)) {
                    replies.add(answer.get());
                }
                List<Reply> accepted =
                        replies.stream().filter(reply -> reply.status() == 202).toList();
                assertThat(accepted).as(replies.toString()).hasSize(1);
                assertThat(replies).extracting(Reply::status).containsOnly(202, 409);
                String id = accepted.getFirst().json().at("/execution_id").asText();
                call(capo, "POST", "/api/v1/executions/" + id + "/signals/approval", "");
                until(capo, id, "completed");
            }
        }
    }

    @Test
    void an_event_and_a_wait_that_cross_each_other_find_each_other() throws Exception {
        long seed = Long.getLong("capocomico.seed", 20261121L);
        SplittableRandom random = new SplittableRandom(seed);
        String waiting = """
                workflow:
                  name: crossing
                  version: "1"
                  coordination: {event_driven: [orders.paid]}
                  agents: {till: {type: till}}
                  tasks:
                    - {id: charge, agent: till}
                    - {id: ship, agent: till, depends_on: [charge], on_event: {topic: orders.paid, match: "${event.order == input.order}"}}
                """;
        try (Capocomico capo = start();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            call(capo, "POST", "/api/v1/workflows", waiting, "Content-Type", "application/yaml");
            int orders = 40;
            List<Callable<Reply>> calls = new ArrayList<>();
            for (int order = 0; order < orders; order++) {
                int one = order;
                long pause = random.nextLong(TimeUnit.MILLISECONDS.toNanos(30));
                calls.add(() -> {
                    String start =
                            "{\"input_data\": {\"order\": %d}, \"execution_options\": {\"execution_id\": \"order-%d\"}}"
                                    .formatted(one, one);
                    Reply begun = call(capo, "POST", "/api/v1/workflows/crossing/execute", start);
                    assertThat(begun.status()).isEqualTo(202);
                    // From now on the event may come before the wait, with it, or after it.
                    TimeUnit.NANOSECONDS.sleep(pause);
                    String event = "{\"id\": \"paid-%d\", \"topic\": \"orders.paid\", \"payload\": {\"order\": %d}}"
                            .formatted(one, one);
                    Reply published = call(capo, "POST", "/api/v1/events", event);
                    call(capo, "POST", "/api/v1/events", event); // counts once
                    return published;
                });
            }
            for (Future<Reply> published : callers.invokeAll(calls)) {
                assertThat(published.get().status()).as("seed %d", seed).isEqualTo(202);
            }
            for (int order = 0; order < orders; order++) {
                until(capo, "order-" + order, "completed");
            }
        }
    }

    @Test
    void a_node_that_is_full_says_so_and_takes_more_when_there_is_room() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (Capocomico capo = Capocomico.builder()
                .embeddedDatabase(EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS))
                .agent("till", task -> done.await(20, TimeUnit.SECONDS))
                .httpPort(0)
                .insecureHttp()
                .maxConcurrentWorkflows(1)
                .start()) {
            String work = ORDER.substring(0, ORDER.indexOf("    - {id: approve"));
            call(capo, "POST", "/api/v1/workflows", work, "Content-Type", "application/yaml");
            String first = "{\"execution_options\": {\"execution_id\": \"first\"}, \"input_data\": {\"n\": 1}}";
            String second = first.replace("first", "second");
            assertThat(call(capo, "POST", "/api/v1/workflows/order/execute", first)
                            .status())
                    .isEqualTo(202);
            Reply full = call(capo, "POST", "/api/v1/workflows/order/execute", second);
            assertThat(full.status()).isEqualTo(507);
            assertThat(full.json().at("/code").asText()).isEqualTo("AT_CAPACITY");
            done.countDown();
            long deadline = System.nanoTime() + SOON.toNanos();
            while (call(capo, "POST", "/api/v1/workflows/order/execute", second).status() != 202) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
            until(capo, "second", "completed");
        }
    }

    @Test
    void a_node_that_should_serve_http_must_know_its_callers() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Capocomico.builder()
                        .embeddedDatabase(
                                EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS))
                        .httpPort(0)
                        .start())
                .withMessageContaining("jwtSecret");
    }
}
