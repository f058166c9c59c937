package dev.capocomico.cli.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All formats: against pictures that somebody has looked at, and at the limits of size. */
class PicturesTest {
    private static final Path GOLDEN =
            Path.of(System.getProperty("capocomico.root", ".."), "cli", "src", "test", "resources", "graph");

    /** With {@code -Dgolden.write=true} the pictures are written instead of compared: look at each before committing. */
    private static final boolean WRITE = Boolean.getBoolean("golden.write");

    private static final GraphStyle SCREEN = new GraphStyle(80, false, true);

    @Test
    void pictures_are_as_they_were_looked_at() throws IOException {
        compare("research.txt", GraphFormat.TEXT, Workflows.research(), SCREEN);
        compare("order.txt", GraphFormat.TEXT, Workflows.order(), SCREEN);
        compare("order.ascii.txt", GraphFormat.TEXT, Workflows.order(), new GraphStyle(80, false, false));
        compare("order.narrow.txt", GraphFormat.TEXT, Workflows.order(), new GraphStyle(50, false, true));
        compare("samples.txt", GraphFormat.TEXT, Workflows.samples(), SCREEN);
        compare("survey.txt", GraphFormat.TEXT, Workflows.survey(), SCREEN);
        for (GraphFormat format : List.of(GraphFormat.MERMAID, GraphFormat.DOT, GraphFormat.SVG)) {
            String ending =
                    format == GraphFormat.MERMAID ? "mmd" : format.name().toLowerCase(Locale.ROOT);
            compare("order." + ending, format, Workflows.order(), SCREEN);
            compare("survey." + ending, format, Workflows.survey(), SCREEN);
        }
    }

    private static void compare(String name, GraphFormat format, Plan plan, GraphStyle style) throws IOException {
        if (format == GraphFormat.DOT && plan.size() > 100) {
            return; // not folded, and longer than anybody reads
        }
        String picture = format.render(plan, style);
        Path golden = GOLDEN.resolve(name);
        if (WRITE) {
            Files.writeString(golden, picture);
        }
        assertThat(picture).as(name).isEqualTo(Files.readString(golden));
    }

    @Test
    void the_same_plan_gives_the_same_picture() {
        for (long seed = 1; seed <= 30; seed++) {
            Plan one = Workflows.random(Workflows.random(seed), 130);
            Plan other = Workflows.random(Workflows.random(seed), 130);
            for (GraphFormat format : GraphFormat.values()) {
                assertThat(format.render(one, SCREEN)).as("seed %d", seed).isEqualTo(format.render(other, SCREEN));
            }
        }
    }

    @Test
    void one_task_is_a_picture_too() {
        for (GraphFormat format : GraphFormat.values()) {
            assertThat(format.render(Workflows.chain(1), SCREEN))
                    .contains("t0")
                    .contains("planner")
                    .endsWith("\n");
        }
    }

    @Test
    @Timeout(60)
    void the_largest_graphs_give_small_pictures() {
        for (Plan plan : List.of(Workflows.chain(100_000), Workflows.wide(100_000))) {
            for (GraphFormat format : GraphFormat.values()) {
                String picture = format.render(plan, SCREEN);
                assertThat(picture.length()).as(format.name()).isLessThan(100_000);
                assertThat(picture).contains("100,000");
            }
        }
    }

    @Test
    @Timeout(60)
    void dense_graphs_are_folded_until_they_can_be_drawn() {
        // Every task depends on the 40 before it: 2,000 tasks with 79,000 edges, on as many levels.
        Workflow workflow = Workflow.named("dense").agent("planner", role -> role);
        for (int i = 0; i < 2_000; i++) {
            String[] before = new String[Math.min(i, 40)];
            for (int k = 0; k < before.length; k++) {
                before[k] = "t" + (i - 1 - k);
            }
            workflow.task("t" + i, task -> task.agent("planner").dependsOn(before));
        }
        Plan plan = Plan.of(workflow.build());
        for (GraphFormat format : GraphFormat.values()) {
            assertThat(format.render(plan, SCREEN).length()).as(format.name()).isLessThan(300_000);
        }
    }

    @Test
    void times_are_told_in_their_two_largest_units() {
        assertThat(List.of(0L, 7L, 999L, 1_000L, 6_352L, 59_400L, 590_352L, 7_200_000L, 7_500_000L, 90_000_000L))
                .extracting(millis -> Wording.time(Duration.ofMillis(millis)))
                .containsExactly("0s", "7ms", "999ms", "1s", "6.4s", "59s", "9m 50s", "2h", "2h 5m", "1d 1h");
        assertThat(Wording.time(Duration.ofSeconds(Long.MAX_VALUE))).endsWith("h");
    }

    @Test
    void a_screen_without_columns_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new GraphStyle(0, false, false));
    }
}
