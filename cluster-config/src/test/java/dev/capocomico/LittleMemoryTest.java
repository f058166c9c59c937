package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What executions hold is bounded in bytes, and what they refer to is not in memory: shown by nodes with 256 MiB. */
class LittleMemoryTest {
    private static final int MIB = 1024 * 1024;
    private static final int SIGNALS = 100;

    /** Eight of them leave room for small ones. */
    private static final int SIGNAL_LENGTH = 8 * MIB - 1024;

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    @Test
    void a_hundred_signals_of_8_mib_are_taken_as_far_as_the_budget_goes_and_the_rest_is_refused() throws Exception {
        try (EmbeddedPostgres postgres = postgres()) {
            int taken = 0;
            try (Node node = new Node(postgres, 64 * MIB)) {
                assertThat(node.order("wait")).isEqualTo("waits");
                String body = "\"" + "s".repeat(SIGNAL_LENGTH) + "\"";
                for (int i = 0; i < SIGNALS; i++) {
                    HttpResponse<String> answer = node.call("POST", "/waits/signals/go", body);
                    if (answer.statusCode() == 202) {
                        taken++;
                    } else {
                        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
                        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                        assertThat(answer.body()).contains("the execution would hold more than 67,108,864 bytes");
                    }
                }
                assertThat(taken).isEqualTo(8);
                assertThat(node.heap()).as("the heap with what it holds").isLessThan(100 * MIB);
            } // killed
            try (Node node = new Node(postgres, 64 * MIB)) {
                assertThat(node.call("GET", "/waits", "").statusCode()).isEqualTo(200);
                assertThat(node.json("/waits/history").at("/history")).hasSizeGreaterThan(taken);
                assertThat(node.call("POST", "/waits/signals/stay", "1").statusCode())
                        .isEqualTo(202);
                JsonNode end = node.await("/waits", is("completed"));
                assertThat(end.at("/output").asInt()).isEqualTo(SIGNAL_LENGTH);
                assertThat(node.heap()).isLessThan(100 * MIB);
            }
        }
    }

    @Test
    void five_hundred_outputs_of_1_mib_are_held_and_looked_into_by_a_node_with_half_as_much_memory() throws Exception {
        try (EmbeddedPostgres postgres = postgres()) {
            try (Node node = new Node(postgres, 600 * MIB)) {
                assertThat(node.order("grow")).isEqualTo("grows");
                node.await("/fan", waits("wait"));
                for (int i = 0; i < LittleMemoryNode.CHAINS; i++) {
                    node.await("/chain-" + i, waits("wait"));
                }
                assertThat(node.heap()).as("the heap with what it refers to").isLessThan(100 * MIB);
            } // killed
            try (Node node = new Node(postgres, 600 * MIB)) {
                JsonNode fan = node.json("/fan");
                assertThat(fan.at("/tasks/0/elements/completed").asInt()).isEqualTo(LittleMemoryNode.FAN);
                assertThat(node.json("/fan/history?limit=500").at("/history")).hasSizeGreaterThanOrEqualTo(500);
                assertThat(node.call("POST", "/fan/signals/go", "1").statusCode())
                        .isEqualTo(202);
                JsonNode end = node.await("/fan", is("completed"));
                assertThat(end.at("/tasks/3/status").asText())
                        .as("what was looked into is what it was")
                        .isEqualTo("completed");
                assertThat(end.has("output")).as("400 MiB are not shown").isFalse();
                assertThat(end.at("/omitted/output").asText()).contains("no more than 16,777,216 are shown");
                for (int i = 0; i < LittleMemoryNode.CHAINS; i++) {
                    assertThat(node.call("POST", "/chain-" + i + "/signals/go", "1")
                                    .statusCode())
                            .isEqualTo(202);
                    assertThat(node.await("/chain-" + i, is("completed"))
                                    .at("/output")
                                    .asText())
                            .hasSize(LittleMemoryNode.OUTPUT_LENGTH)
                            .startsWith("24 " + i + " 1048576+x");
                }
                assertThat(node.heap()).isLessThan(100 * MIB);
            }
        }
    }

    private static Predicate<JsonNode> is(String status) {
        return execution -> execution.at("/status").asText().equals(status);
    }

    private static Predicate<JsonNode> waits(String task) {
        return execution -> {
            for (JsonNode one : execution.at("/tasks")) {
                if (one.at("/task_id").asText().equals(task)) {
                    return one.at("/status").asText().equals("waiting");
                }
            }
            return false;
        };
    }

    private EmbeddedPostgres postgres() {
        return EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS), Progress.silent());
    }

    /** To close it is to kill it. */
    private static final class Node implements AutoCloseable {
        private final Process process;
        private final Writer orders;
        private final BufferedReader answers;
        private final HttpClient client = HttpClient.newHttpClient();
        private final String address;

        Node(EmbeddedPostgres postgres, int executionBytesMax) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LittleMemoryNode.class.getName(),
                            postgres.jdbcUrl(),
                            postgres.user(),
                            postgres.password())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("EXECUTION_BYTES_MAX", Integer.toString(executionBytesMax));
            process = builder.start();
            orders = process.outputWriter(StandardCharsets.UTF_8);
            answers = process.inputReader(StandardCharsets.UTF_8);
            String ready = answers.readLine();
            assertThat(ready).startsWith("ready ");
            address = "http://127.0.0.1:" + ready.substring("ready ".length()) + "/api/v1/executions";
        }

        String order(String line) throws IOException {
            orders.write(line + "\n");
            orders.flush();
            String answer = answers.readLine();
            assertThat(answer).as("the answer to: " + line).isNotNull();
            return answer;
        }

        int heap() throws IOException {
            return Integer.parseInt(order("heap"));
        }

        HttpResponse<String> call(String method, String path, String body) throws IOException, InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofSeconds(60))
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }

        JsonNode json(String path) throws IOException, InterruptedException {
            HttpResponse<String> answer = call("GET", path, "");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return JSON.readTree(answer.body());
        }

        JsonNode await(String path, Predicate<JsonNode> wanted) throws IOException, InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                JsonNode seen = json(path);
                if (wanted.test(seen)) {
                    return seen;
                }
                assertThat(seen.has("error")).as(seen.at("/error").toString()).isFalse();
                assertThat(System.nanoTime())
                        .as("%s: %s", path, seen.at("/status"))
                        .isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
