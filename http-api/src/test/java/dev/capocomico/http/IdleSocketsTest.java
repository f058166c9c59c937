package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real connections, and a journal that counts who reads it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IdleSocketsTest {
    private static final String TOKEN = TestTokens.of(NodeInMemory.TENANT, "operator");
    private static final int SOCKETS = 1_000;
    private static final int STEPS = 100;

    private NodeInMemory node;
    private HttpApi api;
    private Client client;

    @BeforeEach
    void start() {
        node = new NodeInMemory();
        api = HttpApi.start(TestSettings.USUAL, node.node());
        client = new Client(api.address());
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        node.close();
    }

    private void register(String name) {
        client.post(TOKEN, "/api/v1/workflows", """
                        {"name": "%s", "version": "1", "tasks": [{"id": "w", "wait_for": {"signal": "go"}}]}""".formatted(name)).is(201);
    }

    private void begin(String workflow) {
        client.post(
                        TOKEN,
                        "/api/v1/workflows/" + workflow + "/execute",
                        "{\"execution_options\": {\"execution_id\": \"%s\"}}".formatted(workflow))
                .is(202);
    }

    private SocketReader watch(String workflow) throws Exception {
        return SocketReader.open(api.address(), TOKEN, "/ws/workflows/" + workflow);
    }

    private int readsOfIdle() {
        return IntStream.range(0, SOCKETS)
                .map(i -> node.journal.stepsRead("idle-" + i))
                .sum();
    }

    /** Each step of the workflow pauses it or lets it go on. */
    private void work(SocketReader watching, int times) throws InterruptedException {
        node.executions.talk(new ExecutionKey(NodeInMemory.TENANT, "busy"), times, "talker");
        for (int told = 0; told < times; ) {
            JsonNode message = watching.next();
            told += message.at("/data/event").asText().equals("execution_paused") ? 1 : 0;
        }
    }

    @Test
    void a_thousand_sockets_of_idle_workflows_read_nothing_while_another_workflow_works() throws Exception {
        List<SocketReader> idle = new ArrayList<>();
        for (int i = 0; i < SOCKETS; i++) {
            register("idle-" + i);
            idle.add(watch("idle-" + i));
        }
        register("busy");
        SocketReader busy = watch("busy");
        begin("busy");
        work(busy, STEPS);
        int listingsBefore = node.journal.listings.get();
        int busyBefore = node.journal.stepsRead("busy");
        int before = readsOfIdle();
        for (int i = 0; i < STEPS; i++) {
            work(busy, 1);
        }
        assertThat(readsOfIdle()).as("nobody who is not concerned has read").isEqualTo(before);
        assertThat(node.journal.stepsRead("busy") - busyBefore)
                .as("who is concerned has read for each piece of news, and once more at most")
                .isLessThanOrEqualTo(4 * STEPS);
        assertThat(node.journal.listings.get() - listingsBefore)
                .as("one asks for all of them which workflows have news")
                .isLessThan(20 * STEPS);

        begin("idle-17");
        assertThat(idle.get(17).next().at("/execution_id").asText()).isEqualTo("idle-17");
        assertThat(readsOfIdle() - before).as("only who is concerned").isBetween(1, 4);
    }
}
