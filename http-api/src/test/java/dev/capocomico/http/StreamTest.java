package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.AgentAssigned;
import dev.capocomico.http.access.AccessSettings;
import dev.capocomico.model.execution.ExecutionKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams, and what may happen to their connections. A fault should fail them with words; none that makes them wait may hang the build. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");
    private static final String STREAM = "/api/v1/executions/run/stream";
    private static final int SOON_MILLIS = 20_000;

    /** More than is ever told here once: what goes on and on is a fault. */
    private static final int ENTRIES_MAX = 10_000;

    private NodeInMemory node;
    private HttpApi api;
    private Client client;

    @BeforeEach
    void start() {
        node = new NodeInMemory();
        HttpSettings standard = HttpSettings.of("127.0.0.1", 0, AccessSettings.SharedSecret.of(TestTokens.SECRET));
        api = HttpApi.start(standard, node.node());
        client = new Client(api.address());
        client.post(TOKEN, "/api/v1/workflows", """
                        {"name": "talk", "version": "1", "tasks": [
                          {"id": "w", "wait_for": {"signal": "go"}}, {"id": "x", "wait_for": {"signal": "never"}}]}""").is(201);
        begin("run");
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        node.close();
    }

    private void begin(String id) {
        client.post(
                        TOKEN,
                        "/api/v1/workflows/talk/execute",
                        "{\"execution_options\": {\"execution_id\": \"%s\"}}".formatted(id))
                .is(202);
    }

    /** Each makes two entries of the history. */
    private void talk(String id, int times) {
        node.executions.talk(new ExecutionKey(NodeInMemory.TENANT, id), times, "talker");
    }

    private void end(String id) {
        client.post(TOKEN, "/api/v1/executions/" + id + "/cancel", null).is(202);
        node.executions.passTime(new ExecutionKey(NodeInMemory.TENANT, id), Duration.ofMinutes(1));
    }

    private List<JsonNode> history(String id) {
        List<JsonNode> all = new ArrayList<>();
        String path = "/api/v1/executions/" + id + "/history?limit=500";
        JsonNode page = client.get(TOKEN, path).is(200).json();
        page.at("/history").forEach(all::add);
        while (page.has("next_cursor")) {
            page = client.get(TOKEN, path + "&cursor=" + page.at("/next_cursor").asText())
                    .is(200)
                    .json();
            page.at("/history").forEach(all::add);
        }
        return all;
    }

    private EventReader read(String lastEventId) throws IOException {
        return new EventReader(api.address(), TOKEN, STREAM, lastEventId);
    }

    private SocketReader open(String path) throws Exception {
        return SocketReader.open(api.address(), TOKEN, path);
    }

    @Test
    void what_a_client_has_seen_is_the_history_however_often_its_connection_is_cut() throws Exception {
        long seed = Long.getLong("capocomico.seed", 20261121L);
        SplittableRandom random = new SplittableRandom(seed);
        Thread talker = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 100; i++) {
                talk("run", 2);
                client.get(null, "/health").is(200); // A pause of some milliseconds, and not by chance.
            }
            end("run");
        });
        List<JsonNode> seen = new ArrayList<>();
        String last = null;
        boolean over = false;
        int cuts = 0;
        while (!over) {
            try (EventReader reader = read(last)) {
                // At first in the middle of a step: it has three entries.
                for (int left = cuts == 0 ? 2 : random.nextInt(1, 60); left > 0 && !over; left--) {
                    EventReader.Event event = reader.next();
                    if (event == null) {
                        over = true;
                    } else {
                        assertThat(event.event())
                                .isEqualTo(event.data().at("/event").asText());
                        seen.add(event.data());
                        last = event.id();
                    }
                }
            } catch (AssertionError e) {
                // All was told already, and the answer is 204.
                assertThat(e).hasMessageContaining(" 204 ");
                over = true;
            }
            cuts++;
            assertThat(seen).as("seed %d", seed).hasSizeLessThan(ENTRIES_MAX);
        }
        assertThat(talker.join(Duration.ofSeconds(20))).as("seed %d", seed).isTrue();
        assertThat(seen).as("seed %d", seed).isEqualTo(history("run"));
        assertThat(seen).hasSizeGreaterThan(400);
        assertThat(cuts).isGreaterThan(5);
        client.get(TOKEN, STREAM, "Last-Event-ID", last).is(204);
    }

    @Test
    void a_reader_who_takes_nothing_keeps_nobody_from_reading_and_misses_nothing() throws Exception {
        try (EventReader slow = new EventReader(api.address(), TOKEN, STREAM, null, 32_768);
                EventReader fast = read(null)) {
            // More than the sockets between hold, so that the slow one is waited for.
            String verbose = "x".repeat(2_000);
            int entries = 0;
            for (int i = 1; i <= 60; i++) {
                node.executions.talk(new ExecutionKey(NodeInMemory.TENANT, "run"), 50, verbose);
                for (; entries < 100 * i; entries++) {
                    assertThat(fast.next()).isNotNull();
                }
            }
            end("run");
            List<JsonNode> seen = new ArrayList<>();
            slow.rest().forEach(event -> seen.add(event.data()));
            assertThat(seen).hasSizeGreaterThan(6_000).isEqualTo(history("run"));
        }
    }

    @Test
    void streams_end_at_once_when_the_server_stops() throws Exception {
        try (EventReader reader = read(null)) {
            assertThat(reader.next().event()).isEqualTo("execution_started");
            SocketReader listening = open("/ws/workflows/talk?execution_id=run");
            listening.next();
            long begin = System.nanoTime();
            api.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            reader.rest();
            assertThat(listening.closed().code()).isEqualTo(1001);
        }
    }

    /** A browser is told nothing of a WebSocket that was refused, but sees the code with which one was closed. */
    @Test
    void a_socket_of_what_is_not_there_is_closed_with_a_code_that_says_so() throws Exception {
        client.post(TOKEN, "/api/v1/workflows", """
                        {"name": "other", "version": "1", "tasks": [{"id": "w", "wait_for": {"signal": "go"}}]}""").is(201);
        for (String path : List.of(
                "/ws/workflows/absent",
                "/ws/workflows/talk:2",
                "/ws/workflows/talk?execution_id=absent",
                "/ws/workflows/other?execution_id=run")) {
            assertThat(open(path).closed().code()).as(path).isEqualTo(4404);
        }
        end("run");
        node.executions.archive(new ExecutionKey(NodeInMemory.TENANT, "run"));
        assertThat(open("/ws/workflows/talk?execution_id=run").closed().code()).isEqualTo(4410);
        String foreign = TestTokens.of("other", "viewer");
        assertThat(SocketReader.open(api.address(), foreign, "/ws/workflows/talk")
                        .closed()
                        .code())
                .isEqualTo(4404);
    }

    @Test
    void a_socket_tells_of_all_executions_of_a_workflow_and_goes_on_where_it_was_cut() throws Exception {
        SocketReader first = open("/ws/workflows/talk");
        begin("one");
        begin("two");
        talk("one", 2);
        List<JsonNode> seen = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            seen.add(first.next());
        }
        first.cut();
        talk("two", 150);
        end("one");
        end("two");
        String path = "/ws/workflows/talk?from=" + seen.getLast().at("/cursor").asText();
        SocketReader second = open(path);
        boolean oneOver = false;
        boolean twoOver = false;
        while (!oneOver || !twoOver) {
            JsonNode message = second.next();
            assertThat(client.contract().schema("WatchMessage").misfits(message))
                    .isEmpty();
            seen.add(message);
            assertThat(seen).hasSizeLessThan(ENTRIES_MAX);
            boolean over = message.at("/data/event").asText().equals("execution_cancelled");
            oneOver |= over && message.at("/execution_id").asText().equals("one");
            twoOver |= over && message.at("/execution_id").asText().equals("two");
        }
        // The first part ended between the two messages of one step.
        assertThat(seen.get(6).at("/data/event").asText()).isEqualTo("execution_paused");
        assertThat(seen.get(7).at("/type").asText()).isEqualTo("checkpoint.created");
        assertThat(told("one")).hasSizeGreaterThan(5).isEqualTo(only("one", seen));
        List<JsonNode> two = told("two");
        assertThat(two).isEqualTo(only("two", seen));
        assertThat(two).hasSizeGreaterThan(400);
        assertThat(seen).extracting(message -> message.at("/cursor").asText()).doesNotHaveDuplicates();
        assertThat(seen.getFirst().at("/data/status").asText()).isEqualTo("executing");
        assertThat(two)
                .extracting(message -> message.at("/type").asText())
                .contains("workflow.status_changed", "checkpoint.created", "task.started");
        List<JsonNode> told = new ArrayList<>();
        for (JsonNode message : two) {
            if (message.at("/data/event").asText().equals("execution_paused")) {
                told.add(message);
            }
        }
        assertThat(told).hasSize(150);
    }

    private static AgentAssigned assigned(String tenant, String workflow, String version, String execution) {
        return new AgentAssigned(
                new ExecutionKey(tenant, execution),
                workflow,
                version,
                "w",
                2,
                3,
                "till",
                "cashier",
                1_772_366_400_000L);
    }

    private static JsonNode nextAssigned(SocketReader reader) throws InterruptedException {
        JsonNode message = reader.next();
        while (!message.at("/type").asText().equals("agent.assigned")) {
            message = reader.next();
        }
        return message;
    }

    @Test
    void who_has_a_task_is_told_to_those_who_may_know_it_and_moves_no_cursor() throws Exception {
        SocketReader all = open("/ws/workflows/talk");
        SocketReader one = open("/ws/workflows/talk:1?execution_id=run");
        JsonNode started = one.next();
        assertThat(started.at("/data/event").asText()).isEqualTo("execution_started");
        talk("run", 1);
        // Whoever is told something listens.
        assertThat(all.next().at("/type").asText()).isEqualTo("workflow.status_changed");
        for (AgentAssigned news : List.of(
                assigned("other", "talk", "1", "run"),
                assigned(NodeInMemory.TENANT, "else", "1", "run"),
                assigned(NodeInMemory.TENANT, "talk", "1", "another"),
                assigned(NodeInMemory.TENANT, "talk", "2", "run"),
                assigned(NodeInMemory.TENANT, "talk", "1", "run"))) {
            node.system.classicSystem().eventStream().publish(news);
        }
        for (String execution : List.of("another", "run", "run")) {
            JsonNode news = nextAssigned(all);
            assertThat(news.at("/execution_id").asText()).isEqualTo(execution);
            assertThat(client.contract().schema("WatchMessage").misfits(news)).isEmpty();
        }
        JsonNode before = started;
        JsonNode news = one.next();
        while (!news.at("/type").asText().equals("agent.assigned")) {
            before = news;
            news = one.next();
        }
        assertThat(news.has("seq")).isFalse();
        assertThat(news.at("/cursor")).isEqualTo(before.at("/cursor"));
        assertThat(news.at("/workflow_id")).isEqualTo(started.at("/workflow_id"));
        assertThat(news.at("/timestamp").asText()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(news.at("/data").toString())
                .isEqualTo("{\"task_id\":\"w\",\"attempt\":3,\"role\":\"till\",\"agent\":\"cashier\",\"element\":2}");
        talk("run", 1);
        SocketReader again = open("/ws/workflows/talk:1?execution_id=run&from="
                + news.at("/cursor").asText());
        assertThat(again.next()).isEqualTo(one.next());
    }

    private static List<JsonNode> only(String id, List<JsonNode> messages) {
        return messages.stream()
                .filter(message -> message.at("/execution_id").asText().equals(id))
                .toList();
    }

    /** All that a socket tells of an execution that was cancelled. */
    private List<JsonNode> told(String id) throws Exception {
        SocketReader whole = open("/ws/workflows/talk:1?execution_id=" + id);
        List<JsonNode> told = new ArrayList<>();
        do {
            told.add(whole.next());
            assertThat(told).hasSizeLessThan(ENTRIES_MAX);
        } while (!told.getLast().at("/data/event").asText().equals("execution_cancelled"));
        whole.cut();
        return told;
    }

    @Test
    void a_socket_answers_pings_and_closes_when_it_is_closed() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), api.address().getPort())) {
            socket.setSoTimeout(SOON_MILLIS);
            upgrade(socket);
            // A ping with two bytes, masked with zeros; and then a close.
            socket.getOutputStream().write(new byte[] {(byte) 0x89, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(4)).containsExactly((byte) 0x8A, 2, 'h', 'i');
            socket.getOutputStream().write(new byte[] {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0});
            assertThat(in.readNBytes(4)).containsExactly((byte) 0x88, 2, 3, (byte) 0xE8);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    private void upgrade(Socket socket) throws IOException {
        String head = """
                GET /ws/workflows/talk HTTP/1.1\r
                Host: x\r
                Connection: Upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
                Authorization: Bearer %s\r
                \r
                """.formatted(TOKEN);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) socket.getInputStream().read());
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 101 ");
    }
}
