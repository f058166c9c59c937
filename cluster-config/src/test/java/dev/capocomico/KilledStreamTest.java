package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients see of an execution while its node is killed under them, again and again. */
class KilledStreamTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KILLS = 3;
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final String ENDED = "execution_completed";

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private volatile int port;
    private volatile boolean givenUp;

    @TempDir
    Path temporary;

    @Test
    void after_kills_of_the_node_clients_have_seen_the_history_without_gap_and_without_double() throws Exception {
        List<JsonNode> events = Collections.synchronizedList(new ArrayList<>());
        List<JsonNode> messages = Collections.synchronizedList(new ArrayList<>());
        try (EmbeddedPostgres postgres =
                        EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Process node = start(postgres);
            try {
                Future<?> events1 = clients.submit(() -> readEvents(events));
                Future<?> messages1 = clients.submit(() -> readMessages(messages));
                for (int kill = 0; kill < KILLS; kill++) {
                    awaitMore(events, messages);
                    node.destroyForcibly().waitFor();
                    node = start(postgres);
                }
                events1.get(LONG.toMillis(), TimeUnit.MILLISECONDS);
                messages1.get(LONG.toMillis(), TimeUnit.MILLISECONDS);
                compare(events, messages);
            } finally {
                givenUp = true;
                node.destroyForcibly().waitFor();
            }
        }
    }

    private void compare(List<JsonNode> events, List<JsonNode> messages) throws Exception {
        HttpResponse<String> answer = client.send(
                request("/api/v1/executions/" + TalkerToBeKilled.EXECUTION + "/history?limit=500")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode page = JSON.readTree(answer.body());
        assertThat(page.has("next_cursor")).isFalse();
        List<JsonNode> history = new ArrayList<>();
        page.at("/history").forEach(history::add);
        assertThat(events).isEqualTo(history);
        assertThat(history.stream().map(entry -> entry.at("/event").asText())).contains("attempt_lost");
        // Of what it waits between attempts a socket does not tell.
        List<String> told = history.stream()
                .filter(entry -> !entry.at("/event").asText().equals("delay_over"))
                .map(entry ->
                        entry.at("/seq").asInt() + " " + entry.at("/sentence").asText())
                .toList();
        // Which agent has what is told besides, and is in no history.
        assertThat(messages.stream()
                        .filter(message -> !message.at("/type").asText().equals("agent.assigned"))
                        .map(message -> message.at("/seq").asInt() + " "
                                + message.at("/data/sentence").asText()))
                .isEqualTo(told);
    }

    private Process start(EmbeddedPostgres postgres) throws IOException {
        Process node = ChildJvm.start(TalkerToBeKilled.class, postgres.jdbcUrl(), postgres.user(), postgres.password());
        BufferedReader lines = node.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.startsWith(TalkerToBeKilled.LISTENS)) {
            line = lines.readLine();
        }
        assertThat(line).as("the node has ended").isNotNull();
        port = Integer.parseInt(line.substring(TalkerToBeKilled.LISTENS.length()));
        return node;
    }

    /** Until both clients have seen something of this node. */
    private static void awaitMore(List<JsonNode> events, List<JsonNode> messages) {
        int eventsBefore = events.size();
        int messagesBefore = messages.size();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (events.size() < eventsBefore + 10 || messages.size() < messagesBefore + 10) {
            assertThat(System.nanoTime()).as(events + " " + messages).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    private void readEvents(List<JsonNode> seen) {
        String last = null;
        while (!isOver(seen, "/event") && !givenUp) {
            HttpRequest.Builder request = request("/api/v1/executions/" + TalkerToBeKilled.EXECUTION + "/stream");
            if (last != null) {
                request.header("Last-Event-ID", last);
            }
            try (Stream<String> lines = client.send(request.build(), HttpResponse.BodyHandlers.ofLines())
                    .body()) {
                String id = null;
                for (Iterator<String> line = lines.iterator(); line.hasNext(); ) {
                    String text = line.next();
                    if (text.startsWith("id: ")) {
                        id = text.substring(4);
                    } else if (text.startsWith("data: ")) {
                        seen.add(JSON.readTree(text.substring(6)));
                        last = id;
                    }
                }
            } catch (IOException | UncheckedIOException e) {
                // The node is gone; the next one goes on.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static boolean isOver(List<JsonNode> seen, String pointer) {
        return !seen.isEmpty() && seen.getLast().at(pointer).asText().equals(ENDED);
    }

    private void readMessages(List<JsonNode> seen) {
        while (!isOver(seen, "/data/event") && !givenUp) {
            String from = seen.isEmpty()
                    ? ""
                    : "&from=" + seen.getLast().at("/cursor").asText();
            CompletableFuture<Void> closed = new CompletableFuture<>();
            try {
                client.newWebSocketBuilder()
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + port + "/ws/workflows/talk?execution_id="
                                        + TalkerToBeKilled.EXECUTION + from),
                                new Listening(seen, closed))
                        .join();
                closed.get(60, TimeUnit.SECONDS);
            } catch (CompletionException | ExecutionException e) {
                // The node is gone; the next one goes on.
            } catch (Exception e) {
                return;
            }
        }
    }

    private static final class Listening implements WebSocket.Listener {
        private final List<JsonNode> seen;
        private final CompletableFuture<Void> closed;
        private final StringBuilder part = new StringBuilder();

        Listening(List<JsonNode> seen, CompletableFuture<Void> closed) {
            this.seen = seen;
            this.closed = closed;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                try {
                    seen.add(JSON.readTree(part.toString()));
                } catch (IOException e) {
                    closed.completeExceptionally(e);
                }
                part.setLength(0);
                if (isOver(seen, "/data/event")) {
                    closed.complete(null);
                }
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(null);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            closed.completeExceptionally(failure);
        }
    }
}
