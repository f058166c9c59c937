package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.http.load.LoadLimits;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one tenant can take of a server, and what is left for another. */
class LoadTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");
    private static final String OTHER = TestTokens.of("other", "operator");
    private static final String PATTERNS = "/api/v1/patterns/available";
    private static final String VALIDATE = "/api/v1/workflows/validate";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private NodeInMemory node;
    private HttpApi api;

    @BeforeEach
    void start() {
        node = new NodeInMemory();
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        node.close();
    }

    private void serve(LoadLimits limits) {
        api = HttpApi.start(TestSettings.USUAL.with(limits), node.node());
    }

    private static LoadLimits limits(int atOnce, int perSecond, int percent, Duration work) {
        return new LoadLimits(atOnce, perSecond, percent, LoadLimits.DEFAULT.streamsPerTenant(), work);
    }

    private CompletableFuture<HttpResponse<String>> send(String method, String token, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + api.address().getPort() + path))
                .timeout(PATIENCE)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> sent) throws Exception {
        return sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void who_calls_too_often_is_told_when_to_come_again_and_another_tenant_does_not_notice() throws Exception {
        serve(limits(256, 5, 50, Duration.ofSeconds(4)));
        List<CompletableFuture<HttpResponse<String>>> sent = IntStream.range(0, 40)
                .mapToObj(i -> send("GET", TOKEN, PATTERNS, ""))
                .toList();
        for (int i = 0; i < 5; i++) {
            assertThat(answer(send("GET", OTHER, PATTERNS, "")).statusCode()).isEqualTo(200);
        }
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> one : sent) {
            answers.add(answer(one));
        }
        assertThat(answers).filteredOn(one -> one.statusCode() == 200).hasSizeBetween(5, 30);
        assertThat(answers)
                .filteredOn(one -> one.statusCode() == 429)
                .isNotEmpty()
                .allSatisfy(refused -> {
                    assertThat(refused.body()).contains("TOO_MANY_CALLS");
                    assertThat(refused.headers().firstValue("retry-after")).isPresent();
                });
    }

    @Test
    void a_server_answers_whether_it_lives_while_tenants_have_documents_read() throws Exception {
        serve(LoadLimits.DEFAULT);
        String large = document(4_000);
        List<CompletableFuture<HttpResponse<String>>> sent = IntStream.range(0, 24)
                .mapToObj(i -> send("POST", i % 2 == 0 ? TOKEN : OTHER, VALIDATE, large))
                .toList();
        List<Long> took = new ArrayList<>();
        while (sent.stream().anyMatch(one -> !one.isDone())) {
            long begin = System.nanoTime();
            assertThat(answer(send("GET", "", "/health", "")).statusCode()).isEqualTo(200);
            took.add(System.nanoTime() - begin);
        }
        for (CompletableFuture<HttpResponse<String>> one : sent) {
            assertThat(answer(one).statusCode()).isIn(200, 503);
        }
        took.sort(null);
        assertThat(Duration.ofNanos(took.get(took.size() / 2))).isLessThan(Duration.ofMillis(250));
    }

    @Test
    void reading_that_takes_too_long_is_ended_and_its_thread_reads_the_next() throws Exception {
        serve(limits(256, LoadLimits.NO_RATE, 50, Duration.ofMillis(400)));
        // Warm, so that a small one is read in time even on a busy machine.
        for (int i = 0; i < 20; i++) {
            answer(send("POST", OTHER, VALIDATE, document(2)));
        }
        String endless = document(90_000);
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> refused = answer(send("POST", TOKEN, VALIDATE, endless));
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.body()).contains("OVERLOADED", "given up after 400 ms");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
        }
        HttpResponse<String> small = answer(send("POST", OTHER, VALIDATE, document(2)));
        for (int i = 0; i < 20 && small.statusCode() == 503; i++) {
            small = answer(send("POST", OTHER, VALIDATE, document(2)));
        }
        assertThat(small.statusCode()).as(small.body()).isEqualTo(200);
    }

    @Test
    void a_body_of_which_reading_makes_more_than_there_is_memory_for_is_refused_before_it_is_read() throws Exception {
        serve(limits(256, LoadLimits.NO_RATE, 5, Duration.ofSeconds(4)));
        String bomb = "[" + "{},".repeat(2_500_000) + "{}]";
        HttpResponse<String> refused = answer(send("POST", TOKEN, "/api/v1/executions/x/signals/y", bomb));
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("memory to read");
        assertThat(answer(send("POST", TOKEN, "/api/v1/executions/x/signals/y", "{}"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void bodies_that_come_at_once_wait_for_each_other_or_come_again_and_all_room_comes_back() throws Exception {
        serve(limits(256, LoadLimits.NO_RATE, 5, Duration.ofSeconds(4)));
        String text = "\"" + "x".repeat(4 * 1024 * 1024) + "\"";
        for (int round = 0; round < 3; round++) {
            List<CompletableFuture<HttpResponse<String>>> sent = IntStream.range(0, 16)
                    .mapToObj(i -> send("POST", TOKEN, "/api/v1/executions/x/signals/y", text))
                    .toList();
            List<Integer> statuses = new ArrayList<>();
            for (CompletableFuture<HttpResponse<String>> one : sent) {
                HttpResponse<String> response = answer(one);
                statuses.add(response.statusCode());
                assertThat(response.statusCode() == 503)
                        .isEqualTo(response.headers().firstValue("retry-after").isPresent());
            }
            // What was read is for an execution that is not there.
            assertThat(statuses).contains(404).isSubsetOf(404, 503);
        }
    }

    @Test
    void a_tenant_with_as_many_streams_as_it_may_have_leaves_the_others_theirs() throws Exception {
        serve(new LoadLimits(256, LoadLimits.NO_RATE, 50, 2, Duration.ofSeconds(4)));
        for (String token : List.of(TOKEN, OTHER)) {
            assertThat(answer(send("POST", token, "/api/v1/workflows", """
                            {"name": "wait", "version": "1", "tasks": [{"id": "w", "wait_for": {"signal": "go"}}]}""")).statusCode())
                    .isEqualTo(201);
            assertThat(answer(send(
                                    "POST",
                                    token,
                                    "/api/v1/workflows/wait/execute",
                                    "{\"execution_options\": {\"execution_id\": \"run\"}}"))
                            .statusCode())
                    .isEqualTo(202);
        }
        Wire mine = new Wire(api.address(), TOKEN);
        String stream = "GET /api/v1/executions/run/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n";
        try (Socket first = mine.open();
                Socket second = mine.open();
                Socket third = mine.open();
                Socket other = mine.open()) {
            assertThat(head(first, stream.formatted(TOKEN))).contains(" 200 ");
            assertThat(head(second, stream.formatted(TOKEN))).contains(" 200 ");
            assertThat(head(third, stream.formatted(TOKEN))).contains(" 503 ");
            assertThat(head(other, stream.formatted(OTHER))).contains(" 200 ");
        }
        // Those that are gone count no more.
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String again = " 503 ";
        while (again.contains(" 503 ") && System.nanoTime() < deadline) {
            try (Socket socket = mine.open()) {
                again = head(socket, stream.formatted(TOKEN));
            }
        }
        assertThat(again).contains(" 200 ");
    }

    /** And the beginning of what follows, so that whoever watches has begun to. */
    private static String head(Socket socket, String request) throws Exception {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder said = new StringBuilder();
        while (said.indexOf("\r\n\r\n") < 0 || (said.indexOf(" 200 ") > 0 && said.indexOf("data:") < 0)) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                break;
            }
            said.append((char) next);
        }
        return said.toString();
    }

    private static String document(int tasks) {
        return IntStream.range(0, tasks)
                .mapToObj(i ->
                        "{\"id\": \"t%d\", \"agent\": \"a\", \"input\": {\"n\": \"${input.a + %d}\"}}".formatted(i, i))
                .collect(Collectors.joining(
                        ",",
                        "{\"name\": \"large\", \"version\": \"1\", \"agents\": {\"a\": {\"type\": \"t\"}}, \"tasks\": [",
                        "]}"));
    }
}
