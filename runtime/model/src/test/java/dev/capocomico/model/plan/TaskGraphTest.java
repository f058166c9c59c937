package dev.capocomico.model.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jgrapht.Graph;
import org.jgrapht.alg.connectivity.KosarajuStrongConnectivityInspector;
import org.jgrapht.alg.cycle.CycleDetector;
import org.jgrapht.graph.DefaultEdge;
import org.junit.jupiter.api.Test;

class TaskGraphTest {

    @Test
    void an_edge_leads_from_a_dependency_to_its_dependent() {
        TaskGraph graph = graph("d after a c", "a", "b after a", "c after b a");

        assertThat(graph.size()).isEqualTo(4);
        assertThat(graph.edgeCount()).isEqualTo(5);
        assertThat(graph.id(0)).isEqualTo("d");
        assertThat(graph.indexOf("c")).isEqualTo(3);
        assertThat(graph.indexOf("e")).isEqualTo(-1);
        assertThat(successors(graph, "a")).containsExactly("d", "b", "c");
        assertThat(successors(graph, "d")).isEmpty();
        assertThat(predecessors(graph, "c")).containsExactly("a", "b");
        assertThat(predecessors(graph, "a")).isEmpty();
    }

    @Test
    void unknown_and_repeated_dependencies_are_left_out_and_of_equal_ids_the_first_counts() {
        TaskGraph graph = graph("a", "b after a ghost a", "a after b", "c after a");

        assertThat(graph.size()).isEqualTo(3);
        assertThat(graph.edgeCount()).isEqualTo(2);
        assertThat(graph.complete()).isFalse();
        assertThat(successors(graph, "a")).containsExactly("b", "c");
        assertThat(predecessors(graph, "a")).isEmpty();
        assertThat(graph.cycles()).isEmpty();
    }

    @Test
    void a_repeated_dependency_alone_leaves_nothing_unknown_out() {
        assertThat(graph("a", "b after a a").complete()).isTrue();
    }

    @Test
    void no_tasks_are_a_graph_too() {
        TaskGraph graph = TaskGraph.of(List.of());

        assertThat(graph.size()).isZero();
        assertThat(graph.edgeCount()).isZero();
        assertThat(graph.cycles()).isEmpty();
    }

    @Test
    void a_cycle_is_a_path_along_the_edges_from_its_first_task_on() {
        TaskGraph graph = graph("start", "c after b", "a after c start", "b after a", "end after b");

        assertThat(cycles(graph)).containsExactly(List.of("c", "a", "b"));
    }

    @Test
    void tasks_that_depend_on_themselves_and_each_knot_have_a_cycle_of_their_own() {
        TaskGraph graph = graph("x after x y", "y after x", "p after q", "q after p q", "lonely after lonely");

        assertThat(cycles(graph))
                .containsExactly(List.of("x"), List.of("x", "y"), List.of("p", "q"), List.of("q"), List.of("lonely"));
    }

    @Test
    void a_pair_inside_a_large_ring_is_reported_instead_of_the_ring() {
        List<String> ring = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            ring.add("t" + i + " after t" + (i + 999) % 1000 + (i == 600 ? " t601" : ""));
        }

        assertThat(cycles(graph(ring.toArray(String[]::new)))).containsExactly(List.of("t600", "t601"));
    }

    @Test
    void what_is_left_of_a_ring_begins_with_its_first_task_too() {
        TaskGraph graph = graph("a after e", "d after c", "b after a d", "c after b", "e after d");

        assertThat(cycles(graph)).containsExactly(List.of("d", "b", "c"));
    }

    @Test
    void a_ring_of_a_hundred_thousand_tasks_needs_no_deep_stack() {
        int size = 100_000;
        String[] ring = IntStream.range(0, size)
                .mapToObj(i -> "t" + i + " after t" + (i + size - 1) % size)
                .toArray(String[]::new);

        assertThat(graph(ring).cycles())
                .containsExactly(IntStream.range(0, size).boxed().toList());
    }

    @Test
    void ids_made_to_have_one_hash_code_do_not_make_it_slow() {
        int size = 1 << 16;
        String[] lines = IntStream.range(0, size)
                .mapToObj(i -> collidingId(i) + (i == 0 ? "" : " after " + collidingId(i - 1)))
                .toArray(String[]::new);
        assertThat(collidingId(5).hashCode()).isEqualTo(collidingId(77).hashCode());

        TaskGraph graph = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> graph(lines));

        assertThat(graph.edgeCount()).isEqualTo(size - 1);
    }

    @Test
    void cycles_of_random_graphs_are_those_of_another_library() {
        int withCycle = 0;
        for (int round = 0; round < 500; round++) {
            long seed = 1_000L + round;
            Definition definition = RandomTasks.withCycles(new Random(seed));
            TaskGraph graph = TaskGraph.of(definition.tasks());
            Graph<String, DefaultEdge> oracle = RandomTasks.oracle(definition.tasks());

            List<List<String>> cycles = cycles(graph);

            assertThat(graph.edgeCount())
                    .as("seed %d", seed)
                    .isEqualTo(oracle.edgeSet().size());
            assertThat(cycles.isEmpty()).as("seed %d", seed).isEqualTo(!new CycleDetector<>(oracle).detectCycles());
            assertThat(new HashSet<>(cycles)).as("seed %d", seed).hasSameSizeAs(cycles);
            cycles.forEach(cycle -> assertIsCycle(graph, oracle, cycle, seed));
            assertThat(knots(cycles, oracle)).as("seed %d", seed).isEqualTo(knots(oracle));
            withCycle += cycles.isEmpty() ? 0 : 1;
        }
        assertThat(withCycle).isBetween(150, 490);
    }

    private static void assertIsCycle(
            TaskGraph graph, Graph<String, DefaultEdge> oracle, List<String> cycle, long seed) {
        assertThat(cycle).as("seed %d", seed).doesNotHaveDuplicates();
        assertThat(cycle.stream().map(graph::indexOf).min(Comparator.naturalOrder()))
                .as("seed %d, cycle %s", seed, cycle)
                .hasValue(graph.indexOf(cycle.getFirst()));
        for (int i = 0; i < cycle.size(); i++) {
            assertThat(oracle.containsEdge(cycle.get(i), cycle.get((i + 1) % cycle.size())))
                    .as("seed %d, cycle %s, edge %d", seed, cycle, i)
                    .isTrue();
        }
    }

    /** The components that the cycles belong to, and the tasks that depend on themselves. */
    private static Set<Set<String>> knots(List<List<String>> cycles, Graph<String, DefaultEdge> oracle) {
        Set<Set<String>> found = new HashSet<>();
        for (List<String> cycle : cycles) {
            found.add(
                    cycle.size() == 1
                            ? Set.copyOf(cycle)
                            : new KosarajuStrongConnectivityInspector<>(oracle)
                                    .stronglyConnectedSets().stream()
                                            .filter(component -> component.containsAll(cycle))
                                            .findFirst()
                                            .orElseThrow());
        }
        return found;
    }

    private static Set<Set<String>> knots(Graph<String, DefaultEdge> oracle) {
        Set<Set<String>> expected = new HashSet<>();
        new KosarajuStrongConnectivityInspector<>(oracle)
                .stronglyConnectedSets().stream()
                        .filter(component -> component.size() > 1)
                        .forEach(expected::add);
        oracle.vertexSet().stream()
                .filter(task -> oracle.containsEdge(task, task))
                .forEach(task -> expected.add(Set.of(task)));
        return expected;
    }

    /** "Aa" and "BB" have one hash code, and so have all strings made of as many of them. */
    private static String collidingId(int number) {
        StringBuilder id = new StringBuilder();
        for (int bit = 0; bit < 16; bit++) {
            id.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return id.toString();
    }

    private static TaskGraph graph(String... lines) {
        return TaskGraph.of(tasks(lines));
    }

    /** From lines such as {@code "c after a b"}. */
    static List<Task> tasks(String... lines) {
        Workflow workflow = Workflow.named("drawn");
        for (String line : lines) {
            String[] parts = line.split(" after ", 2);
            workflow.task(parts[0], task -> task.agent("worker")
                    .dependsOn(parts.length == 1 ? new String[0] : parts[1].split(" ")));
        }
        return workflow.build().tasks();
    }

    private static List<List<String>> cycles(TaskGraph graph) {
        return graph.cycles().stream()
                .map(cycle -> cycle.stream().map(graph::id).toList())
                .toList();
    }

    private static List<String> successors(TaskGraph graph, String id) {
        int task = graph.indexOf(id);
        return IntStream.range(0, graph.successorCount(task))
                .mapToObj(k -> graph.id(graph.successor(task, k)))
                .toList();
    }

    private static List<String> predecessors(TaskGraph graph, String id) {
        int task = graph.indexOf(id);
        return IntStream.range(0, graph.predecessorCount(task))
                .mapToObj(k -> graph.id(graph.predecessor(task, k)))
                .toList();
    }
}
