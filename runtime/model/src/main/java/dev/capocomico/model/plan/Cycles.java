package dev.capocomico.model.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Finds the cycles that {@link TaskGraph#cycles} promises. */
final class Cycles {
    private static final int NONE = -1;

    private final TaskGraph graph;
    private final Components components;

    /** The task from which the search came to a task. */
    private final int[] reachedFrom;

    /** The place of a task on the path at hand. */
    private final int[] placeOnPath;

    private Cycles(TaskGraph graph, Components components) {
        this.graph = graph;
        this.components = components;
        this.reachedFrom = new int[graph.size()];
        this.placeOnPath = new int[graph.size()];
        Arrays.fill(reachedFrom, NONE);
        Arrays.fill(placeOnPath, NONE);
    }

    static List<List<Integer>> of(TaskGraph graph) {
        Components components = Components.of(graph);
        Cycles search = new Cycles(graph, components);
        int[] members = new int[components.count()];
        for (int t = 0; t < graph.size(); t++) {
            members[components.of(t)]++;
        }

        List<List<Integer>> cycles = new ArrayList<>();
        for (int t = 0; t < graph.size(); t++) {
            if (dependsOnItself(graph, t)) {
                cycles.add(List.of(t));
            }
            if (members[components.of(t)] > 1) {
                cycles.add(startingWithFirst(search.shortened(search.shortestThrough(t))));
                members[components.of(t)] = 0;
            }
        }
        cycles.sort(Comparator.comparing(List::getFirst));
        return Collections.unmodifiableList(cycles);
    }

    private static boolean dependsOnItself(TaskGraph graph, int task) {
        for (int k = 0; k < graph.predecessorCount(task); k++) {
            if (graph.predecessor(task, k) == task) {
                return true;
            }
        }
        return false;
    }

    /** Breadth first from a task, inside its component, until an edge leads back to it. */
    private List<Integer> shortestThrough(int start) {
        int component = components.of(start);
        int[] queue = new int[16];
        int head = 0;
        int tail = 0;
        queue[tail++] = start;
        while (head < tail) {
            int task = queue[head++];
            for (int k = 0; k < graph.successorCount(task); k++) {
                int next = graph.successor(task, k);
                if (next == start && task != start) {
                    return pathTo(task, start);
                }
                if (next != start && components.of(next) == component && reachedFrom[next] == NONE) {
                    reachedFrom[next] = task;
                    if (tail == queue.length) {
                        queue = Arrays.copyOf(queue, 2 * tail);
                    }
                    queue[tail++] = next;
                }
            }
        }
        throw new IllegalStateException(
                "task \"" + graph.id(start) + "\" is in a component with others, but no path" + " leads back to it");
    }

    private List<Integer> pathTo(int end, int start) {
        List<Integer> path = new ArrayList<>();
        for (int task = end; task != start; task = reachedFrom[task]) {
            path.add(task);
        }
        path.add(start);
        Collections.reverse(path);
        return path;
    }

    /**
     * The shortest cycle through the first task of a large ring may be the whole ring, though two of its tasks already
     * depend on each other: of the edges that lead back along the path, takes the one that leads back least.
     */
    private List<Integer> shortened(List<Integer> path) {
        for (int place = 0; place < path.size(); place++) {
            placeOnPath[path.get(place)] = place;
        }
        int from = 0;
        int to = path.size() - 1;
        for (int place = 0; place < path.size(); place++) {
            int task = path.get(place);
            for (int k = 0; k < graph.successorCount(task); k++) {
                int back = placeOnPath[graph.successor(task, k)];
                if (back != NONE && back < place && place - back < to - from) {
                    from = back;
                    to = place;
                }
            }
        }
        for (int task : path) {
            placeOnPath[task] = NONE;
        }
        return path.subList(from, to + 1);
    }

    private static List<Integer> startingWithFirst(List<Integer> cycle) {
        List<Integer> rotated = new ArrayList<>(cycle);
        Collections.rotate(rotated, -rotated.indexOf(Collections.min(rotated)));
        return Collections.unmodifiableList(rotated);
    }
}
