package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.cli.client.ExecutionJsonReader;
import dev.capocomico.cli.client.ToldTimes;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.history.TaskTimes;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is made of a history that a server tells is what the journal's own chronicle knows. */
class ToldTimesTest {
    private static Scene order() {
        return Scene.of(Workflow.named("order")
                .version("1")
                .saga(SagaStrategy.BACKWARD)
                .agent("clerk", role -> role.count(2))
                .task("reserve", task -> task.agent("clerk").compensate("clerk", "release"))
                .task("charge", task -> task.agent("clerk").dependsOn("reserve"))
                .task("pack", task -> task.agent("clerk").dependsOn("charge").forEach(List.of(1, 2, 3, 4), 2))
                .task("thank", task -> task.waitFor("goodbye", Duration.ofHours(2))
                        .dependsOn("charge")));
    }

    private static Scene packing() {
        return order().after(100)
                .succeeds("reserve")
                .after(200)
                .fails("charge", true)
                .after(1_100)
                .tick()
                .after(300)
                .succeeds("charge");
    }

    static Stream<Scene> scenes() {
        return Stream.of(
                order(),
                packing(),
                packing().after(50).signal("goodbye"),
                packing().after(50).succeeds("pack").after(10).fails("pack#1", true),
                order().after(100).succeeds("reserve").after(100).fails("charge", false),
                order().after(100)
                        .succeeds("reserve")
                        .after(100)
                        .fails("charge", false)
                        .after(70)
                        .succeeds("reserve")
                        .after(500)
                        .retry()
                        .after(20)
                        .succeeds("reserve"));
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void times_of_tasks_are_the_same(Scene scene) {
        ToldTimes told = new ToldTimes();
        for (HistoryEntry entry : scene.history()) {
            told.add(ExecutionJsonReader.entry(entry.toJson()));
        }
        scene.account().view().tasks().forEach(task -> assertThat(comparable(told.of(task.id())))
                .as(task.id())
                .isEqualTo(comparable(scene.account().times(task))));
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void entries_survive_the_way_over_the_wire(Scene scene) {
        assertThat(scene.history()).isNotEmpty().allSatisfy(entry -> assertThat(
                        ExecutionJsonReader.entry(entry.toJson()).toJson())
                .isEqualTo(entry.toJson()));
    }

    /** Whether a failure may be retried is the engine's business, and not told. */
    private static @Nullable TaskTimes comparable(@Nullable TaskTimes times) {
        Failure failure = times == null ? null : times.lastFailure();
        return times == null || failure == null
                ? times
                : new TaskTimes(
                        times.startedAtMillis(),
                        times.endedAtMillis(),
                        times.attempts(),
                        times.agent(),
                        new Failure(failure.code(), failure.message(), false));
    }
}
