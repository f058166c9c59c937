package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CriticalPathTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT0.25S, 250ms",
        "PT1.5S, 1.5s",
        "PT12.7S, 12s",
        "PT12M, 12m",
        "PT90S, 1m 30s",
        "PT1H5M, 1h 5m",
        "PT26H30M, 1d 2h",
        "P3D, 3d",
    })
    void lengths_are_told_in_their_two_largest_units(Duration length, String text) {
        assertThat(CriticalPath.text(length)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PT1M | PT2M | 3m",
                "     | PT2M | of 2 tasks, at least 2m",
                "     |      | of 2 tasks",
            })
    void no_length_is_told_that_the_definition_does_not_know(Duration first, Duration second, String told) {
        assertThat(CriticalPath.of(chain(first, second))).isEqualTo(told);
        assertThat(CriticalPath.allEstimated(chain(first, second))).isEqualTo(first != null && second != null);
    }

    @Test
    void one_task_is_no_tasks() {
        Plan plan =
                Plan.of(Workflow.named("w").task("a", task -> task.agent("x")).build());
        assertThat(CriticalPath.of(plan)).isEqualTo("of 1 task");
    }

    private static Plan chain(Duration first, Duration second) {
        return Plan.of(Workflow.named("chain")
                .task(
                        "a",
                        task -> first == null
                                ? task.agent("x")
                                : task.agent("x").estimate(first))
                .task("b", task -> (second == null
                                ? task.agent("x")
                                : task.agent("x").estimate(second))
                        .dependsOn("a"))
                .build());
    }
}
