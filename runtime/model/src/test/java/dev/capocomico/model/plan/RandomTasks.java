package dev.capocomico.model.plan;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jgrapht.Graph;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.builder.GraphTypeBuilder;

/** Small graphs that chance made, and the same graphs in another library's hands. */
final class RandomTasks {
    private RandomTasks() {}

    /** Up to 60 tasks without a cycle, from no edges at all to many, declared in any order. */
    static Definition acyclic(Random random) {
        return definition(random, random.nextInt(60), random.nextDouble() * random.nextDouble(), false);
    }

    /** Up to 40 tasks, most of the time with cycles, some with tasks that depend on themselves. */
    static Definition withCycles(Random random) {
        return definition(random, random.nextInt(40), random.nextDouble() * random.nextDouble() * 0.2, true);
    }

    /** Some hundred tasks that hang together loosely, so that many are not upstream of each other. */
    static Definition large(Random random, boolean cycles) {
        int size = 100 + random.nextInt(150);
        return definition(random, size, (0.2 + 2 * random.nextDouble()) / size, cycles);
    }

    private static Definition definition(Random random, int size, double density, boolean cycles) {
        List<Integer> declared = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            declared.add(i);
        }
        Collections.shuffle(declared, random);
        Workflow workflow = Workflow.named("random");
        for (int i : declared) {
            List<String> dependencies = new ArrayList<>();
            for (int other = 0; other < (cycles ? size : i); other++) {
                if (random.nextDouble() < density) {
                    dependencies.add("t" + other);
                }
            }
            Collections.shuffle(dependencies, random);
            boolean estimated = random.nextInt(4) > 0;
            long millis = random.nextInt(5) * 700L;
            workflow.task("t" + i, task -> {
                task.agent("worker").dependsOn(dependencies.toArray(String[]::new));
                return estimated ? task.estimate(Duration.ofMillis(millis)) : task;
            });
        }
        return workflow.build();
    }

    static Graph<String, DefaultEdge> oracle(List<Task> tasks) {
        Graph<String, DefaultEdge> graph = GraphTypeBuilder.<String, DefaultEdge>directed()
                .allowingSelfLoops(true)
                .allowingMultipleEdges(false)
                .edgeClass(DefaultEdge.class)
                .buildGraph();
        tasks.forEach(task -> graph.addVertex(task.id()));
        tasks.forEach(task -> task.dependsOn().forEach(dependency -> graph.addEdge(dependency, task.id())));
        return graph;
    }
}
