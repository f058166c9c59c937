package dev.capocomico.cli.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TerminalDrawingTest {
    private static final GraphStyle PLAIN = new GraphStyle(4_000, false, true);
    private static final int ROUNDS = 600;

    @Test
    void whoever_follows_the_rails_finds_exactly_the_edges() {
        int drawn = 0;
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Plan plan = Workflows.random(Workflows.random(seed), 60);
            Scene scene = Scene.ofTasks(plan);
            Canvas canvas = RailDrawing.of(scene, 200, false);
            if (canvas == null) {
                continue;
            }
            drawn++;
            List<String> rows = rows(canvas);
            Set<String> expected = new HashSet<>();
            for (Link link : scene.links()) {
                expected.add(row(rows, scene, link.from()) + " -> " + row(rows, scene, link.to()));
            }
            assertThat(new DrawingReader(rails(rows)).rails())
                    .as("seed %d\n%s", seed, String.join("\n", rows))
                    .isEqualTo(expected);
        }
        assertThat(drawn).isGreaterThan(ROUNDS / 2);
    }

    @Test
    void whoever_follows_the_arrows_finds_exactly_the_edges() {
        int drawn = 0;
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Plan plan = Workflows.random(Workflows.random(seed), 16);
            Canvas canvas = BoxDrawing.of(Scene.ofTasks(plan), 4_000);
            if (canvas == null) {
                continue;
            }
            drawn++;
            List<String> rows = rows(canvas);
            assertThat(new DrawingReader(rows).boxes())
                    .as("seed %d\n%s", seed, String.join("\n", rows))
                    .isEqualTo(Workflows.edges(plan));
        }
        assertThat(drawn).isGreaterThan(ROUNDS / 2);
    }

    @Test
    void no_line_is_wider_than_the_screen_whatever_is_drawn() {
        for (long seed = 1; seed <= 150; seed++) {
            RandomGenerator random = Workflows.random(seed);
            Plan plan = seed % 10 == 0 ? Workflows.hostile() : Workflows.random(random, 120);
            int columns = random.nextInt(1, 160);
            GraphStyle style = new GraphStyle(columns, false, random.nextBoolean());
            assertThat(GraphFormat.TEXT.render(plan, style).lines())
                    .as("seed %d, %d columns", seed, columns)
                    .allSatisfy(line -> assertThat(TerminalText.width(line)).isLessThanOrEqualTo(columns));
        }
    }

    @Test
    void without_unicode_all_is_ascii_of_the_same_shape() {
        for (Plan plan : List.of(Workflows.order(), Workflows.samples(), Workflows.survey(), Workflows.hostile())) {
            String ascii = GraphFormat.TEXT.render(plan, new GraphStyle(100, false, false));
            assertThat(ascii).matches("[\n -~]+");
            String unicode = GraphFormat.TEXT.render(plan, new GraphStyle(100, false, true));
            assertThat(ascii.lines().map(TerminalText::width).toList())
                    .isEqualTo(unicode.lines().map(TerminalText::width).toList());
        }
    }

    @Test
    void colour_adds_escape_sequences_and_nothing_else() {
        for (Plan plan : List.of(Workflows.order(), Workflows.samples(), Workflows.hostile())) {
            String plain = GraphFormat.TEXT.render(plan, new GraphStyle(100, false, true));
            String coloured = GraphFormat.TEXT.render(plan, new GraphStyle(100, true, true));
            assertThat(plain).doesNotContain("\u001b");
            assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(plain);
            assertThat(coloured).contains(Ink.CRITICAL.on());
            assertThat(coloured.lines()).allSatisfy(line -> {
                if (line.contains("\u001b")) {
                    assertThat(line.lastIndexOf("\u001b[0m")).isEqualTo(line.lastIndexOf('\u001b'));
                }
            });
        }
    }

    @Test
    void a_thousand_tasks_fit_on_a_screen_as_families() {
        String text = GraphFormat.TEXT.render(Workflows.survey(), new GraphStyle(80, false, true));
        assertThat(text.lines().count()).isLessThan(24);
        assertThat(text).contains("compare ×900").contains("900 from compare").contains("×n a family");
    }

    @Test
    void the_legend_explains_only_what_is_drawn() {
        assertThat(GraphFormat.TEXT.render(Workflows.research(), PLAIN))
                .doesNotContain("◇")
                .doesNotContain("×n");
        assertThat(GraphFormat.TEXT.render(Workflows.samples(), PLAIN)).contains("◇ ◆ depends on nothing");
        assertThat(GraphFormat.TEXT.render(Workflows.chain(1), PLAIN)).doesNotContain("critical path\n\n");
    }

    @Test
    void clipping_counts_cells_and_keeps_whole_characters() {
        assertThat(TerminalText.width("日本🚀e\u0301")).isEqualTo(7);
        assertThat(TerminalText.clip("日本語", 6)).isEqualTo("日本語");
        assertThat(TerminalText.clip("日本語", 5)).isEqualTo("日本…");
        assertThat(TerminalText.clip("日本語", 4)).isEqualTo("日…");
        assertThat(TerminalText.clip("abc", 0)).isEmpty();
        assertThat(TerminalText.clipInside("map_sequence_ID0000023", 12)).isEqualTo("map_seq…0023");
    }

    private static List<String> rows(Canvas canvas) {
        List<String> rows = new ArrayList<>();
        for (int y = 0; y < canvas.rows(); y++) {
            rows.add(canvas.row(y, PLAIN));
        }
        return rows;
    }

    /** Without the words beside the rails, in which there could be anything. */
    private static List<String> rails(List<String> rows) {
        return rows.stream().map(row -> row.replaceAll("  task-.*", "")).toList();
    }

    private static int row(List<String> rows, Scene scene, int figure) {
        String title = "  " + scene.figures().get(figure).title() + "  ";
        for (int y = 0; y < rows.size(); y++) {
            if ((rows.get(y) + "  ").contains(title)) {
                return y;
            }
        }
        throw new AssertionError("no row for " + title + "\n" + String.join("\n", rows));
    }
}
