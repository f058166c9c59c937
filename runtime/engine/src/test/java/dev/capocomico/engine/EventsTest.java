package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.capocomico.model.definition.CoordinationType;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events on their way from the log to tasks that wait for them. */
class EventsTest {
    /** Where a task waits for an event whose payload is 7. */
    private static final Definition SEVEN = waiting("event is 7");

    private final TestNode node =
            new TestNode(Map.of("echo", EventsTest::echo), TestNode.lingering(Duration.ofMillis(50)));

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void an_event_from_before_the_task_waited_is_taken() {
        Definition later = Workflow.named("later")
                .events(CoordinationType.HYBRID, List.of("numbers"))
                .agent("e", role -> role.type("echo"))
                .task("first", task -> task.waitFor("go"))
                .task("second", task -> task.agent("e")
                        .dependsOn("first")
                        .onEvent(new EventWait("numbers", "event is 7", null)))
                .build();
        node.begin("run", later);
        publish("seven", 7);
        node.signal("run", "go");
        node.awaitOutput("run");
    }

    @Test
    void an_event_that_comes_later_is_taken_after_a_wake() throws Exception {
        node.begin("run", SEVEN);
        TestNode.eventually("the log was read", () -> node.events.reads.get() == 1);
        publish("seven", 7);
        node.executions.wake(TestNode.key("run"));
        node.awaitOutput("run");
    }

    @Test
    void who_waits_for_an_event_leaves_memory_and_comes_back_for_it() throws Exception {
        node.begin("run", SEVEN);
        TestNode.eventually("it has left memory", () -> !node.livesHere("run"));
        publish("seven", 7);
        node.executions.wake(TestNode.key("run"));
        node.awaitOutput("run");
    }

    @Test
    void an_event_that_nobody_tells_of_is_found_after_a_while_by_who_is_in_memory() throws Exception {
        try (TestNode busy = new TestNode(
                Map.of("echo", EventsTest::echo), TestNode.lingering(Duration.ofMinutes(1)), Duration.ofMillis(100))) {
            busy.begin("run", SEVEN);
            TestNode.eventually("the log was read", () -> busy.events.reads.get() == 1);
            busy.events.publish("default", "numbers", "seven", IntNode.valueOf(7));
            busy.awaitOutput("run");
        }
    }

    @Test
    void an_event_that_is_published_while_the_end_of_the_log_is_read_is_not_missed() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        node.events.afterRead = () -> {
            node.events.afterRead = () -> {};
            seen.countDown();
            await(go);
        };
        node.begin("run", SEVEN);
        assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
        publish("seven", 7);
        node.executions.wake(TestNode.key("run"));
        // The wake has been taken when the answer is there.
        node.ask("run", ExecutionMessage.Look::new);
        go.countDown();
        node.awaitOutput("run");
    }

    @Test
    void an_event_that_is_published_while_another_is_looked_at_is_not_missed() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        node.onLookAtEvent = number -> {
            if (number == 3) {
                seen.countDown();
                await(go);
            }
        };
        node.begin("run", SEVEN);
        // So that it reads once when it comes back, and not a second time for having been told meanwhile.
        TestNode.eventually("it has left memory", () -> !node.livesHere("run"));
        publish("three", 3);
        node.executions.wake(TestNode.key("run"));
        assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
        publish("seven", 7);
        node.executions.wake(TestNode.key("run"));
        // The wake has been taken when the answer is there.
        node.ask("run", ExecutionMessage.Look::new);
        go.countDown();
        node.awaitOutput("run");
    }

    @Test
    void an_event_that_the_databases_clock_puts_a_moment_before_the_start_is_taken() {
        node.events.publishAt(System.currentTimeMillis() - 300, "numbers", "seven", IntNode.valueOf(7));
        node.begin("run", SEVEN);
        node.awaitOutput("run");
    }

    @Test
    void events_are_looked_at_in_order_page_after_page_until_one_matches() {
        node.begin("run", waiting("event is at least 250"));
        for (int i = 0; i < 300; i++) {
            publish("event " + i, i);
        }
        node.executions.wake(TestNode.key("run"));
        assertThat(node.awaitOutput("run").at("/work").asInt()).isEqualTo(250);
    }

    @Test
    void events_from_before_the_execution_began_are_not_looked_at() {
        node.events.publishAt(System.currentTimeMillis() - 60_000, "numbers", "old", IntNode.valueOf(3));
        node.begin("run", waiting("event is at least 0"));
        publish("new", 4);
        node.executions.wake(TestNode.key("run"));
        assertThat(node.awaitOutput("run").at("/work").asInt()).isEqualTo(4);
    }

    @Test
    void a_log_that_cannot_be_read_is_read_again_and_its_reader_stays_meanwhile() throws Exception {
        node.events.outages.set(3);
        node.begin("run", SEVEN);
        publish("seven", 7);
        TestNode.eventually("three reads have failed", () -> node.events.reads.get() == 3);
        assertThat(node.livesHere("run")).isTrue();
        node.awaitOutput("run");
    }

    @Test
    void nobody_reads_for_a_task_that_was_cancelled() throws Exception {
        node.begin("run", SEVEN);
        TestNode.eventually("the log was read", () -> node.events.reads.get() == 1);
        ExecutionAnswer answer = node.ask(
                "run",
                replyTo -> new ExecutionMessage.Ask(
                        new ExecutionCommand.Cancel(System.currentTimeMillis(), null, null), replyTo));
        assertThat(answer).isEqualTo(new ExecutionAnswer.Accepted(ExecutionStatus.CANCELLED));
        publish("seven", 7);
        node.executions.wake(TestNode.key("run"));
        assertThat(node.awaitEnd("run").ending().code()).isEqualTo("CANCELLED");
        assertThat(node.events.reads).hasValue(1);
    }

    @Test
    void nobody_reads_for_a_task_that_was_cancelled_while_others_go_on() throws Exception {
        node.begin(
                "run",
                Workflow.named("both")
                        .events(CoordinationType.HYBRID, List.of("numbers"))
                        .agent("e", role -> role.type("echo"))
                        .task("work", task -> task.agent("e")
                                .onEvent(new EventWait("numbers", "event is 7", null))
                                .onFailure(OnFailure.CONTINUE))
                        .task("approve", task -> task.waitFor("approval"))
                        .build());
        TestNode.eventually("the log was read", () -> node.events.reads.get() == 1);
        node.ask(
                "run",
                replyTo -> new ExecutionMessage.Ask(
                        new ExecutionCommand.CancelTask(System.currentTimeMillis(), "work", null), replyTo));
        publish("seven", 7);
        node.executions.wake(TestNode.key("run"));
        node.signal("run", "approval");
        node.awaitOutput("run");
        assertThat(node.events.reads).hasValue(1);
    }

    @Test
    void what_was_looked_at_is_not_looked_at_again_when_the_execution_is_read_back() throws Exception {
        List<Integer> looks = new CopyOnWriteArrayList<>();
        node.onLookAtEvent = looks::add;
        node.begin("run", SEVEN);
        for (int i = 1; i <= 5; i++) {
            publish("e" + i, i);
        }
        node.executions.wake(TestNode.key("run"));
        TestNode.eventually("it has looked at five", () -> looks.size() == 5 && !node.livesHere("run"));
        publish("e6", 6);
        node.executions.wake(TestNode.key("run"));
        TestNode.eventually("it has looked at one more", () -> looks.contains(6) && !node.livesHere("run"));
        assertThat(looks).containsExactly(1, 2, 3, 4, 5, 6);
        publish("seven", 7);
        node.executions.wake(TestNode.key("run"));
        node.awaitOutput("run");
    }

    @Test
    void an_event_that_is_published_while_the_place_is_kept_is_not_missed() throws Exception {
        CountDownLatch keeping = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        node.events.beforeKeeping = () -> {
            node.events.beforeKeeping = () -> {};
            keeping.countDown();
            await(go);
        };
        node.begin("run", SEVEN);
        TestNode.eventually("the log was read", () -> node.events.reads.get() == 1);
        node.executions.wake(TestNode.key("run"));
        assertThat(keeping.await(10, TimeUnit.SECONDS)).isTrue();
        publish("seven", 7);
        node.executions.wake(TestNode.key("run"));
        // The wake has been taken when the answer is there.
        node.ask("run", ExecutionMessage.Look::new);
        go.countDown();
        node.awaitOutput("run");
    }

    @Test
    void a_place_that_cannot_be_kept_stops_nobody() throws Exception {
        node.events.beforeKeeping = () -> {
            throw new IllegalStateException("the place cannot be kept");
        };
        node.begin("run", SEVEN);
        publish("three", 3);
        node.executions.wake(TestNode.key("run"));
        TestNode.eventually("it has left memory", () -> !node.livesHere("run"));
        publish("seven", 7);
        node.executions.wake(TestNode.key("run"));
        node.awaitOutput("run");
    }

    private void publish(String id, int number) {
        node.events.publish("default", "numbers", id, IntNode.valueOf(number));
    }

    private static Definition waiting(String match) {
        return Workflow.named("seven")
                .events(CoordinationType.HYBRID, List.of("numbers"))
                .agent("e", role -> role.type("echo"))
                .task("work", task -> task.agent("e").input("${event}").onEvent(new EventWait("numbers", match, null)))
                .build();
    }

    private static JsonNode echo(Assignment assignment) {
        return assignment.input();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
