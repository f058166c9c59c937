package dev.capocomico.model.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.model.definition.Definition;
import java.util.BitSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jgrapht.Graph;
import org.jgrapht.Graphs;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.DirectedAcyclicGraph;
import org.jgrapht.traverse.BreadthFirstIterator;
import org.junit.jupiter.api.Test;

class AncestryTest {

    @Test
    void a_task_is_upstream_of_what_depends_on_it_even_indirectly_but_not_of_itself() {
        TaskGraph graph = TaskGraph.of(TaskGraphTest.tasks("a", "b after a", "c after b", "d"));

        BitSet answers = Ancestry.answer(graph, new int[] {0, 0, 0, 1, 2, 3}, new int[] {0, 1, 2, 0, 0, 2});

        assertThat(answers.stream()).containsExactly(1, 2);
    }

    @Test
    void in_a_cycle_every_task_is_upstream_of_every_one_and_of_itself() {
        TaskGraph graph =
                TaskGraph.of(TaskGraphTest.tasks("in", "a after b in", "b after a", "self after self", "out after b"));

        BitSet answers = Ancestry.answer(graph, new int[] {1, 1, 2, 3, 0, 0, 4}, new int[] {1, 2, 1, 3, 4, 0, 0});

        assertThat(answers.stream()).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void no_questions_have_no_answers() {
        assertThat(Ancestry.answer(TaskGraph.of(TaskGraphTest.tasks("a")), new int[0], new int[0]))
                .isEqualTo(new BitSet());
    }

    @Test
    void questions_are_pairs() {
        TaskGraph graph = TaskGraph.of(TaskGraphTest.tasks("a"));

        assertThatThrownBy(() -> Ancestry.answer(graph, new int[2], new int[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 ancestors cannot be paired with 1 descendants");
    }

    @Test
    void all_questions_about_random_acyclic_graphs_are_answered_as_by_another_library() {
        for (int round = 0; round < 200; round++) {
            long seed = 2_000L + round;
            Random random = new Random(seed);
            Definition definition = round % 4 == 0 ? RandomTasks.large(random, false) : RandomTasks.acyclic(random);
            TaskGraph graph = TaskGraph.of(definition.tasks());
            DirectedAcyclicGraph<String, DefaultEdge> oracle = new DirectedAcyclicGraph<>(DefaultEdge.class);
            Graphs.addGraph(oracle, RandomTasks.oracle(definition.tasks()));

            BitSet expected = new BitSet();
            for (int descendant = 0; descendant < graph.size(); descendant++) {
                Set<String> ancestors = oracle.getAncestors(graph.id(descendant));
                for (int ancestor = 0; ancestor < graph.size(); ancestor++) {
                    expected.set(ancestor * graph.size() + descendant, ancestors.contains(graph.id(ancestor)));
                }
            }

            assertThat(answersToAllPairs(graph)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void all_questions_about_random_graphs_with_cycles_are_answered_as_by_another_library() {
        for (int round = 0; round < 200; round++) {
            long seed = 3_000L + round;
            Random random = new Random(seed);
            Definition definition = round % 4 == 0 ? RandomTasks.large(random, true) : RandomTasks.withCycles(random);
            TaskGraph graph = TaskGraph.of(definition.tasks());
            Graph<String, DefaultEdge> oracle = RandomTasks.oracle(definition.tasks());

            BitSet expected = new BitSet();
            for (int ancestor = 0; ancestor < graph.size(); ancestor++) {
                for (String successor : Graphs.successorListOf(oracle, graph.id(ancestor))) {
                    new BreadthFirstIterator<>(oracle, successor)
                            .forEachRemaining(new Marks(expected, graph, ancestor)::mark);
                }
            }

            assertThat(answersToAllPairs(graph)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void few_tasks_that_ask_about_many_and_many_that_ask_about_few_are_answered_alike() {
        for (int round = 0; round < 300; round++) {
            long seed = 4_000L + round;
            Random random = new Random(seed);
            TaskGraph graph = TaskGraph.of(
                    (round % 2 == 0 ? RandomTasks.acyclic(random) : RandomTasks.withCycles(random)).tasks());
            if (graph.size() == 0) {
                continue;
            }
            BitSet all = answersToAllPairs(graph);
            int few = 1 + random.nextInt(3);
            int[] ofFew = random.ints(500, 0, Math.min(few, graph.size())).toArray();
            int[] ofMany = random.ints(500, 0, graph.size()).toArray();

            assertThat(Ancestry.answer(graph, ofFew, ofMany))
                    .as("seed %d", seed)
                    .isEqualTo(select(all, graph, ofFew, ofMany));
            assertThat(Ancestry.answer(graph, ofMany, ofFew))
                    .as("seed %d", seed)
                    .isEqualTo(select(all, graph, ofMany, ofFew));
        }
    }

    @Test
    void more_targets_than_fit_into_one_pass_are_kept_apart() {
        int size = 300;
        String[] chain = IntStream.range(0, size)
                .mapToObj(i -> "t" + i + (i == 0 ? "" : " after t" + (i - 1)))
                .toArray(String[]::new);
        TaskGraph graph = TaskGraph.of(TaskGraphTest.tasks(chain));

        BitSet answers = answersToAllPairs(graph);

        BitSet expected = new BitSet();
        for (int ancestor = 0; ancestor < size; ancestor++) {
            expected.set(ancestor * size + ancestor + 1, (ancestor + 1) * size);
        }
        assertThat(answers).isEqualTo(expected);
    }

    private static BitSet answersToAllPairs(TaskGraph graph) {
        int size = graph.size();
        return Ancestry.answer(
                graph,
                IntStream.range(0, size * size).map(q -> q / size).toArray(),
                IntStream.range(0, size * size).map(q -> q % size).toArray());
    }

    private static BitSet select(BitSet all, TaskGraph graph, int[] ancestor, int[] descendant) {
        BitSet selected = new BitSet();
        for (int q = 0; q < ancestor.length; q++) {
            selected.set(q, all.get(ancestor[q] * graph.size() + descendant[q]));
        }
        return selected;
    }

    private record Marks(BitSet answers, TaskGraph graph, int ancestor) {
        void mark(String descendant) {
            answers.set(ancestor * graph.size() + graph.indexOf(descendant));
        }
    }
}
