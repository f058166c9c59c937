package dev.capocomico.model.plan;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The levels of a graph: a task stands one below the lowest of its dependencies, and those without any on level 0. All
 * tasks in the order of their levels, and on one level in the order of the definition, are in a topological order.
 */
final class Levels {
    private static final int CYCLE_TASKS_NAMED_MAX = 20;

    private final int[] levelOf;
    private final int[] starts;
    private final int[] order;

    private Levels(int[] levelOf, int[] starts, int[] order) {
        this.levelOf = levelOf;
        this.starts = starts;
        this.order = order;
    }

    static Levels of(TaskGraph graph) {
        int size = graph.size();
        int[] levelOf = new int[size];
        int[] missing = new int[size];
        int[] ready = new int[size];
        int readyCount = 0;
        for (int t = 0; t < size; t++) {
            missing[t] = graph.predecessorCount(t);
            if (missing[t] == 0) {
                ready[readyCount++] = t;
            }
        }
        for (int i = 0; i < readyCount; i++) {
            int task = ready[i];
            for (int k = 0; k < graph.successorCount(task); k++) {
                int next = graph.successor(task, k);
                if (--missing[next] == 0) {
                    // Tasks become ready level by level, so the last dependency to come is one of the lowest.
                    levelOf[next] = levelOf[task] + 1;
                    ready[readyCount++] = next;
                }
            }
        }
        if (readyCount < size) {
            throw new IllegalArgumentException("tasks depend on each other in a cycle: " + firstCycle(graph));
        }
        return sorted(levelOf, size == 0 ? 0 : levelOf[ready[size - 1]] + 1);
    }

    /** Sorts by counting, which keeps the definition's order on each level. */
    private static Levels sorted(int[] levelOf, int count) {
        int[] starts = new int[count + 1];
        for (int level : levelOf) {
            starts[level + 1]++;
        }
        for (int level = 0; level < count; level++) {
            starts[level + 1] += starts[level];
        }
        int[] next = starts.clone();
        int[] order = new int[levelOf.length];
        for (int t = 0; t < levelOf.length; t++) {
            order[next[levelOf[t]]++] = t;
        }
        return new Levels(levelOf, starts, order);
    }

    private static String firstCycle(TaskGraph graph) {
        List<Integer> cycle = graph.cycles().getFirst();
        String path = cycle.stream().limit(CYCLE_TASKS_NAMED_MAX).map(graph::id).collect(Collectors.joining(" → "));
        return path + (cycle.size() > CYCLE_TASKS_NAMED_MAX ? " → …" : "") + " → " + graph.id(cycle.getFirst());
    }

    int count() {
        return starts.length - 1;
    }

    int of(int task) {
        return levelOf[task];
    }

    int[] tasksOf(int level) {
        return Arrays.copyOfRange(order, starts[level], starts[level + 1]);
    }

    /** Not a copy: for reading only. */
    int[] order() {
        return order;
    }
}
