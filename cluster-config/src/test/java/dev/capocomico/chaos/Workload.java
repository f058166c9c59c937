package dev.capocomico.chaos;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a run adds to its usual workflows and strikes: {@code -Dchaos.workloads=stops,clocks,…}, or {@code all} of them. */
enum Workload {
    /** Nodes are told to stop, too, and not only killed. */
    STOPS,
    /** Nodes have clocks that lead or lag. */
    CLOCKS,
    /** Executions are retried while a task waits to begin another child. */
    CHILDREN,
    /** Signals are repeated after the end. */
    REPEATS;

    static final String PROPERTY = "chaos.workloads";

    static Set<Workload> chosen() {
        String text = System.getProperty(PROPERTY, "");
        Set<Workload> chosen = EnumSet.noneOf(Workload.class);
        if (text.equals("all")) {
            chosen.addAll(Arrays.asList(values()));
        } else if (!text.isEmpty()) {
            for (String name : text.split(",", -1)) {
                chosen.add(valueOf(name.toUpperCase(Locale.ROOT)));
            }
        }
        return chosen;
    }

    boolean isChosen() {
        return chosen().contains(this);
    }
}
