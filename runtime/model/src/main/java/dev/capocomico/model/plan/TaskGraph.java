package dev.capocomico.model.plan;

import dev.capocomico.model.definition.Task;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tasks and their dependencies as numbers: a task is its place among the tasks, an edge leads from a task (the
 * predecessor) to one that depends on it (the successor). Both directions are held as compressed rows of ints, so a
 * graph of 100,000 tasks and a million edges takes a few megabytes and is walked without following objects.
 *
 * <p>It is tolerant, so that a checker can use it on a wrong document: an unknown or repeated dependency is left out, of
 * tasks with the same id the first counts and the others do not exist, and there may be cycles and tasks that depend on
 * themselves. Immutable.
 */
public final class TaskGraph {
    private final String[] ids;

    // Not a hash table of our own: ids come from outside, and ten thousand ids made to have one hash code cost this map
    // a logarithm, but a simple table ten thousand steps each.
    private final Map<String, Integer> indexes;
    private final int[] predecessorStarts;
    private final int[] predecessors;
    private final int[] successorStarts;
    private final int[] successors;
    private final boolean complete;

    private TaskGraph(
            String[] ids, Map<String, Integer> indexes, int[] predecessorStarts, int[] predecessors, boolean complete) {
        this.ids = ids;
        this.indexes = indexes;
        this.predecessorStarts = predecessorStarts;
        this.predecessors = predecessors;
        this.complete = complete;
        this.successorStarts = new int[ids.length + 1];
        this.successors = new int[predecessors.length];
        reverse();
    }

    /** The numbers follow the order of the list, and so do a task's predecessors and successors. */
    public static TaskGraph of(List<Task> tasks) {
        Map<String, Integer> indexes = HashMap.newHashMap(tasks.size());
        Task[] distinct = new Task[tasks.size()];
        int size = 0;
        int named = 0;
        boolean complete = true;
        for (Task task : tasks) {
            if (indexes.putIfAbsent(task.id(), size) == null) {
                distinct[size++] = task;
                named += task.dependsOn().size();
            } else {
                complete = false;
            }
        }

        String[] ids = new String[size];
        int[] starts = new int[size + 1];
        int[] predecessors = new int[named];
        int[] lastDependent = new int[size];
        Arrays.fill(lastDependent, -1);
        int edges = 0;
        for (int t = 0; t < size; t++) {
            ids[t] = distinct[t].id();
            for (String dependency : distinct[t].dependsOn()) {
                Integer predecessor = indexes.get(dependency);
                complete &= predecessor != null;
                if (predecessor != null && lastDependent[predecessor] != t) {
                    lastDependent[predecessor] = t;
                    predecessors[edges++] = predecessor;
                }
            }
            Arrays.sort(predecessors, starts[t], edges);
            starts[t + 1] = edges;
        }
        return new TaskGraph(ids, indexes, starts, Arrays.copyOf(predecessors, edges), complete);
    }

    private void reverse() {
        for (int predecessor : predecessors) {
            successorStarts[predecessor + 1]++;
        }
        for (int t = 0; t < ids.length; t++) {
            successorStarts[t + 1] += successorStarts[t];
        }
        int[] next = successorStarts.clone();
        for (int t = 0; t < ids.length; t++) {
            for (int e = predecessorStarts[t]; e < predecessorStarts[t + 1]; e++) {
                successors[next[predecessors[e]]++] = t;
            }
        }
    }

    /** Whether neither a task nor a dependency on something unknown was left out. */
    boolean complete() {
        return complete;
    }

    public int size() {
        return ids.length;
    }

    public int edgeCount() {
        return predecessors.length;
    }

    public String id(int task) {
        return ids[task];
    }

    /** The number of the task with this id, -1 when there is none. */
    public int indexOf(String id) {
        return indexes.getOrDefault(id, -1);
    }

    public int successorCount(int task) {
        return successorStarts[task + 1] - successorStarts[task];
    }

    /** For k from 0 to below {@link #successorCount}; another k has no meaning, and is not always refused. */
    public int successor(int task, int k) {
        return successors[successorStarts[task] + k];
    }

    public int predecessorCount(int task) {
        return predecessorStarts[task + 1] - predecessorStarts[task];
    }

    /** For k from 0 to below {@link #predecessorCount}; another k has no meaning, and is not always refused. */
    public int predecessor(int task, int k) {
        return predecessors[predecessorStarts[task] + k];
    }

    /**
     * What keeps the tasks from having an order; empty when nothing does.
     *
     * <p>A cycle is a path of tasks, each a dependency of the next one and the last a dependency of the first, which is
     * the one that stands first in the document and is not repeated at the end. Reported are every task that depends on
     * itself, as a cycle of one, and for each knot of tasks that are all upstream of each other one cycle, a short one
     * though not always the shortest. In the order of their first tasks. Takes time linear in tasks and edges.
     */
    public List<List<Integer>> cycles() {
        return Cycles.of(this);
    }
}
