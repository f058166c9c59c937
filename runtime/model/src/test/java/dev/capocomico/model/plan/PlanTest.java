package dev.capocomico.model.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Resources;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jgrapht.Graph;
import org.jgrapht.alg.interfaces.ShortestPathAlgorithm.SingleSourcePaths;
import org.jgrapht.alg.shortestpath.BellmanFordShortestPath;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleDirectedWeightedGraph;
import org.junit.jupiter.api.Test;

class PlanTest {

    @Test
    void a_task_stands_one_level_below_the_lowest_of_its_dependencies() {
        Plan plan = plan(drawn("join after b far", "a", "b after a", "far after c", "c after b", "loose"));

        assertThat(plan.levelCount()).isEqualTo(5);
        assertThat(ids(plan, plan.tasksOfLevel(0))).containsExactly("a", "loose");
        assertThat(ids(plan, plan.tasksOfLevel(1))).containsExactly("b");
        assertThat(plan.level(plan.graph().indexOf("join"))).isEqualTo(4);
        assertThat(ids(plan, plan.order())).containsExactly("a", "loose", "b", "c", "far", "join");
    }

    @Test
    void a_duration_is_the_estimate_or_the_length_of_a_sleep_or_nominal() {
        Plan plan = plan(Workflow.named("timed")
                .task("estimated", task -> task.agent("worker").estimate(Duration.ofMinutes(10)))
                .task("slept", task -> task.sleep(Duration.ofHours(1)))
                .task("both", task -> task.sleep(Duration.ofHours(1)).estimate(Duration.ofMinutes(61)))
                .task("unknown", task -> task.agent("worker")));

        assertThat(IntStream.range(0, 4).mapToObj(plan::duration))
                .containsExactly(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofMinutes(61), Plan.NOMINAL);
        assertThat(IntStream.range(0, 4).mapToObj(plan::estimated)).containsExactly(true, true, true, false);
        assertThat(plan.totalWork()).isEqualTo(Duration.ofMinutes(131).plusSeconds(1));
        assertThat(plan.criticalPathLength()).isEqualTo(Duration.ofMinutes(61));
        assertThat(ids(plan, plan.criticalPath())).containsExactly("both");
    }

    @Test
    void the_critical_path_is_the_chain_that_takes_longest() {
        Plan plan = plan(Workflow.named("chains")
                .task("a", task -> task.agent("worker").estimate(Duration.ofSeconds(5)))
                .task("b1", task -> task.agent("worker").dependsOn("a"))
                .task("b2", task -> task.agent("worker").dependsOn("b1"))
                .task("c", task -> task.agent("worker").dependsOn("a").estimate(Duration.ofSeconds(3)))
                .task("end", task -> task.agent("worker").dependsOn("b2", "c")));

        assertThat(ids(plan, plan.criticalPath())).containsExactly("a", "c", "end");
        assertThat(plan.criticalPathLength()).isEqualTo(Duration.ofSeconds(9));
        assertThat(IntStream.range(0, 5).filter(plan::critical)).containsExactly(0, 3, 4);
    }

    @Test
    void of_chains_that_take_equally_long_the_first_in_the_definition_is_critical() {
        Plan plan = plan(drawn("z2 after a", "z1 after a", "a", "b", "y after b", "end after z1 z2 y"));

        assertThat(ids(plan, plan.criticalPath())).containsExactly("a", "z2", "end");
    }

    @Test
    void the_critical_path_goes_on_to_the_end_through_tasks_that_take_no_time() {
        Plan plan = plan(Workflow.named("zero")
                .task("a", task -> task.agent("worker").estimate(Duration.ZERO))
                .task("b", task -> task.agent("worker").dependsOn("a"))
                .task("c", task -> task.agent("worker").dependsOn("b").estimate(Duration.ZERO)));

        assertThat(ids(plan, plan.criticalPath())).containsExactly("a", "b", "c");
        assertThat(plan.criticalPathLength()).isEqualTo(Plan.NOMINAL);
    }

    @Test
    void measured_durations_replace_what_was_declared_where_there_are_any() {
        Plan declared = plan(Workflow.named("w")
                .task("a", task -> task.agent("worker").estimate(Duration.ofSeconds(2)))
                .task("b", task -> task.agent("worker").dependsOn("a"))
                .task("c", task -> task.agent("worker").dependsOn("a"))
                .task("d", task -> task.agent("worker").dependsOn("a")));

        Plan measured =
                declared.withDurations(task -> List.of(-1L, 200L, 3_000L, -1L).get(task));

        assertThat(ids(measured, measured.criticalPath())).containsExactly("a", "c");
        assertThat(measured.criticalPathLength()).isEqualTo(Duration.ofSeconds(5));
        assertThat(IntStream.range(0, 4).mapToObj(measured::estimated)).containsExactly(true, true, true, false);
        assertThat(ids(declared, declared.criticalPath())).containsExactly("a", "b");
        assertThat(declared.estimated(1)).isFalse();
        assertThat(measured.digest()).isEqualTo(declared.digest());
    }

    @Test
    void sums_of_absurd_durations_stay_at_the_longest_one() {
        Duration longest = Duration.ofMillis(Long.MAX_VALUE);
        Plan plan = plan(Workflow.named("absurd")
                .task("a", task -> task.sleep(Duration.ofSeconds(Long.MAX_VALUE)))
                .task("b", task -> task.sleep(longest).dependsOn("a")));

        assertThat(plan.duration(0)).isEqualTo(longest);
        assertThat(plan.criticalPathLength()).isEqualTo(longest);
        assertThat(plan.totalWork()).isEqualTo(longest);
    }

    @Test
    void resources_are_summed_over_all_slots_of_all_roles() {
        Plan plan = plan(Workflow.named("resources")
                .agent("a", role -> role.count(3).resources("1.5 cores", "2GB"))
                .agent("b", role -> role.resources("500m", null))
                .agent("c", role -> role.count(4))
                .task("t", task -> task.agent("a")));

        assertThat(plan.resources()).isEqualTo(new ResourceEstimate(8, 5_000, 6_000_000_000L));
    }

    @Test
    void absurd_resources_do_not_wrap_around() {
        Plan plan = plan(Workflow.named("resources")
                .agent("a", role -> role.count(Integer.MAX_VALUE).resources(null, "900000T"))
                .agent("b", role -> role.count(Integer.MAX_VALUE).resources(null, "900000T"))
                .task("t", task -> task.agent("a")));

        assertThat(plan.resources()).isEqualTo(new ResourceEstimate(2L * Integer.MAX_VALUE, 0, Long.MAX_VALUE));
        assertThat(new Resources(null, "900000T").memoryBytes()).isPositive();
    }

    @Test
    void a_definition_without_tasks_has_an_empty_plan() {
        Plan plan = plan(Workflow.named("empty"));

        assertThat(plan.size()).isZero();
        assertThat(plan.levelCount()).isZero();
        assertThat(plan.order()).isEmpty();
        assertThat(plan.criticalPath()).isEmpty();
        assertThat(plan.criticalPathLength()).isZero();
        assertThat(plan.totalWork()).isZero();
    }

    @Test
    void what_is_handed_out_cannot_change_the_plan() {
        Plan plan = plan(drawn("a", "b after a"));

        Arrays.fill(plan.order(), 7);
        Arrays.fill(plan.criticalPath(), 7);
        Arrays.fill(plan.tasksOfLevel(0), 7);

        assertThat(plan.order()).containsExactly(0, 1);
        assertThat(plan.criticalPath()).containsExactly(0, 1);
        assertThat(plan.tasksOfLevel(0)).containsExactly(0);
    }

    @Test
    void a_cycle_is_refused_by_its_path() {
        assertRefused(drawn("a", "c after b a", "b after c"), "tasks depend on each other in a cycle: c → b → c");
        assertRefused(drawn("a after a"), "tasks depend on each other in a cycle: a → a");
    }

    @Test
    void a_long_cycle_is_named_by_its_beginning() {
        String[] ring = IntStream.range(0, 50)
                .mapToObj(i -> "t" + i + " after t" + (i + 49) % 50)
                .toArray(String[]::new);

        assertThatThrownBy(() -> plan(drawn(ring))).hasMessageEndingWith(" → t18 → t19 → … → t0");
    }

    @Test
    void unknown_dependencies_and_ids_given_twice_are_refused_by_name() {
        assertRefused(drawn("a", "b after ghost"), "task \"b\" depends on \"ghost\", but there is no such task");
        assertRefused(drawn("a", "b", "a"), "two tasks have the id \"a\"");
    }

    @Test
    void a_repeated_dependency_counts_once() {
        assertThat(plan(drawn("a", "b after a a")).graph().edgeCount()).isEqualTo(1);
    }

    @Test
    void levels_and_critical_paths_of_random_graphs_are_those_of_another_library() {
        for (int round = 0; round < 400; round++) {
            long seed = 5_000L + round;
            Definition definition = RandomTasks.acyclic(new Random(seed));
            Plan plan = Plan.of(definition);

            SingleSourcePaths<String, DefaultWeightedEdge> levels = longestPaths(plan, task -> 1);
            SingleSourcePaths<String, DefaultWeightedEdge> ends =
                    longestPaths(plan, task -> (double) plan.duration(task).toMillis());

            int[] order = plan.order();
            assertThat(Arrays.stream(order).distinct().count())
                    .as("seed %d", seed)
                    .isEqualTo(plan.size());
            for (int task = 0; task < plan.size(); task++) {
                assertThat(plan.level(task))
                        .as("seed %d, %s", seed, plan.graph().id(task))
                        .isEqualTo((int) -levels.getWeight(plan.graph().id(task)) - 1);
            }
            assertThat(plan.criticalPathLength().toMillis()).as("seed %d", seed).isEqualTo((long) -ends.getWeight(END));
            assertCriticalPathIsOne(plan, RandomTasks.oracle(definition.tasks()), seed);
            assertOrdered(plan, seed);
        }
    }

    private static final String START = "(start)";
    private static final String END = "(end)";

    private interface Length {
        double of(int task);
    }

    /** The longest path to the end of each task: the shortest one over negative lengths, by an algorithm of no kinship. */
    private static SingleSourcePaths<String, DefaultWeightedEdge> longestPaths(Plan plan, Length length) {
        var graph = new SimpleDirectedWeightedGraph<String, DefaultWeightedEdge>(DefaultWeightedEdge.class);
        graph.addVertex(START);
        graph.addVertex(END);
        List<Task> tasks = plan.definition().tasks();
        tasks.forEach(task -> graph.addVertex(task.id()));
        graph.setEdgeWeight(graph.addEdge(START, END), 0);
        for (int i = 0; i < tasks.size(); i++) {
            Task task = tasks.get(i);
            graph.setEdgeWeight(graph.addEdge(START, task.id()), -length.of(i));
            for (String dependency : task.dependsOn()) {
                graph.setEdgeWeight(graph.addEdge(dependency, task.id()), -length.of(i));
            }
            graph.setEdgeWeight(graph.addEdge(task.id(), END), 0);
        }
        return new BellmanFordShortestPath<>(graph).getPaths(START);
    }

    private static void assertCriticalPathIsOne(Plan plan, Graph<String, DefaultEdge> oracle, long seed) {
        int[] path = plan.criticalPath();
        Duration sum = Duration.ZERO;
        for (int i = 0; i < path.length; i++) {
            sum = sum.plus(plan.duration(path[i]));
            assertThat(plan.critical(path[i])).isTrue();
            if (i > 0) {
                assertThat(oracle.containsEdge(
                                plan.graph().id(path[i - 1]), plan.graph().id(path[i])))
                        .as("seed %d, place %d", seed, i)
                        .isTrue();
            }
        }
        if (path.length > 0) {
            assertThat(oracle.inDegreeOf(plan.graph().id(path[0]))).isZero();
            assertThat(oracle.outDegreeOf(plan.graph().id(path[path.length - 1])))
                    .isZero();
        }
        assertThat(sum).as("seed %d", seed).isEqualTo(plan.criticalPathLength());
        assertThat(IntStream.range(0, plan.size()).filter(plan::critical).count())
                .isEqualTo(path.length);
    }

    private static void assertOrdered(Plan plan, long seed) {
        int[] place = new int[plan.size()];
        int[] order = plan.order();
        for (int i = 0; i < order.length; i++) {
            place[order[i]] = i;
        }
        for (int task = 0; task < plan.size(); task++) {
            for (int k = 0; k < plan.graph().predecessorCount(task); k++) {
                assertThat(place[plan.graph().predecessor(task, k)])
                        .as("seed %d", seed)
                        .isLessThan(place[task]);
            }
        }
    }

    private static void assertRefused(Workflow workflow, String message) {
        assertThatThrownBy(() -> plan(workflow))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static Plan plan(Workflow workflow) {
        return Plan.of(workflow.build());
    }

    private static Workflow drawn(String... lines) {
        Workflow workflow = Workflow.named("drawn");
        TaskGraphTest.tasks(lines)
                .forEach(task -> workflow.task(task.id(), built -> built.agent("worker")
                        .dependsOn(task.dependsOn().toArray(String[]::new))));
        return workflow;
    }

    private static List<String> ids(Plan plan, int[] tasks) {
        return Arrays.stream(tasks).mapToObj(plan.graph()::id).toList();
    }
}
