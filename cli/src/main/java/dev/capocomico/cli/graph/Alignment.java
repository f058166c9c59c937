package dev.capocomico.cli.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Where the vertices of a layering stand along their layers: in order, with room between them, and as straight below
 * each other as can be.
 *
 * <p>Layer by layer each vertex wishes to stand at the mean of its neighbours. What gives the least sum of squared
 * disappointments without changing the order is found exactly, by pooling neighbours that are in each other's way
 * (isotonic regression). A few passes down and up do.
 */
final class Alignment {
    private static final int PASSES = 10;

    private final Layering layering;
    private final IntToDoubleFunction halfExtent;
    private final double gap;
    private final double[] centre;

    private Alignment(Layering layering, IntToDoubleFunction halfExtent, double gap) {
        this.layering = layering;
        this.halfExtent = halfExtent;
        this.gap = gap;
        this.centre = new double[layering.size()];
    }

    /** The centres of the vertices; the smallest extent begins at 0. */
    static double[] of(Layering layering, IntToDoubleFunction halfExtent, double gap) {
        Alignment alignment = new Alignment(layering, halfExtent, gap);
        alignment.align();
        return alignment.centre;
    }

    private void align() {
        for (int layer = 0; layer < layering.layerCount(); layer++) {
            int[] vertices = layering.layer(layer);
            settle(vertices, new double[vertices.length], ones(vertices.length));
        }
        for (int pass = 0; pass < PASSES; pass++) {
            boolean down = pass % 2 == 0;
            boolean both = pass >= PASSES - 3;
            for (int i = 0; i < layering.layerCount(); i++) {
                pass(layering.layer(down ? i : layering.layerCount() - 1 - i), down || both, !down || both);
            }
        }
        straighten();
        double left = Double.POSITIVE_INFINITY;
        for (int v = 0; v < centre.length; v++) {
            left = Math.min(left, centre[v] - halfExtent.applyAsDouble(v));
        }
        for (int v = 0; v < centre.length; v++) {
            centre[v] -= left;
        }
    }

    /** Chains of stations go straight as far as there is room for it. */
    private void straighten() {
        int[] place = new int[centre.length];
        for (int layer = 0; layer < layering.layerCount(); layer++) {
            int[] vertices = layering.layer(layer);
            for (int i = 0; i < vertices.length; i++) {
                place[vertices[i]] = i;
            }
        }
        List<Integer> chain = new ArrayList<>();
        for (int v = 0; v < centre.length; v++) {
            if (layering.station(v) && !layering.station(layering.above(v)[0])) {
                chain.clear();
                for (int at = v; at >= 0; at = stationBelow(at)) {
                    chain.add(at);
                }
                straighten(chain, place);
            }
        }
    }

    private int stationBelow(int vertex) {
        for (int next : layering.below(vertex)) {
            if (layering.station(next)) {
                return next;
            }
        }
        return -1;
    }

    private void straighten(List<Integer> chain, int[] place) {
        int first = 0;
        while (first < chain.size()) {
            double low = Double.NEGATIVE_INFINITY;
            double high = Double.POSITIVE_INFINITY;
            double sum = 0;
            int end = first;
            while (end < chain.size()) {
                int v = chain.get(end);
                double lowest = Math.max(low, room(v, place[v], -1));
                double highest = Math.min(high, room(v, place[v], 1));
                if (lowest > highest && end > first) {
                    break;
                }
                low = lowest;
                high = Math.max(lowest, highest);
                sum += centre[v];
                end++;
            }
            double straight = Math.min(high, Math.max(low, sum / (end - first)));
            for (int i = first; i < end; i++) {
                centre[chain.get(i)] = straight;
            }
            first = end;
        }
    }

    /** How far a vertex could go to one side. */
    private double room(int vertex, int place, int side) {
        int[] layer = layering.layer(layering.layerOf(vertex));
        int beside = place + side;
        if (beside < 0 || beside >= layer.length) {
            return side * Double.POSITIVE_INFINITY;
        }
        double apart = halfExtent.applyAsDouble(layer[beside]) + gap + halfExtent.applyAsDouble(vertex);
        return centre[layer[beside]] - side * apart;
    }

    private void pass(int[] vertices, boolean byAbove, boolean byBelow) {
        double[] wish = new double[vertices.length];
        double[] weight = new double[vertices.length];
        for (int i = 0; i < vertices.length; i++) {
            int v = vertices[i];
            double sum = 0;
            double pull = 0;
            if (byAbove) {
                for (int other : layering.above(v)) {
                    double w = pull(other, v);
                    sum += w * centre[other];
                    pull += w;
                }
            }
            if (byBelow) {
                for (int other : layering.below(v)) {
                    double w = pull(v, other);
                    sum += w * centre[other];
                    pull += w;
                }
            }
            wish[i] = pull > 0 ? sum / pull : centre[v];
            weight[i] = pull > 0 ? Math.min(pull, 8) : 0.1;
        }
        settle(vertices, wish, weight);
    }

    /** Long links should be straight more than short ones, and the critical path more than others. */
    private double pull(int from, int to) {
        boolean fromStation = layering.station(from);
        boolean toStation = layering.station(to);
        double pull = fromStation && toStation ? 6 : fromStation || toStation ? 2 : 1;
        return layering.critical(from, to) ? pull * 2 : pull;
    }

    private void settle(int[] vertices, double[] wish, double[] weight) {
        double[] offset = new double[vertices.length];
        for (int i = 1; i < vertices.length; i++) {
            offset[i] = offset[i - 1]
                    + halfExtent.applyAsDouble(vertices[i - 1])
                    + gap
                    + halfExtent.applyAsDouble(vertices[i]);
        }
        // Blocks of vertices that stand as close together as they may, each with its mean and weight.
        int[] start = new int[vertices.length + 1];
        double[] mean = new double[vertices.length];
        double[] mass = new double[vertices.length];
        int blocks = 0;
        for (int i = 0; i < vertices.length; i++) {
            start[blocks] = i;
            mean[blocks] = wish[i] - offset[i];
            mass[blocks] = weight[i];
            blocks++;
            while (blocks > 1 && mean[blocks - 2] >= mean[blocks - 1]) {
                double together = mass[blocks - 2] + mass[blocks - 1];
                mean[blocks - 2] =
                        (mean[blocks - 2] * mass[blocks - 2] + mean[blocks - 1] * mass[blocks - 1]) / together;
                mass[blocks - 2] = together;
                blocks--;
            }
        }
        start[blocks] = vertices.length;
        for (int b = 0; b < blocks; b++) {
            for (int i = start[b]; i < start[b + 1]; i++) {
                centre[vertices[i]] = mean[b] + offset[i];
            }
        }
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        return ones;
    }
}
