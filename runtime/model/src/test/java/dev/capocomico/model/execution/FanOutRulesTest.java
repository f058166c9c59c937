package dev.capocomico.model.execution;

import static dev.capocomico.model.execution.Play.json;
import static dev.capocomico.model.execution.Play.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.OnFailure;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code for_each} and {@code parallel}, and what bounds how many run at once. */
class FanOutRulesTest {
    private static Play each(int maxParallel, OnFailure onFailure) {
        return Play.of(workflow()
                .task("a", task -> task.agent("worker")
                        .forEach("${input}", maxParallel)
                        .retry("quick")
                        .onFailure(onFailure))
                .task("b", task -> task.agent("worker").dependsOn("a").input(Map.of("all", "${tasks.a.output}"))));
    }

    @Test
    void for_each_runs_once_per_item_and_its_output_is_the_list_in_order() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")
                        .forEach("${input}")
                        .input(Map.of("it", "${item.k}", "at", "${index}"))))
                .start("[{'k': 'x'}, {'k': 'y'}]");
        assertThat(play.run("a[1]").input()).isEqualTo(json("{'it': 'y', 'at': 1}"));
        play.succeeds("a[1]", "'second'").succeeds("a[0]", "'first'");
        assertThat(play.state.output()).isEqualTo(json("{'a': ['first', 'second']}"));
    }

    @Test
    void parallel_runs_once_on_each_slot_of_the_role() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker").parallel()))
                .start();
        assertThat(play.running()).containsExactly("a[0]", "a[1]", "a[2]");
        play.succeeds("a[0]", "1").succeeds("a[1]", "2").succeeds("a[2]", "3");
        assertThat(play.state.output()).isEqualTo(json("{'a': [1, 2, 3]}"));
    }

    @Test
    void an_empty_list_is_done_at_once() {
        Play play = each(2, OnFailure.FAIL).start("[]");
        assertThat(play.running()).containsExactly("b");
        assertThat(play.run("b").input()).isEqualTo(json("{'all': []}"));
    }

    @Test
    void max_parallel_bounds_how_many_run_at_once() {
        Play play = each(2, OnFailure.FAIL).start("[1, 2, 3, 4]");
        assertThat(play.running()).containsExactly("a[0]", "a[1]");
        assertThat(play.succeeds("a[1]").running()).containsExactly("a[0]", "a[2]");
        assertThat(play.succeeds("a[0]").running()).containsExactly("a[2]", "a[3]");
        assertThat(play.succeeds("a[2]").succeeds("a[3]").running()).containsExactly("b");
    }

    @Test
    void an_element_that_waits_for_its_retry_holds_no_slot_and_comes_before_new_ones() {
        Play play = each(1, OnFailure.FAIL).start("[1, 2, 3]").fails("a[0]");
        assertThat(play.running()).containsExactly("a[1]");
        assertThat(play.after(Duration.ofSeconds(1)).running()).containsExactly("a[1]");
        assertThat(play.succeeds("a[1]").running()).containsExactly("a[0]");
        assertThat(play.succeeds("a[0]").running()).containsExactly("a[2]");
    }

    @Test
    void one_element_that_failed_for_good_stops_new_elements() {
        Play play = each(2, OnFailure.FAIL).start("[1, 2, 3]").failsForGood("a[0]");
        assertThat(play.running()).containsExactly("a[1]");
        play.succeeds("a[1]");
        assertThat(play.state.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(play.task("a")).isEqualTo(TaskStatus.FAILED);
        assertThat(play.dispatched()).containsExactly("a[0]", "a[1]");
    }

    @Test
    void with_continue_the_place_of_a_failed_element_holds_null() {
        Play play = each(3, OnFailure.CONTINUE).start("[1, 2, 3]").failsForGood("a[1]");
        play.succeeds("a[0]", "1").succeeds("a[2]", "3");
        assertThat(play.run("b").input()).isEqualTo(json("{'all': [1, null, 3]}"));
        assertThat(play.task("a")).isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void an_element_whose_input_has_no_value_fails_and_the_others_go_on_with_continue() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")
                        .forEach("${input}")
                        .input("${item.k}")
                        .onFailure(OnFailure.CONTINUE)))
                .start("[{'k': 1}, {}, {'k': 3}]");
        assertThat(play.running()).containsExactly("a[0]", "a[2]");
        play.succeeds("a[0]", "1").succeeds("a[2]", "3");
        assertThat(play.state.output()).isEqualTo(json("{'a': [1, null, 3]}"));
    }

    @Test
    void what_is_no_list_and_what_is_too_long_fails_the_task() {
        assertThat(each(1, OnFailure.FAIL).start("{}").ending().message())
                .isEqualTo("for_each must come to a list, but came to {}");
        var settings = new Rules.Settings(
                Duration.ofHours(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(30),
                5,
                2,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                64L * 1024 * 1024);
        Play play = Play.of(workflow().task("a", task -> task.agent("worker").forEach("${input}")), settings);
        assertThat(play.start("[1, 2, 3]").ending().code()).isEqualTo(FailureCode.TOO_MANY_ITEMS);
    }

    @Test
    void a_repeat_in_a_fan_out_is_each_elements_own() {
        Play play = Play.of(workflow().task("a", task -> task.agent("worker")
                        .forEach("${input}")
                        .repeat("${output.n >= 2}", 3, Duration.ZERO)))
                .start("[1, 2]")
                .succeeds("a[0]", "{'n': 1}")
                .succeeds("a[1]", "{'n': 2}")
                .succeeds("a[0]", "{'n': 5}");
        assertThat(play.state.output()).isEqualTo(json("{'a': [{'n': 5}, {'n': 2}]}"));
    }

    @Test
    void max_agents_bounds_attempts_in_flight() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").forEach("${input}"))
                        .task("b", task -> task.agent("worker")))
                .start("[1, 2, 3]", Play.maxAgents(2));
        assertThat(play.running()).hasSize(2);
        assertThat(play.succeeds(play.running().getFirst()).running()).hasSize(2);
    }

    @Test
    void fan_outs_take_turns_where_slots_are_few() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker").forEach("${input}"))
                        .task("b", task -> task.agent("worker").forEach("${input}")))
                .start("[1, 2, 3]", Play.maxAgents(1));
        while (!play.running().isEmpty()) {
            play.succeeds(play.running().getFirst());
        }
        assertThat(play.dispatched()).containsExactly("a[0]", "b[0]", "a[1]", "b[1]", "a[2]", "b[2]");
    }

    @Test
    void what_needs_no_agent_does_not_stand_in_line_for_one() {
        Play play = Play.of(workflow()
                        .task("a", task -> task.agent("worker"))
                        .task("b", task -> task.agent("worker"))
                        .task("w", task -> task.waitFor("go", Duration.ofHours(1)))
                        .task("s", task -> task.sleep(Duration.ofMinutes(1))))
                .start("{}", Play.maxAgents(1));
        assertThat(play.running()).containsExactly("a");
        assertThat(Execution.waitingFor(play.rules, play.state))
                .contains(new Waiting.ForSlot("b"), new Waiting.ForTime("s", 61_000))
                .anyMatch(Waiting.ForSignal.class::isInstance);
    }
}
