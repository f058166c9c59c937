package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.http.ExecutionsInMemory.Poison;
import dev.capocomico.model.execution.ExecutionKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Histories and streams that come to a step which cannot be read, or makes no sense. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreadableStepsTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");
    private static final ExecutionKey SICK = new ExecutionKey(NodeInMemory.TENANT, "sick");

    private NodeInMemory node;
    private HttpApi api;
    private Client client;

    @BeforeEach
    void start() {
        node = new NodeInMemory();
        api = HttpApi.start(TestSettings.USUAL, node.node());
        client = new Client(api.address());
        client.post(TOKEN, "/api/v1/workflows", """
                        {"name": "talk", "version": "1", "tasks": [{"id": "w", "wait_for": {"signal": "go"}}]}""").is(201);
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

    private void pause(String id) {
        client.post(TOKEN, "/api/v1/executions/" + id + "/pause", null).is(200);
    }

    private JsonNode history(String id) {
        return client.get(TOKEN, "/api/v1/executions/" + id + "/history")
                .is(200)
                .json();
    }

    @ParameterizedTest
    @EnumSource(Poison.class)
    void a_history_ends_before_a_step_that_cannot_be_told_and_says_so(Poison poison) {
        begin("sick");
        pause("sick");
        node.executions.poisoned.put(SICK, poison);
        JsonNode history = history("sick");
        assertThat(history.at("/incomplete").asText()).contains("step 2");
        assertThat(history.at("/history/0/event").asText()).isEqualTo("execution_started");
        assertThat(history.at("/history"))
                .allSatisfy(entry -> assertThat(entry.at("/seq").asInt()).isEqualTo(1));
        assertThat(client.contract().schema("HistoryPage").misfits(history)).isEmpty();
        node.executions.poisoned.clear();
        assertThat(history("sick").has("incomplete")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Poison.class)
    void a_socket_tells_what_others_do_when_an_execution_of_its_workflow_cannot_be_read(Poison poison)
            throws Exception {
        node.executions.poisoned.put(SICK, poison);
        SocketReader socket = SocketReader.open(api.address(), TOKEN, "/ws/workflows/talk");
        begin("sick");
        pause("sick");
        begin("well");
        pause("well");
        JsonNode message = socket.next();
        while (!(message.at("/execution_id").asText().equals("well")
                && message.at("/data/event").asText().equals("execution_paused"))) {
            assertThat(message.at("/execution_id").asText().equals("sick")
                            && message.at("/seq").asInt() >= ExecutionsInMemory.POISONED_STEP)
                    .as("%s", message)
                    .isFalse();
            message = socket.next();
        }
    }

    @ParameterizedTest
    @EnumSource(Poison.class)
    void a_stream_stands_before_a_step_that_cannot_be_told_and_goes_on_with_the_next_news_once_it_is_mended(
            Poison poison) throws Exception {
        begin("sick");
        pause("sick");
        node.executions.poisoned.put(SICK, poison);
        try (EventReader reader = new EventReader(api.address(), TOKEN, "/api/v1/executions/sick/stream", null)) {
            assertThat(reader.next().id()).isEqualTo("1.1");
            assertThat(reader.next().id()).isEqualTo("1.2");
            node.executions.poisoned.clear();
            client.post(TOKEN, "/api/v1/executions/sick/resume", null).is(200);
            assertThat(reader.next().event()).isEqualTo("execution_paused");
            assertThat(reader.next().event()).isEqualTo("execution_resumed");
        }
    }
}
