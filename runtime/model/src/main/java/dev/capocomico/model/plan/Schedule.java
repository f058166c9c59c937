package dev.capocomico.model.plan;

import java.util.Arrays;
import java.util.BitSet;

/** How long tasks take, and the chain of them that takes longest. */
final class Schedule {
    private final long[] durationMillis;
    private final int[] criticalPath;
    private final BitSet critical = new BitSet();
    private final long criticalPathMillis;
    private final long totalMillis;

    /** @param durationMillis is not copied, and no longer changed */
    Schedule(TaskGraph graph, Levels levels, long[] durationMillis) {
        this.durationMillis = durationMillis;

        // How long it takes from the start of a task to the end of the last one that depends on it.
        long[] remaining = new long[graph.size()];
        int[] order = levels.order();
        for (int i = order.length - 1; i >= 0; i--) {
            int task = order[i];
            long longest = 0;
            for (int k = 0; k < graph.successorCount(task); k++) {
                longest = Math.max(longest, remaining[graph.successor(task, k)]);
            }
            remaining[task] = Saturating.add(durationMillis[task], longest);
        }
        this.criticalPath = longestPath(graph, levels, remaining);
        this.criticalPathMillis = criticalPath.length == 0 ? 0 : remaining[criticalPath[0]];
        for (int task : criticalPath) {
            critical.set(task);
        }
        long total = 0;
        for (long millis : durationMillis) {
            total = Saturating.add(total, millis);
        }
        this.totalMillis = total;
    }

    /** Of ways that take equally long, the one through the tasks that stand first in the definition. */
    private static int[] longestPath(TaskGraph graph, Levels levels, long[] remaining) {
        int[] path = new int[levels.count()];
        int length = 0;
        int task = -1;
        for (int root : levels.count() == 0 ? new int[0] : levels.tasksOf(0)) {
            if (task < 0 || remaining[root] > remaining[task]) {
                task = root;
            }
        }
        while (task >= 0) {
            path[length++] = task;
            int next = -1;
            for (int k = 0; k < graph.successorCount(task); k++) {
                int successor = graph.successor(task, k);
                if (next < 0 || remaining[successor] > remaining[next]) {
                    next = successor;
                }
            }
            task = next;
        }
        return Arrays.copyOf(path, length);
    }

    long durationMillis(int task) {
        return durationMillis[task];
    }

    int[] criticalPath() {
        return criticalPath.clone();
    }

    boolean critical(int task) {
        return critical.get(task);
    }

    long criticalPathMillis() {
        return criticalPathMillis;
    }

    long totalMillis() {
        return totalMillis;
    }
}
