package dev.capocomico.cli.graph;

import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.plan.TaskGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a picture shows. Figures are in the order of their layers, and links, in the order of their ends, lead from a
 * layer to a later one.
 *
 * @param inside how many edges of the plan are not shown as links, because they lead from a figure to itself
 */
record Scene(Plan plan, List<Figure> figures, List<Link> links, int layerCount, int inside) {

    Scene {
        figures = List.copyOf(figures);
        links = List.copyOf(links);
    }

    /** Every task is a figure. */
    static Scene ofTasks(Plan plan) {
        return Folding.none(plan).scene();
    }

    /** Families of tasks that are alike, as fine as gives no more than this many figures. */
    static Scene folded(Plan plan, int figuresMax, int layersMax) {
        return Folding.atMost(plan, figuresMax, layersMax).scene();
    }

    /** Whether some figure stands for more than one task. */
    boolean folded() {
        return figures.size() < plan.size();
    }

    /** Links into each figure, in the order of where they come from. */
    List<List<Link>> incoming() {
        List<List<Link>> incoming = new ArrayList<>();
        figures.forEach(figure -> incoming.add(new ArrayList<>()));
        links.forEach(link -> incoming.get(link.to()).add(link));
        return incoming;
    }

    List<List<Link>> outgoing() {
        List<List<Link>> outgoing = new ArrayList<>();
        figures.forEach(figure -> outgoing.add(new ArrayList<>()));
        links.forEach(link -> outgoing.get(link.from()).add(link));
        return outgoing;
    }

    static Scene of(Plan plan, List<Figure> figures, int layerCount) {
        int[] figureOf = new int[plan.size()];
        for (int f = 0; f < figures.size(); f++) {
            for (int k = 0; k < figures.get(f).size(); k++) {
                figureOf[figures.get(f).task(k)] = f;
            }
        }
        Map<Long, Integer> counts = new HashMap<>();
        TaskGraph graph = plan.graph();
        int inside = 0;
        for (int task = 0; task < plan.size(); task++) {
            for (int k = 0; k < graph.successorCount(task); k++) {
                int from = figureOf[task];
                int to = figureOf[graph.successor(task, k)];
                if (from == to) {
                    inside++;
                } else {
                    counts.merge(pair(from, to), 1, Integer::sum);
                }
            }
        }
        int[] path = plan.criticalPath();
        Map<Long, Boolean> critical = new HashMap<>();
        for (int i = 1; i < path.length; i++) {
            critical.put(pair(figureOf[path[i - 1]], figureOf[path[i]]), true);
        }
        List<Link> links = new ArrayList<>(counts.size());
        counts.forEach((pair, count) ->
                links.add(new Link((int) (pair >>> Integer.SIZE), pair.intValue(), count, critical.containsKey(pair))));
        links.sort(Comparator.comparingInt(Link::from).thenComparingInt(Link::to));
        return new Scene(plan, figures, links, layerCount, inside);
    }

    private static long pair(int from, int to) {
        return (long) from << Integer.SIZE | to;
    }
}
