package dev.capocomico.model.plan;

import java.util.BitSet;

/**
 * A graph whose cycles have been drawn together into single places, with the places in topological order, so that
 * something can be carried along all edges in one walk through an array. It may look downwards, from dependencies to
 * dependents, or upwards.
 */
final class Condensation {
    private final int[] placeOf;
    private final int[] sourceStarts;
    private final int[] sources;
    private final BitSet cyclic = new BitSet();

    private Condensation(TaskGraph graph, Components components, boolean upwards) {
        int size = components.count();
        this.placeOf = new int[graph.size()];
        int[] starts = new int[size + 2];
        for (int task = 0; task < graph.size(); task++) {
            placeOf[task] = upwards ? size - 1 - components.of(task) : components.of(task);
        }

        // Counted two places ahead, so that filling the rows moves the counts into their final places.
        for (int task = 0; task < graph.size(); task++) {
            for (int k = 0; k < graph.predecessorCount(task); k++) {
                int from = placeOf[graph.predecessor(task, k)];
                int to = placeOf[task];
                if (from == to) {
                    cyclic.set(to);
                } else {
                    starts[(upwards ? from : to) + 2]++;
                }
            }
        }
        for (int place = 0; place < size; place++) {
            starts[place + 2] += starts[place + 1];
        }
        this.sources = new int[starts[size + 1]];
        for (int task = 0; task < graph.size(); task++) {
            for (int k = 0; k < graph.predecessorCount(task); k++) {
                int from = placeOf[graph.predecessor(task, k)];
                int to = placeOf[task];
                if (from != to) {
                    sources[starts[(upwards ? from : to) + 1]++] = upwards ? to : from;
                }
            }
        }
        this.sourceStarts = starts;
    }

    static Condensation downwards(TaskGraph graph, Components components) {
        return new Condensation(graph, components, false);
    }

    static Condensation upwards(TaskGraph graph, Components components) {
        return new Condensation(graph, components, true);
    }

    int size() {
        return sourceStarts.length - 2;
    }

    int of(int task) {
        return placeOf[task];
    }

    boolean hasCycle(int place) {
        return cyclic.get(place);
    }

    /** Adds to each place, from the first to the last one, what the places between them that lead to it have. */
    void carry(long[] bits, int first, int last) {
        for (int place = first; place <= last; place++) {
            long arrived = bits[place];
            for (int e = sourceStarts[place]; e < sourceStarts[place + 1]; e++) {
                if (sources[e] >= first) {
                    arrived |= bits[sources[e]];
                }
            }
            bits[place] = arrived;
        }
    }
}
