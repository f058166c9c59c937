package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which agent has what, told over a WebSocket while it has it. */
class AgentAssignedTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SOON_SECONDS = 30;

    @TempDir
    Path temporary;

    private static final class Messages implements WebSocket.Listener {
        private final BlockingQueue<JsonNode> all = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                try {
                    all.add(JSON.readTree(part.toString()));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        JsonNode next(String type) throws InterruptedException {
            JsonNode message = all.poll(SOON_SECONDS, TimeUnit.SECONDS);
            while (message != null && !message.at("/type").asText().equals(type)) {
                message = all.poll(SOON_SECONDS, TimeUnit.SECONDS);
            }
            assertThat(message).as(type).isNotNull();
            return message;
        }
    }

    @Test
    void each_attempt_is_told_while_its_agent_has_it() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (Capocomico capo = Capocomico.builder()
                .embeddedDatabase(EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS))
                .agent("cashier", task -> {
                    if (task.action().equals("charge") && !told.await(SOON_SECONDS, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("nobody was told");
                    }
                    return Map.of("done", task.action());
                })
                .httpPort(0)
                .insecureHttp()
                .start()) {
            WorkflowRef workflow = capo.register(Workflow.named("till")
                    .version("1")
                    .agent("till", role -> role.type("cashier"))
                    .task("pause", task -> task.waitFor("go"))
                    .task("charge", task -> task.agent("till").dependsOn("pause"))
                    .task(
                            "print",
                            task -> task.agent("till").dependsOn("charge").forEach(List.of(1, 2)))
                    .build());
            Execution run = capo.execute(workflow, Map.of(), ExecutionOptions.id("run"));
            Messages messages = new Messages();
            HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://127.0.0.1:"
                                    + capo.httpAddress().orElseThrow().getPort()
                                    + "/ws/workflows/till?execution_id=run"),
                            messages)
                    .get(SOON_SECONDS, TimeUnit.SECONDS);
            messages.next("workflow.status_changed");
            run.signal("go", null);
            JsonNode charge = messages.next("agent.assigned");
            assertThat(charge.at("/execution_id").asText()).isEqualTo("run");
            assertThat(charge.at("/data/task_id").asText()).isEqualTo("charge");
            assertThat(charge.at("/data/attempt").asInt()).isEqualTo(1);
            assertThat(charge.at("/data/role").asText()).isEqualTo("till");
            assertThat(charge.at("/data/agent").asText()).isEqualTo("cashier");
            assertThat(charge.at("/data/element").isMissingNode()).isTrue();
            told.countDown();
            assertThat(messages.next("agent.assigned").at("/data/element").isInt())
                    .isTrue();
            assertThat(messages.next("agent.assigned").at("/data/element").isInt())
                    .isTrue();
        }
    }
}
