package dev.capocomico.cli.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * The lines between a layer and the next one.
 *
 * <p>A net joins some vertices above with some below, every one with every one, so that wherever its line forks or joins
 * each way along it is a link. A net that must go sideways has a track: a row of the channel, which nets that do not
 * come near each other share. Lines of different nets may cross but never lie upon each other.
 */
final class Channel {
    static final int PORT_SPACING = 4;

    private static final class Net {
        final List<Integer> above;
        final List<Integer> below;
        final List<Integer> pinsAbove = new ArrayList<>();
        final List<Integer> pinsBelow = new ArrayList<>();
        int track = -1;

        Net(List<Integer> above, List<Integer> below) {
            this.above = above;
            this.below = below;
        }

        boolean straight() {
            return pinsAbove.size() == 1 && pinsBelow.equals(pinsAbove);
        }

        int left() {
            return Math.min(
                    pinsAbove.stream().min(Integer::compare).orElseThrow(),
                    pinsBelow.stream().min(Integer::compare).orElseThrow());
        }

        int right() {
            return Math.max(
                    pinsAbove.stream().max(Integer::compare).orElseThrow(),
                    pinsBelow.stream().max(Integer::compare).orElseThrow());
        }
    }

    private final Layering layering;
    private final List<Net> nets;
    private int tracks;

    private Channel(Layering layering, List<Net> nets) {
        this.layering = layering;
        this.nets = nets;
    }

    /** The nets under a layer: by their ends above or by their ends below, whichever gives fewer. */
    static Channel below(Layering layering, int layer) {
        TreeMap<List<Integer>, List<Integer>> bySuccessors = new TreeMap<>(Channel::compare);
        for (int v : sorted(layering.layer(layer))) {
            if (layering.below(v).length > 0) {
                bySuccessors
                        .computeIfAbsent(list(layering.below(v)), ends -> new ArrayList<>())
                        .add(v);
            }
        }
        TreeMap<List<Integer>, List<Integer>> byPredecessors = new TreeMap<>(Channel::compare);
        boolean forksStation = false;
        for (int v : sorted(layering.layer(layer + 1))) {
            if (layering.above(v).length > 0) {
                byPredecessors
                        .computeIfAbsent(list(layering.above(v)), ends -> new ArrayList<>())
                        .add(v);
            }
        }
        for (int v : layering.layer(layer)) {
            // A station is one cell wide: it has no room for lines of several nets.
            forksStation |= layering.station(v) && layering.below(v).length > 1;
        }
        List<Net> nets = new ArrayList<>();
        if (forksStation || bySuccessors.size() <= byPredecessors.size()) {
            bySuccessors.forEach((below, above) -> nets.add(new Net(above, below)));
        } else {
            byPredecessors.forEach((above, below) -> nets.add(new Net(above, below)));
        }
        return new Channel(layering, nets);
    }

    private static int compare(List<Integer> a, List<Integer> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = Integer.compare(a.get(i), b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    private static int[] sorted(int[] vertices) {
        int[] sorted = vertices.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private static List<Integer> list(int[] vertices) {
        return Arrays.stream(vertices).boxed().toList();
    }

    int portsAbove(int vertex) {
        return (int) nets.stream().filter(net -> net.above.contains(vertex)).count();
    }

    int portsBelow(int vertex) {
        return (int) nets.stream().filter(net -> net.below.contains(vertex)).count();
    }

    /** Finds the way of each net; false when there is none on which no two lie upon each other. */
    boolean route(int[] centre) {
        nets.forEach(net -> {
            net.pinsAbove.clear();
            net.pinsBelow.clear();
            net.track = -1;
        });
        assignPins(centre, true);
        assignPins(centre, false);
        List<Net> open =
                new ArrayList<>(nets.stream().filter(net -> !net.straight()).toList());
        open.sort(Comparator.comparingInt(Net::left).thenComparingInt(Net::right));
        tracks = 0;
        while (!open.isEmpty()) {
            // A track takes, from left to right, what is under no other open net and does not touch what it holds.
            int track = tracks++;
            int used = Integer.MIN_VALUE;
            List<Net> placed = new ArrayList<>();
            for (Net net : open) {
                if (net.left() > used + 1
                        && open.stream().noneMatch(other -> other != net && mustBeAbove(other, net))) {
                    net.track = track;
                    used = net.right();
                    placed.add(net);
                }
            }
            if (placed.isEmpty()) {
                return false;
            }
            open.removeAll(placed);
        }
        return true;
    }

    private static boolean mustBeAbove(Net upper, Net lower) {
        return upper.pinsAbove.stream().anyMatch(lower.pinsBelow::contains);
    }

    private void assignPins(int[] centre, boolean above) {
        TreeMap<Integer, List<Net>> netsOf = new TreeMap<>();
        for (Net net : nets) {
            for (int v : above ? net.above : net.below) {
                netsOf.computeIfAbsent(v, vertex -> new ArrayList<>()).add(net);
            }
        }
        netsOf.forEach((v, ports) -> {
            ports.sort(Comparator.comparingDouble(net -> (above ? net.below : net.above)
                    .stream().mapToInt(end -> centre[end]).average().orElse(0)));
            for (int i = 0; i < ports.size(); i++) {
                int x = centre[v] + (2 * i - (ports.size() - 1)) * PORT_SPACING / 2;
                (above ? ports.get(i).pinsAbove : ports.get(i).pinsBelow).add(x);
            }
        });
    }

    /** Tracks, or one row when all goes straight, and a row for the arrow heads. */
    int rows() {
        return Math.max(1, tracks) + 1;
    }

    /** From the row of the lower edges of the boxes above to the row of the upper edges of those below. */
    void draw(Canvas canvas, int rowAbove, int rowBelow) {
        for (Net net : nets) {
            drawDown(canvas, net, rowAbove, rowBelow);
        }
        for (Net net : nets) {
            drawAcross(canvas, net, rowAbove);
        }
    }

    private void drawDown(Canvas canvas, Net net, int rowAbove, int rowBelow) {
        int track = net.straight() ? rowBelow - 1 : rowAbove + 1 + net.track;
        for (int i = 0; i < net.above.size(); i++) {
            int from = net.above.get(i);
            boolean heavy = net.below.stream().anyMatch(to -> layering.critical(from, to));
            canvas.down(net.pinsAbove.get(i), rowAbove, track, heavy);
        }
        for (int i = 0; i < net.below.size(); i++) {
            int to = net.below.get(i);
            int x = net.pinsBelow.get(i);
            boolean heavy = net.above.stream().anyMatch(from -> layering.critical(from, to));
            canvas.down(x, track, layering.station(to) ? rowBelow : rowBelow - 1, heavy);
            if (!layering.station(to)) {
                canvas.text(x, rowBelow - 1, "▼", heavy ? Ink.CRITICAL : Ink.FAINT);
            }
        }
    }

    private void drawAcross(Canvas canvas, Net net, int rowAbove) {
        if (net.straight()) {
            return;
        }
        int row = rowAbove + 1 + net.track;
        IntPredicate joins = x -> net.pinsAbove.contains(x) || net.pinsBelow.contains(x);
        canvas.across(row, net.left(), net.right(), false, joins);
        for (int i = 0; i < net.above.size(); i++) {
            for (int k = 0; k < net.below.size(); k++) {
                if (layering.critical(net.above.get(i), net.below.get(k))) {
                    canvas.across(row, net.pinsAbove.get(i), net.pinsBelow.get(k), true, joins);
                }
            }
        }
    }
}
