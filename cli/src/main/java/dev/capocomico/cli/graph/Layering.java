package dev.capocomico.cli.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A scene whose links lead from each layer to the next one only. A link that spans more layers passes stations, which
 * are vertices after those of the figures; long links of one figure share their stations, so a figure has one station on
 * a layer at most. The vertices of each layer are in an order that lets few links cross.
 */
final class Layering {
    private static final int SWEEPS = 12;

    /** Beyond this many vertices, exchanging neighbours costs more than it is worth. */
    private static final int EXCHANGE_VERTICES_MAX = 2_000;

    private final int figures;
    private final int[] layerOf;
    private final int[] place;
    private final int[][] layers;
    private final int[][] above;
    private final int[][] below;
    private final Set<Long> criticalSteps;

    private Layering(int figures, List<Integer> layerOf, List<int[]> steps, int layerCount, Set<Long> criticalSteps) {
        this.figures = figures;
        this.layerOf = layerOf.stream().mapToInt(Integer::intValue).toArray();
        this.criticalSteps = criticalSteps;
        int size = this.layerOf.length;
        this.place = new int[size];
        this.layers = new int[layerCount][];
        for (int layer = 0; layer < layerCount; layer++) {
            layers[layer] = vertices(layer);
            renumber(layers[layer]);
        }
        this.above = neighbours(size, steps, 1, 0);
        this.below = neighbours(size, steps, 0, 1);
    }

    static Layering of(Scene scene) {
        int figures = scene.figures().size();
        List<Integer> layerOf = new ArrayList<>();
        scene.figures().forEach(figure -> layerOf.add(figure.layer()));
        int[] lastStation = new int[figures];
        for (int f = 0; f < figures; f++) {
            lastStation[f] = f;
        }
        // Links by how far they lead, so that stations are made from the figure outwards.
        List<Link> links = new ArrayList<>(scene.links());
        links.sort((a, b) -> Integer.compare(layerOf.get(a.to()), layerOf.get(b.to())));
        List<int[]> steps = new ArrayList<>();
        List<Integer> before = new ArrayList<>();
        Set<Long> criticalSteps = new HashSet<>();
        for (Link link : links) {
            int at = lastStation[link.from()];
            while (layerOf.get(at) + 1 < layerOf.get(link.to())) {
                int station = layerOf.size();
                layerOf.add(layerOf.get(at) + 1);
                before.add(at);
                steps.add(new int[] {at, station});
                at = station;
            }
            lastStation[link.from()] = at;
            steps.add(new int[] {at, link.to()});
            if (link.critical()) {
                criticalSteps.add(step(at, link.to()));
                for (int station = at; station >= figures; station = before.get(station - figures)) {
                    criticalSteps.add(step(before.get(station - figures), station));
                }
            }
        }
        Layering layering = new Layering(figures, layerOf, steps, scene.layerCount(), criticalSteps);
        layering.untangle();
        return layering;
    }

    private static int[][] neighbours(int size, List<int[]> steps, int of, int other) {
        int[] counts = new int[size];
        steps.forEach(step -> counts[step[of]]++);
        int[][] neighbours = new int[size][];
        for (int v = 0; v < size; v++) {
            neighbours[v] = new int[counts[v]];
        }
        for (int[] step : steps) {
            neighbours[step[of]][--counts[step[of]]] = step[other];
        }
        for (int[] some : neighbours) {
            Arrays.sort(some);
        }
        return neighbours;
    }

    private int[] vertices(int layer) {
        int count = 0;
        int[] found = new int[layerOf.length];
        for (int v = 0; v < layerOf.length; v++) {
            if (layerOf[v] == layer) {
                found[count++] = v;
            }
        }
        return Arrays.copyOf(found, count);
    }

    int size() {
        return layerOf.length;
    }

    int layerCount() {
        return layers.length;
    }

    int layerOf(int vertex) {
        return layerOf[vertex];
    }

    /** The vertices of a layer, from one side to the other. */
    int[] layer(int layer) {
        return layers[layer];
    }

    boolean station(int vertex) {
        return vertex >= figures;
    }

    int[] above(int vertex) {
        return above[vertex];
    }

    int[] below(int vertex) {
        return below[vertex];
    }

    /** Whether the critical path goes along this step, from a vertex to one on the next layer. */
    boolean critical(int from, int to) {
        return criticalSteps.contains(step(from, to));
    }

    private static long step(int from, int to) {
        return (long) from << Integer.SIZE | to;
    }

    /** Barycentre sweeps down and up, of which the best is kept, then exchanges of neighbours while that helps. */
    private void untangle() {
        int[][] best = copy();
        long fewest = crossings();
        for (int sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
            boolean down = sweep % 2 == 0;
            for (int i = 1; i < layers.length; i++) {
                int layer = down ? i : layers.length - 1 - i;
                sortByNeighbours(layers[layer], down ? above : below);
            }
            long crossings = crossings();
            if (crossings < fewest) {
                fewest = crossings;
                best = copy();
            }
        }
        for (int layer = 0; layer < layers.length; layer++) {
            layers[layer] = best[layer];
            renumber(layers[layer]);
        }
        if (fewest > 0 && size() <= EXCHANGE_VERTICES_MAX) {
            for (int round = 0; round < 4 && exchangeNeighbours(); round++) {
                // until nothing gets better, or for long enough
            }
        }
    }

    private int[][] copy() {
        return Arrays.stream(layers).map(int[]::clone).toArray(int[][]::new);
    }

    private void renumber(int[] layer) {
        for (int i = 0; i < layer.length; i++) {
            place[layer[i]] = i;
        }
    }

    private void sortByNeighbours(int[] layer, int[][] neighbours) {
        int[] before = layer.clone();
        double[] wish = new double[layer.length];
        for (int i = 0; i < layer.length; i++) {
            wish[i] = Arrays.stream(neighbours[layer[i]])
                    .map(other -> place[other])
                    .average()
                    .orElse(i);
        }
        int[] sorted = IntStream.range(0, layer.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> wish[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 0; i < layer.length; i++) {
            layer[i] = before[sorted[i]];
        }
        renumber(layer);
    }

    private boolean exchangeNeighbours() {
        boolean better = false;
        for (int[] layer : layers) {
            for (int i = 0; i + 1 < layer.length; i++) {
                int left = layer[i];
                int right = layer[i + 1];
                long now = crossings(above[left], above[right]) + crossings(below[left], below[right]);
                long then = crossings(above[right], above[left]) + crossings(below[right], below[left]);
                if (then < now) {
                    layer[i] = right;
                    layer[i + 1] = left;
                    place[right] = i;
                    place[left] = i + 1;
                    better = true;
                }
            }
        }
        return better;
    }

    /** Crossings of the links of two vertices, the first of which stands left of the second. */
    private long crossings(int[] ofLeft, int[] ofRight) {
        long crossings = 0;
        for (int a : ofLeft) {
            for (int b : ofRight) {
                crossings += place[a] > place[b] ? 1 : 0;
            }
        }
        return crossings;
    }

    /** All crossings, by counting inversions with a binary indexed tree. */
    long crossings() {
        long crossings = 0;
        for (int layer = 0; layer + 1 < layers.length; layer++) {
            int[] tree = new int[layers[layer + 1].length + 1];
            int seen = 0;
            for (int v : layers[layer]) {
                for (int end : below[v]) {
                    crossings += seen - upTo(tree, place[end]);
                }
                for (int end : below[v]) {
                    add(tree, place[end]);
                    seen++;
                }
            }
        }
        return crossings;
    }

    private static int upTo(int[] tree, int place) {
        int sum = 0;
        for (int i = place + 1; i > 0; i -= i & -i) {
            sum += tree[i];
        }
        return sum;
    }

    private static void add(int[] tree, int place) {
        for (int i = place + 1; i < tree.length; i += i & -i) {
            tree[i]++;
        }
    }
}
