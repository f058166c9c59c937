package dev.capocomico.bench;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Workflows of any size that chance made: layers of tasks, about as many as each is wide, where a task depends on one of
 * the layer before its own, which makes its layer its level, and on any earlier ones. The same seed makes the same
 * workflow.
 */
public final class RandomGraphs {
    private RandomGraphs() {}

    /**
     * A workflow of exactly so many tasks and edges.
     *
     * @throws IllegalArgumentException when there are too few edges to hold the layers together, or more than half of
     *     those that fit in, which would take chance too long to find
     */
    public static Definition layered(int tasks, int edges, long seed) {
        int width = Math.max(1, (int) Math.sqrt(tasks));
        long possible = possibleEdges(tasks, width);
        if (edges < tasks - width || edges > Math.max(tasks - width, possible / 2)) {
            throw new IllegalArgumentException(tasks + " tasks in layers of " + width + " take from "
                    + Math.max(0, tasks - width) + " to " + Math.max(tasks - width, possible / 2) + " edges, not "
                    + edges);
        }
        return definition(dependencies(tasks, edges, width, new Random(seed)), new Random(seed));
    }

    private static long possibleEdges(int tasks, int width) {
        long possible = 0;
        for (int task = 0; task < tasks; task++) {
            possible += task - task % width;
        }
        return possible;
    }

    private static int[][] dependencies(int tasks, int edges, int width, Random random) {
        int[][] dependencies = new int[tasks][];
        int[] counts = new int[tasks];
        int left = edges;
        for (int task = 0; task < tasks; task++) {
            int layerStart = task - task % width;
            dependencies[task] = new int[layerStart == 0 ? 0 : 4];
            if (layerStart > 0) {
                dependencies[task][counts[task]++] = layerStart - width + random.nextInt(width);
                left--;
            }
        }
        while (left > 0) {
            int task = random.nextInt(tasks);
            int layerStart = task - task % width;
            if (counts[task] == layerStart) {
                continue;
            }
            int dependency = random.nextInt(layerStart);
            if (!contains(dependencies[task], counts[task], dependency)) {
                if (counts[task] == dependencies[task].length) {
                    dependencies[task] = Arrays.copyOf(dependencies[task], 2 * counts[task]);
                }
                dependencies[task][counts[task]++] = dependency;
                left--;
            }
        }
        for (int task = 0; task < tasks; task++) {
            dependencies[task] = Arrays.copyOf(dependencies[task], counts[task]);
        }
        return dependencies;
    }

    private static boolean contains(int[] values, int count, int value) {
        for (int i = 0; i < count; i++) {
            if (values[i] == value) {
                return true;
            }
        }
        return false;
    }

    private static Definition definition(int[][] dependencies, Random random) {
        Workflow workflow = Workflow.named("random-" + dependencies.length)
                .agent("worker", role -> role.type("simulated").count(10));
        for (int i = 0; i < dependencies.length; i++) {
            List<String> dependsOn = new ArrayList<>(dependencies[i].length);
            // Texts of their own, as a document's are: none has its hash code from having been seen before.
            for (int dependency : dependencies[i]) {
                dependsOn.add("t" + dependency);
            }
            Duration estimate = Duration.ofMillis(1 + random.nextInt(60_000));
            workflow.task("t" + i, task -> task.agent("worker")
                    .dependsOn(dependsOn.toArray(String[]::new))
                    .estimate(estimate));
        }
        return workflow.build();
    }
}
