package dev.capocomico.model.plan;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Whether tasks are upstream of others, for many questions at once and in bounded time: a definition may hold a hundred
 * thousand references to outputs, and a search for each would take minutes.
 *
 * <p>A reference to a direct dependency is answered from the dependency itself. The rest is grouped by 64 targets, the
 * tasks asked about: each has a bit, and one pass over the topological order carries the bits to everything downstream.
 * A pass goes only from the first of its targets to the last task that asks about one of them.
 */
public final class Ancestry {
    private static final int TARGETS_PER_PASS = Long.SIZE;

    private final Condensation order;
    private final long[] carried;

    private Ancestry(Condensation order) {
        this.order = order;
        this.carried = new long[order.size()];
    }

    /**
     * Bit q says whether {@code ancestor[q]} is a proper ancestor of {@code descendant[q]}: whether a path of at least
     * one edge leads from the one to the other. In a graph with cycles a task may thus be its own ancestor.
     */
    public static BitSet answer(TaskGraph graph, int[] ancestor, int[] descendant) {
        if (ancestor.length != descendant.length) {
            throw new IllegalArgumentException(
                    ancestor.length + " ancestors cannot be paired with " + descendant.length + " descendants");
        }
        BitSet answers = directDependencies(graph, ancestor, descendant);
        if (answers.cardinality() == ancestor.length) {
            return answers;
        }

        // A few tasks may ask about many others, or many about a few: the fewer ones become the targets.
        Components components = Components.of(graph);
        boolean upwards = distinct(graph, descendant) < distinct(graph, ancestor);
        Condensation order =
                upwards ? Condensation.upwards(graph, components) : Condensation.downwards(graph, components);
        int[] target = upwards ? descendant : ancestor;
        int[] asker = upwards ? ancestor : descendant;

        long[] open = new long[ancestor.length];
        int count = 0;
        for (int q = answers.nextClearBit(0); q < ancestor.length; q = answers.nextClearBit(q + 1)) {
            int from = order.of(target[q]);
            int to = order.of(asker[q]);
            if (from == to) {
                answers.set(q, order.hasCycle(from));
            } else if (from < to) {
                open[count++] = (long) from << Integer.SIZE | q;
            }
        }
        Arrays.sort(open, 0, count);
        new Ancestry(order).answer(open, count, asker, answers);
        return answers;
    }

    private static BitSet directDependencies(TaskGraph graph, int[] ancestor, int[] descendant) {
        // Questions by descendant, as linked lists: the predecessors of each task are then marked only once.
        int[] firstQuestion = new int[graph.size()];
        int[] nextQuestion = new int[descendant.length];
        Arrays.fill(firstQuestion, -1);
        for (int q = 0; q < descendant.length; q++) {
            nextQuestion[q] = firstQuestion[descendant[q]];
            firstQuestion[descendant[q]] = q;
        }

        BitSet answers = new BitSet(descendant.length);
        int[] lastSuccessor = new int[graph.size()];
        Arrays.fill(lastSuccessor, -1);
        for (int task = 0; task < graph.size(); task++) {
            if (firstQuestion[task] < 0) {
                continue;
            }
            for (int k = 0; k < graph.predecessorCount(task); k++) {
                lastSuccessor[graph.predecessor(task, k)] = task;
            }
            for (int q = firstQuestion[task]; q >= 0; q = nextQuestion[q]) {
                if (lastSuccessor[ancestor[q]] == task) {
                    answers.set(q);
                }
            }
        }
        return answers;
    }

    private static int distinct(TaskGraph graph, int[] tasks) {
        BitSet seen = new BitSet(graph.size());
        for (int task : tasks) {
            seen.set(task);
        }
        return seen.cardinality();
    }

    /** Questions as (place of the target, number of the question), sorted, so that those of one pass stand together. */
    private void answer(long[] questions, int count, int[] asker, BitSet answers) {
        int begin = 0;
        while (begin < count) {
            int end = begin;
            int targets = 0;
            int lastTarget = -1;
            int lastAsker = 0;
            while (end < count) {
                int target = (int) (questions[end] >>> Integer.SIZE);
                if (target != lastTarget) {
                    if (targets == TARGETS_PER_PASS) {
                        break;
                    }
                    targets++;
                    lastTarget = target;
                }
                lastAsker = Math.max(lastAsker, order.of(asker[(int) questions[end]]));
                end++;
            }
            pass(questions, begin, end, lastAsker, asker, answers);
            begin = end;
        }
    }

    private void pass(long[] questions, int begin, int end, int last, int[] asker, BitSet answers) {
        int first = (int) (questions[begin] >>> Integer.SIZE);
        Arrays.fill(carried, first, last + 1, 0);
        long bit = 1;
        for (int i = begin; i < end; i++) {
            int target = (int) (questions[i] >>> Integer.SIZE);
            if (i > begin && target != (int) (questions[i - 1] >>> Integer.SIZE)) {
                bit <<= 1;
            }
            carried[target] = bit;
        }

        order.carry(carried, first, last);

        bit = 1;
        for (int i = begin; i < end; i++) {
            int target = (int) (questions[i] >>> Integer.SIZE);
            if (i > begin && target != (int) (questions[i - 1] >>> Integer.SIZE)) {
                bit <<= 1;
            }
            int q = (int) questions[i];
            if ((carried[order.of(asker[q])] & bit) != 0) {
                answers.set(q);
            }
        }
    }
}
