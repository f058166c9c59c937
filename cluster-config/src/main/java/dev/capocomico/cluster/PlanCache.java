package dev.capocomico.cluster;

import dev.capocomico.model.definition.DefinitionTree;
import dev.capocomico.model.plan.Plan;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiled plans by their digests, those that were used last. Bounded by what they weigh, because a plan may be a hundred bytes or
 * sixteen million. The one that was used last stays, whatever it weighs. Executions in memory hold their plans themselves. Thread-safe.
 */
final class PlanCache {
    /** In characters of the definitions, which take some ten bytes each once they are compiled. */
    static final long WEIGHT_MAX = 16L * 1024 * 1024;

    /** What a task weighs whose definition is as short as can be. */
    private static final int WEIGHT_OF_TASK = 200;

    private record Weighed(Plan plan, long weight) {}

    private final Map<String, Weighed> plans = new LinkedHashMap<>(16, 0.75f, true);
    private final long weightMax;
    private long weight;

    PlanCache(long weightMax) {
        this.weightMax = weightMax;
    }

    synchronized @Nullable Plan get(String digest) {
        Weighed found = plans.get(digest);
        return found == null ? null : found.plan();
    }

    /** @param characters of its definition; -1 when they have not been counted */
    void put(Plan plan, int characters) {
        if (get(plan.digest()) != null) {
            return;
        }
        int counted = characters >= 0
                ? characters
                : DefinitionTree.of(plan.definition()).toString().length();
        put(new Weighed(plan, counted + (long) WEIGHT_OF_TASK * plan.size()));
    }

    private synchronized void put(Weighed one) {
        Weighed before = plans.put(one.plan().digest(), one);
        weight += one.weight() - (before == null ? 0 : before.weight());
        Iterator<Weighed> oldest = plans.values().iterator();
        while (weight > weightMax && plans.size() > 1) {
            weight -= oldest.next().weight();
            oldest.remove();
        }
    }

    synchronized int size() {
        return plans.size();
    }
}
