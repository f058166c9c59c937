package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is drawn while an execution is followed. */
class FrameTest {
    private static final Look NARROW = new Look(80, false, true);

    private static Workflow order() {
        return Workflow.named("order")
                .version("1")
                .saga(SagaStrategy.BACKWARD)
                .agent("clerk", role -> role.count(2))
                .task("reserve", task -> task.agent("clerk").compensate("clerk", "release"))
                .task("charge", task -> task.agent("clerk").dependsOn("reserve").compensate("clerk", "refund"))
                .task("pack", task -> task.agent("clerk").dependsOn("charge").forEach(List.of(1, 2, 3, 4), 2))
                .task("ship", task -> task.agent("clerk").dependsOn("pack"))
                .task("thank", task -> task.waitFor("goodbye", Duration.ofHours(2))
                        .dependsOn("charge"));
    }

    private static List<String> lines(Scene scene) {
        return scene.frame(NARROW, 24).stream().map(String::stripTrailing).toList();
    }

    @Test
    void tasks_stand_in_the_order_of_the_plan_with_what_they_do_and_wait_for() {
        Scene scene = Scene.of(order())
                .after(150)
                .succeeds("reserve")
                .after(1_000)
                .fails("charge", true)
                .after(1_000)
                .tick()
                .after(500)
                .succeeds("charge")
                .after(300)
                .succeeds("pack")
                .fails("pack#1", true)
                .after(400);
        assertThat(lines(scene))
                .containsExactly(
                        "order 1  order-17                                               executing  3.3s",
                        "  ✓ reserve  completed                                                    150ms",
                        "  ✓ charge   completed    after 2 attempts                                 2.5s",
                        "  ⠋ pack     running      ━━╌╌╌╌╌╌╌╌╌ 1/4  2 running, 1 again in 600ms    700ms",
                        "  ◔ thank    waiting      for signal \"goodbye\", 1h59m left                700ms",
                        "  · ship     pending      after pack");
    }

    @Test
    void compensation_is_seen_running_backwards() {
        Scene scene = Scene.of(order())
                .succeeds("reserve")
                .succeeds("charge")
                .after(200)
                .fails("pack", false)
                .succeeds("pack#1")
                .after(100)
                .fails("charge", true)
                .after(100);
        assertThat(lines(scene))
                .containsExactly(
                        "order 1  order-17                                           compensating  400ms",
                        "  ✓ reserve  completed    to be undone                                      0ms",
                        "  ↶ charge   compensating undoing it with refund, again in 900ms            0ms",
                        "  ✗ pack     failed       ━━━━━╌╌╌╌╌╌ 2/4, 1 failed  the line is busy …   200ms",
                        "  ⊘ thank    cancelled                                                    400ms",
                        "  · ship     pending      not begun");
    }

    @Test
    void without_unicode_the_signs_are_ascii() {
        assertThat(String.join("", Scene.of(order()).frame(new Look(80, false, false), 24)))
                .matches("\\p{ASCII}*")
                .contains("> reserve");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 140, 300})
    void no_line_is_wider_than_the_window(int columns) {
        Scene scene = Scene.of(order()).succeeds("reserve").succeeds("charge").fails("pack", true);
        for (Look look : List.of(new Look(columns, false, true), new Look(columns, false, false))) {
            assertThat(scene.frame(look, 24)).allMatch(line -> Plain.width(line) < columns);
        }
    }

    @Test
    void of_more_tasks_than_rows_those_are_shown_where_something_happens() {
        Workflow wide = Workflow.named("wide").version("1").agent("a", role -> role.count(1));
        IntStream.range(0, 100).forEach(i -> wide.task("t" + i, task -> task.agent("a")));
        wide.task("end", task -> task.agent("a").dependsOn("t50"));
        Scene scene = Scene.of(wide);
        IntStream.range(0, 100).filter(i -> i != 50 && i != 70).forEach(i -> scene.after(1)
                .succeeds("t" + i));
        scene.fails("t70", true);
        List<String> lines = scene.frame(NARROW, 10);
        assertThat(lines).hasSize(10);
        assertThat(lines)
                .anyMatch(line -> line.contains("t50 ") && line.contains("running"))
                .anyMatch(line -> line.contains("t70 ") && line.contains("waiting"))
                .anyMatch(line -> line.contains("t99 ") && line.contains("completed"))
                .noneMatch(line -> line.contains("t0 "))
                .last()
                .isEqualTo("  … 93 more: 1 pending, 92 completed");
    }
}
