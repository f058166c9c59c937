package dev.capocomico.model.plan;

import java.util.Arrays;

/**
 * The strongly connected components of a graph: the sets of tasks that are all upstream of each other, which are single
 * tasks where there is no cycle. They are numbered so that a component comes after those it depends on, so the numbers
 * are a topological order even of a graph that has cycles.
 *
 * <p>Tarjan's algorithm with a stack of its own: a chain of 100,000 tasks would overflow the thread's.
 */
final class Components {
    private static final int UNSEEN = -1;

    private final TaskGraph graph;
    private final int[] componentOf;
    private final int[] visitedAs;
    private final int[] lowest;
    private final int[] nextEdge;
    private final int[] open;
    private final int[] path;
    private int openCount;
    private int visited;
    private int count;

    private Components(TaskGraph graph) {
        this.graph = graph;
        int size = graph.size();
        this.componentOf = new int[size];
        this.visitedAs = new int[size];
        this.lowest = new int[size];
        this.nextEdge = new int[size];
        this.open = new int[size];
        this.path = new int[size];
        Arrays.fill(componentOf, UNSEEN);
        Arrays.fill(visitedAs, UNSEEN);
    }

    static Components of(TaskGraph graph) {
        Components components = new Components(graph);
        for (int task = 0; task < graph.size(); task++) {
            if (components.visitedAs[task] == UNSEEN) {
                components.explore(task);
            }
        }
        return components;
    }

    int count() {
        return count;
    }

    int of(int task) {
        return componentOf[task];
    }

    // Follows dependencies, not dependents: the component that is complete first is then one that depends on no other.
    private void explore(int start) {
        int depth = 0;
        enter(start);
        path[depth++] = start;
        while (depth > 0) {
            int task = path[depth - 1];
            if (nextEdge[task] < graph.predecessorCount(task)) {
                int next = graph.predecessor(task, nextEdge[task]++);
                if (visitedAs[next] == UNSEEN) {
                    enter(next);
                    path[depth++] = next;
                } else if (componentOf[next] == UNSEEN) {
                    lowest[task] = Math.min(lowest[task], visitedAs[next]);
                }
            } else {
                depth--;
                if (depth > 0) {
                    int before = path[depth - 1];
                    lowest[before] = Math.min(lowest[before], lowest[task]);
                }
                if (lowest[task] == visitedAs[task]) {
                    close(task);
                }
            }
        }
    }

    private void enter(int task) {
        visitedAs[task] = visited;
        lowest[task] = visited;
        visited++;
        open[openCount++] = task;
    }

    private void close(int root) {
        int member;
        do {
            member = open[--openCount];
            componentOf[member] = count;
        } while (member != root);
        count++;
    }
}
