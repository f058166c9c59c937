package dev.capocomico.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowPrinter;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.DefinitionTree;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.plan.Ancestry;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.patterns.BuiltInPatterns;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jgrapht.alg.interfaces.ShortestPathAlgorithm.SingleSourcePaths;
import org.jgrapht.alg.shortestpath.BellmanFordShortestPath;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.DirectedAcyclicGraph;
import org.jgrapht.graph.SimpleDirectedWeightedGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WfCommonsConverterTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EPIGENOMICS = "epigenomics-chameleon-hep-1seq-100k-001";
    private static final String MONTAGE = "montage-chameleon-dss-125d-001";
    private static final String SRASEARCH = "srasearch-chameleon-10a-001";
    private static final String START = "(start)";
    private static final String END = "(end)";

    @Test
    void a_task_keeps_its_id_and_dependencies_and_its_category_and_runtime_become_action_and_estimate() {
        Definition definition = recorded(SRASEARCH);

        assertThat(definition.name()).isEqualTo(SRASEARCH);
        assertThat(definition.agents()).containsEntry("bowtie2-build", Role.of("simulated"));
        Task task = definition.tasks().get(2);
        assertThat(task.id()).isEqualTo("bowtie2_ID0000003");
        assertThat(task.work()).isEqualTo(new Work.AgentCall("bowtie2", "bowtie2", null));
        assertThat(task.dependsOn()).containsExactly("bowtie2-build_ID0000001", "fasterq-dump_ID0000002");
        assertThat(task.estimate()).isEqualTo(Duration.ofMillis(54_137));
    }

    @ParameterizedTest
    @CsvSource({
        EPIGENOMICS + ", 41, 8, 9",
        MONTAGE + ", 1066, 8, 8",
        SRASEARCH + ", 22, 4, 3",
    })
    void all_of_a_workflow_is_converted(String name, int tasks, int roles, int levels) {
        Definition definition = recorded(name);

        assertThat(definition.tasks()).hasSize(tasks);
        assertThat(definition.agents()).hasSize(roles);
        assertThat(Plan.of(definition).levelCount()).isEqualTo(levels);
    }

    @ParameterizedTest
    @ValueSource(strings = {EPIGENOMICS, MONTAGE, SRASEARCH})
    void a_converted_workflow_is_a_valid_document_in_yaml_and_in_json(String name) {
        Definition definition = recorded(name);
        WorkflowReader reader = new WorkflowReader(new BuiltInPatterns());

        for (Source document : List.of(
                Source.of("recorded.yaml", WorkflowPrinter.yaml(definition)),
                Source.of("recorded.json", DefinitionTree.of(definition).toString()))) {
            switch (reader.read(document)) {
                case Reading.Valid valid -> {
                    assertThat(valid.definition()).isEqualTo(definition);
                    assertThat(valid.plan().digest())
                            .isEqualTo(Plan.of(definition).digest());
                }
                case Reading.Invalid invalid ->
                    throw new AssertionError(invalid.problems().toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {EPIGENOMICS, MONTAGE, SRASEARCH})
    void levels_and_the_critical_path_are_those_of_another_library(String name) {
        Definition definition = recorded(name);
        Plan plan = Plan.of(definition);

        SingleSourcePaths<String, DefaultWeightedEdge> levels = longestPaths(definition, task -> 1);
        SingleSourcePaths<String, DefaultWeightedEdge> ends = longestPaths(definition, task ->
                (double) plan.duration(plan.graph().indexOf(task.id())).toMillis());

        for (int task = 0; task < plan.size(); task++) {
            String id = plan.graph().id(task);
            assertThat(plan.level(task)).as(id).isEqualTo((int) -levels.getWeight(id) - 1);
        }
        assertThat(plan.criticalPathLength().toMillis()).isEqualTo((long) -ends.getWeight(END));
    }

    @ParameterizedTest
    @ValueSource(strings = {EPIGENOMICS, MONTAGE, SRASEARCH})
    void what_is_upstream_of_what_is_as_in_another_library(String name) {
        Definition definition = recorded(name);
        Plan plan = Plan.of(definition);
        DirectedAcyclicGraph<String, DefaultWeightedEdge> oracle =
                new DirectedAcyclicGraph<>(DefaultWeightedEdge.class);
        definition.tasks().forEach(task -> oracle.addVertex(task.id()));
        definition.tasks().forEach(task -> task.dependsOn().forEach(from -> oracle.addEdge(from, task.id())));
        int size = plan.size();

        BitSet answers = Ancestry.answer(
                plan.graph(),
                IntStream.range(0, size * size).map(q -> q / size).toArray(),
                IntStream.range(0, size * size).map(q -> q % size).toArray());

        for (int descendant = 0; descendant < size; descendant++) {
            int asked = descendant;
            Set<String> upstream = IntStream.range(0, size)
                    .filter(ancestor -> answers.get(ancestor * size + asked))
                    .mapToObj(plan.graph()::id)
                    .collect(Collectors.toSet());
            assertThat(upstream).isEqualTo(oracle.getAncestors(plan.graph().id(descendant)));
        }
    }

    @Test
    void a_name_is_made_to_fit() {
        assertThat(WfCommonsConverter.fittingName("Montage 2MASS/1.0°")).isEqualTo("montage-2mass-1-0-");
        assertThat(WfCommonsConverter.fittingName("1000genome")).isEqualTo("w1000genome");
        assertThat(WfCommonsConverter.fittingName("")).isEqualTo("w");
        assertThat(WfCommonsConverter.fittingName("x".repeat(70))).isEqualTo("x".repeat(63));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|the workflow: \"name\" is no text: ",
                "{\"name\": \"n\", \"source\": \"s\"}|the workflow: \"tasks\" is no list: ",
                "{\"name\": \"n\", \"source\": \"s\", \"tasks\": [{\"id\": 1, \"category\": \"c\"}]}|a task: \"id\" is no text: 1",
                "{\"name\": \"n\", \"source\": \"s\", \"tasks\": [{\"id\": \"a\", \"category\": \"c\", \"depends_on\": [3]}]}"
                        + "|a: a dependency is no text: 3",
                "{\"name\": \"n\", \"source\": \"s\", \"tasks\": [{\"id\": \"a\", \"category\": \"c\", \"depends_on\": [],"
                        + " \"runtime_seconds\": -1}]}|a: \"runtime_seconds\" is no length of time: -1"
            },
            ignoreLeadingAndTrailingWhitespace = false)
    void what_is_missing_is_named(String instance, String message) {
        assertThatThrownBy(() -> WfCommonsConverter.convert(parsed(instance)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    /** The longest path to the end of each task: the shortest one over negative lengths, by an algorithm of no kinship. */
    private static SingleSourcePaths<String, DefaultWeightedEdge> longestPaths(
            Definition definition, ToDoubleFunction<Task> length) {
        var graph = new SimpleDirectedWeightedGraph<String, DefaultWeightedEdge>(DefaultWeightedEdge.class);
        graph.addVertex(START);
        graph.addVertex(END);
        List<Task> tasks = definition.tasks();
        tasks.forEach(task -> graph.addVertex(task.id()));
        for (Task task : tasks) {
            double weight = -length.applyAsDouble(task);
            graph.setEdgeWeight(graph.addEdge(START, task.id()), weight);
            task.dependsOn().forEach(from -> graph.setEdgeWeight(graph.addEdge(from, task.id()), weight));
            graph.setEdgeWeight(graph.addEdge(task.id(), END), 0);
        }
        return new BellmanFordShortestPath<>(graph).getPaths(START);
    }

    private static Definition recorded(String name) {
        try (InputStream file = WfCommonsConverterTest.class.getResourceAsStream("/dags/" + name + ".json")) {
            return WfCommonsConverter.convert(JSON.readTree(file));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + name, e);
        }
    }

    private static JsonNode parsed(String json) throws JsonProcessingException {
        return JSON.readTree(json);
    }
}
