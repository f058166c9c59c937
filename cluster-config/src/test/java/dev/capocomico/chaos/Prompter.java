package dev.capocomico.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a node for deeds, those of one execution one after the other, and knows which were acknowledged. What a node has not
 * answered when it dies is asked of the next one. For one thread.
 */
final class Prompter {
    private static final long PAUSE_MILLIS = 200;

    private final Map<String, Deque<Deed>> owed = new LinkedHashMap<>();
    private final Map<String, Long> notBefore = new HashMap<>();
    private final Map<Long, Deed> asked = new HashMap<>();
    private final List<Deed> acknowledged = new ArrayList<>();
    private final List<Deed> refused = new ArrayList<>();
    private String lastUnknown = "";
    private long number;
    private long aliveMillis;

    void owe(int fromMillis, Deed start, List<Deed> later) {
        Deque<Deed> deeds = new ArrayDeque<>(later);
        deeds.addFirst(start);
        owed.put(start.execution(), deeds);
        notBefore.put(start.execution(), aliveMillis + fromMillis);
    }

    boolean nothingOwed() {
        return owed.isEmpty();
    }

    List<Deed> acknowledged() {
        return List.copyOf(acknowledged);
    }

    List<Deed> refused() {
        return List.copyOf(refused);
    }

    /** What a node has said at its end. */
    void hear(List<String> lines) {
        lines.forEach(this::hear);
    }

    /** For people: what was not done, and why, as the node said last. */
    String lastUnknown() {
        return lastUnknown;
    }

    void forgetWhatWasAsked() {
        asked.clear();
    }

    /** To be called again and again while a node is ready. */
    void go(NodeProcess node, long passedMillis) {
        aliveMillis += passedMillis;
        hear(node.answers());
        List<Deed> due = new ArrayList<>();
        owed.forEach((execution, deeds) -> {
            Deed next = deeds.getFirst();
            if (notBefore.get(execution) <= aliveMillis && !asked.containsValue(next)) {
                due.add(next);
            }
        });
        for (Deed deed : due) {
            asked.put(++number, deed);
            node.order(number, deed);
        }
    }

    private void hear(String line) {
        String[] words = line.split(" ", 3);
        Deed deed = words[0].matches("[0-9]+") ? asked.remove(Long.valueOf(words[0])) : null;
        if (deed == null) {
            return;
        }
        switch (words[1]) {
            case "ok" -> {
                acknowledged.add(deed);
                over(deed);
            }
            case "refused" -> {
                refused.add(deed);
                over(deed);
            }
            default -> {
                lastUnknown = deed.verb() + " " + deed.execution() + ": " + line;
                notBefore.put(deed.execution(), aliveMillis + PAUSE_MILLIS);
            }
        }
    }

    private void over(Deed deed) {
        Deque<Deed> deeds = owed.get(deed.execution());
        deeds.removeFirst();
        if (deeds.isEmpty()) {
            owed.remove(deed.execution());
        } else {
            notBefore.put(deed.execution(), aliveMillis + deeds.getFirst().afterMillis());
        }
    }
}
