package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes ready together, on a node with one place for agents. */
class PriorityTest {
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final LocalPool pool = new LocalPool(1, 100);
    private final TestNode node = new TestNode(
            Map.of("worker", this::work),
            Surroundings.Settings.DEFAULT,
            Duration.ofMinutes(5),
            InstantSource.system(),
            pool);

    private JsonNode work(Assignment assignment) {
        begun.add(assignment.taskId());
        return NullNode.instance;
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void with_one_place_what_becomes_ready_together_begins_by_priority() throws Exception {
        List<Priority> lowestFirst = List.of(Priority.values()).reversed();
        Workflow workflow = Workflow.named("levels");
        for (Priority priority : lowestFirst) {
            // Each goes its own way to the pool.
            String name = priority.wireName();
            workflow = workflow.agent("role-" + name, role -> role.type("worker"))
                    .task(name, task -> task.agent("role-" + name).priority(priority));
        }
        Definition definition = workflow.build();
        List<String> highestFirst =
                List.of(Priority.values()).stream().map(Priority::wireName).toList();
        for (int i = 0; i < 100; i++) {
            node.begin("levels-" + i, definition);
            List<String> order = new ArrayList<>();
            for (int task = 0; task < highestFirst.size(); task++) {
                order.add(String.valueOf(begun.poll(20, TimeUnit.SECONDS)));
            }
            assertThat(order).as("execution %d", i).isEqualTo(highestFirst);
        }
    }
}
