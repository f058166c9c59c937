package dev.capocomico.cli.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.plan.Plan;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SvgPictureTest {
    private static final GraphStyle ANY = new GraphStyle(80, false, true);
    private static final int ROUNDS = 150;

    @Test
    void it_is_xml_that_says_what_it_shows_and_loads_nothing() throws Exception {
        for (Plan plan : List.of(Workflows.order(), Workflows.survey(), Workflows.hostile(), Workflows.chain(1))) {
            String svg = GraphFormat.SVG.render(plan, ANY);
            Element root = parse(svg).getDocumentElement();
            assertThat(root.getAttribute("role")).isEqualTo("img");
            assertThat(root.getAttribute("aria-labelledby")).isEqualTo("title desc");
            assertThat(root.getElementsByTagName("title").item(0).getTextContent())
                    .startsWith(plan.definition().name());
            assertThat(root.getElementsByTagName("desc").item(0).getTextContent())
                    .contains("critical path");
            assertThat(svg).doesNotContain("<script", "href", "url(", "@import", "NaN", "Infinity");
        }
    }

    @Test
    void texts_of_the_definition_stay_texts() throws Exception {
        Document document = parse(GraphFormat.SVG.render(Workflows.hostile(), ANY));
        assertThat(document.getElementsByTagName("b").getLength()).isZero();
        NodeList titles = document.getElementsByTagName("title");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < titles.getLength(); i++) {
            texts.add(titles.item(i).getTextContent());
        }
        assertThat(texts).anySatisfy(text -> assertThat(text).contains("\"]; click <b>&amp;</b> 'q'"));
    }

    @Test
    void cards_do_not_overlap_and_lines_pass_between_them() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            Plan plan = Workflows.random(Workflows.random(seed), 100);
            SvgLayout layout = SvgLayout.of(seed % 2 == 0 ? Scene.ofTasks(plan) : Scene.folded(plan, 40, 16));
            List<SvgLayout.Card> cards = layout.cards();
            for (int a = 0; a < cards.size(); a++) {
                for (int b = a + 1; b < cards.size(); b++) {
                    assertThat(overlap(cards.get(a), cards.get(b), 8))
                            .as("seed %d, cards %d and %d", seed, a, b)
                            .isFalse();
                }
            }
            for (SvgLayout.Line line : layout.lines()) {
                for (int i = 1; i + 1 < line.points().size(); i += 2) {
                    SvgLayout.Point in = line.points().get(i);
                    SvgLayout.Point out = line.points().get(i + 1);
                    assertThat(in.y()).isEqualTo(out.y());
                    assertThat(cards)
                            .as("seed %d", seed)
                            .noneMatch(card -> card.x() < out.x()
                                    && card.x() + card.width() > in.x()
                                    && card.y() - 4 < in.y()
                                    && card.y() + card.height() + 4 > in.y());
                }
            }
        }
    }

    private static boolean overlap(SvgLayout.Card a, SvgLayout.Card b, double room) {
        return a.x() < b.x() + b.width() + room
                && b.x() < a.x() + a.width() + room
                && a.y() < b.y() + b.height() + room
                && b.y() < a.y() + a.height() + room;
    }

    @Test
    void everything_is_inside_the_picture() throws Exception {
        for (long seed = 1; seed <= 40; seed++) {
            Plan plan = Workflows.random(Workflows.random(seed), 200);
            Element root = parse(GraphFormat.SVG.render(plan, ANY)).getDocumentElement();
            double width = Double.parseDouble(root.getAttribute("width"));
            double height = Double.parseDouble(root.getAttribute("height"));
            SvgLayout layout = SvgLayout.of(Scene.folded(plan, 60, 16));
            assertThat(layout.cards()).allSatisfy(card -> {
                assertThat(card.x()).isGreaterThan(-0.01);
                assertThat(card.y()).isGreaterThan(-0.01);
            });
            assertThat(width).isGreaterThan(100).isFinite();
            assertThat(height).isGreaterThan(100).isFinite();
            for (SvgLayout.Line line : layout.lines()) {
                assertThat(line.points()).allSatisfy(point -> {
                    assertThat(point.x()).isBetween(-0.01, layout.width() + 0.01);
                    assertThat(point.y()).isBetween(-0.01, layout.height() + 0.01);
                });
            }
        }
    }

    @Test
    void a_family_has_a_dot_for_each_task_and_marks_the_critical_ones() throws Exception {
        Plan plan = Workflows.survey();
        String svg = GraphFormat.SVG.render(plan, ANY);
        long dots = 0;
        long critical = 0;
        NodeList paths = parse(svg).getElementsByTagName("path");
        for (int i = 0; i < paths.getLength(); i++) {
            Element path = (Element) paths.item(i);
            if (path.getAttribute("class").endsWith("dot")
                    && path.getParentNode().getNodeName().equals("g")) {
                long count = Pattern.compile("h0")
                        .matcher(path.getAttribute("d"))
                        .results()
                        .count();
                dots += count;
                critical += path.getAttribute("class").startsWith("critical") ? count : 0;
            }
        }
        // Two tasks are families of their own and have no dots.
        assertThat(dots).isEqualTo(plan.size() - 2);
        assertThat(critical).isEqualTo(plan.criticalPath().length - 2);
        assertThat(svg.length()).isLessThan(300_000);
    }

    @Test
    void fewer_lines_cross_than_in_the_definition_order() {
        // Two layers, each task joined with the one opposite: in the order of the definition all lines cross.
        Plan plan = Plan.of(Workflow.named("crossed")
                .agent("a", role -> role)
                .task("a", task -> task.agent("a"))
                .task("b", task -> task.agent("a"))
                .task("c", task -> task.agent("a"))
                .task("x", task -> task.agent("a").dependsOn("c"))
                .task("y", task -> task.agent("a").dependsOn("b"))
                .task("z", task -> task.agent("a").dependsOn("a"))
                .build());
        assertThat(Layering.of(Scene.ofTasks(plan)).crossings()).isZero();
    }

    private static Document parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
