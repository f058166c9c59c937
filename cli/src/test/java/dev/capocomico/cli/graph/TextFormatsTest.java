package dev.capocomico.cli.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.plan.Plan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Mermaid and Graphviz. */
class TextFormatsTest {
    private static final GraphStyle ANY = new GraphStyle(80, false, true);
    private static final Pattern MERMAID_NODE = Pattern.compile("  (t\\d+)[\\[({/]+\"([^\"]*)\"[\\])}/]+");
    private static final Pattern MERMAID_LINK = Pattern.compile("  (t\\d+) (?:-->|==>)(?:\\|\"[\\d,]+\"\\|)? (t\\d+)");
    private static final Pattern DOT_EDGE = Pattern.compile("  \"([^\"]*)\" -> \"([^\"]*)\"(?: \\[.*])?");

    @Test
    void every_edge_is_in_mermaid_once() {
        for (long seed = 1; seed <= 200; seed++) {
            Plan plan = Workflows.random(Workflows.random(seed), 150);
            String text = GraphFormat.MERMAID.render(plan, ANY);
            Map<String, String> ids = new HashMap<>();
            Set<String> edges = new HashSet<>();
            for (String line : text.lines().toList()) {
                Matcher node = MERMAID_NODE.matcher(line);
                if (node.matches()) {
                    ids.put(node.group(1), node.group(2).replaceAll("<br/>.*", ""));
                }
                Matcher link = MERMAID_LINK.matcher(line);
                if (link.matches()) {
                    assertThat(edges.add(ids.get(link.group(1)) + " -> " + ids.get(link.group(2))))
                            .isTrue();
                }
            }
            assertThat(edges).as("seed %d", seed).isEqualTo(Workflows.edges(plan));
        }
    }

    @Test
    void every_edge_is_in_dot_once() {
        for (long seed = 1; seed <= 200; seed++) {
            Plan plan = Workflows.random(Workflows.random(seed), 300);
            Set<String> edges = new HashSet<>();
            for (String line : GraphFormat.DOT.render(plan, ANY).lines().toList()) {
                Matcher edge = DOT_EDGE.matcher(line);
                if (edge.matches()) {
                    assertThat(edges.add(edge.group(1) + " -> " + edge.group(2)))
                            .isTrue();
                }
            }
            assertThat(edges).as("seed %d", seed).isEqualTo(Workflows.edges(plan));
        }
    }

    @Test
    void mermaid_is_folded_below_its_own_limits() {
        for (Plan plan : List.of(Workflows.survey(), Workflows.chain(1_000), Workflows.wide(151))) {
            String text = GraphFormat.MERMAID.render(plan, ANY);
            assertThat(text.length()).isLessThan(50_000);
            assertThat(text.lines()
                            .filter(line -> MERMAID_LINK.matcher(line).matches())
                            .count())
                    .isLessThan(500);
            assertThat(text).contains(" ×");
        }
    }

    @Test
    void what_means_something_to_mermaid_is_written_as_numbers() {
        String text = GraphFormat.MERMAID.render(Workflows.hostile(), ANY);
        List<String> nodes = text.lines()
                .filter(line -> line.startsWith("  t") && line.contains("\""))
                .toList();
        assertThat(nodes).hasSize(4).allSatisfy(line -> {
            Matcher node = MERMAID_NODE.matcher(line);
            assertThat(node.matches()).as(line).isTrue();
            assertThat(node.group(2).replace("<br/>", "").replaceAll("#\\d+;", ""))
                    .doesNotContainPattern("[\"'<>&#;`\\\\%{}\\[\\]()|*~$:@]");
        });
        assertThat(text)
                .contains("#60;b#62;#38;amp#59;")
                .doesNotContain("\u001b")
                .doesNotContain("<script");
        assertThat(text.lines()).noneMatch(line -> line.matches("\\s*(end|subgraph)\\b.*"));
    }

    @Test
    void what_means_something_to_graphviz_is_escaped() {
        String text = GraphFormat.DOT.render(Workflows.hostile(), ANY);
        // Outside of strings there is nothing from the definition.
        String bare = text.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "S");
        assertThat(bare)
                .matches("[\\w\\s{}\\[\\]=,.>S-]+")
                .doesNotContain("click")
                .doesNotContain("script");
        assertThat(text).contains("1\\\\N \\\" --> t9").contains("&amp;amp;");
    }
}
