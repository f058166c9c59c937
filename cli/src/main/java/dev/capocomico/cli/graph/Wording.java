package dev.capocomico.cli.graph;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.FanOut;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.plan.Plan;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How tasks, times and plans are put into words, the same in all formats. */
final class Wording {
    private static final int FOREIGN_CHARS_MAX = 60;

    private Wording() {}

    /** Who does a task or what it waits for, and how often. */
    static String work(Definition definition, Task task) {
        List<String> words = new ArrayList<>();
        words.add(
                switch (task.work()) {
                    case Work.AgentCall call -> role(definition, call.role(), task.fanOut());
                    case Work.Child child ->
                        "workflow " + child.name() + (child.version() == null ? "" : " " + line(child.version()));
                    case Work.WaitFor wait -> "waits for " + line(wait.signal());
                    case Work.Sleep sleep -> "sleeps " + time(sleep.duration());
                });
        switch (task.fanOut()) {
            case FanOut.ForEach each -> words.add("for each");
            case FanOut.Parallel parallel -> {}
            case null -> {}
        }
        if (task.repeat() != null) {
            words.add("repeats ≤ " + task.repeat().max());
        }
        if (task.onEvent() != null) {
            words.add("on " + line(task.onEvent().topic()));
        }
        if (task.when() != null) {
            words.add("conditional");
        }
        return String.join(" · ", words);
    }

    private static String role(Definition definition, String name, @Nullable FanOut fanOut) {
        Role role = definition.agents().get(name);
        boolean onEachSlot = fanOut instanceof FanOut.Parallel;
        return onEachSlot && role != null ? name + " ×" + count(role.count()) : name;
    }

    /** {@code multi_agent_research 1.0}. */
    static String title(Definition definition) {
        return definition.name() + " " + line(definition.version());
    }

    /** {@code 3 tasks}, {@code 3 levels}, {@code critical path 45m}. */
    static List<String> figures(Plan plan) {
        List<String> figures = new ArrayList<>();
        figures.add(counted(plan.size(), "task"));
        if (plan.graph().edgeCount() > 0) {
            figures.add(counted(plan.graph().edgeCount(), "edge"));
        }
        figures.add(counted(plan.levelCount(), "level"));
        int[] path = plan.criticalPath();
        Duration known = Duration.ZERO;
        int unknown = 0;
        for (int task : path) {
            if (plan.estimated(task)) {
                known = known.plus(plan.duration(task));
            } else {
                unknown++;
            }
        }
        if (unknown == path.length) {
            figures.add("critical path " + counted(path.length, "task"));
        } else {
            figures.add("critical path " + (unknown > 0 ? "over " : "") + time(known));
        }
        return figures;
    }

    /** The two largest units of a time: {@code 850ms}, {@code 6.4s}, {@code 9m 50s}, {@code 3d 4h}. */
    static String time(Duration duration) {
        long millis;
        try {
            millis = duration.toMillis();
        } catch (ArithmeticException tooLong) {
            millis = Long.MAX_VALUE;
        }
        if (millis == 0) {
            return "0s";
        }
        if (millis < 1_000) {
            return millis + "ms";
        }
        if (millis < 9_950 && millis % 1_000 >= 50) {
            return String.format(Locale.ROOT, "%.1fs", millis / 1_000.0);
        }
        long seconds = millis / 1_000 + (millis % 1_000 >= 500 ? 1 : 0);
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3_600) {
            return pair(seconds / 60, "m", seconds % 60, "s");
        }
        if (seconds < 86_400) {
            return pair(seconds / 3_600, "h", seconds / 60 % 60, "m");
        }
        return pair(seconds / 86_400, "d", seconds / 3_600 % 24, "h");
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return count(large) + largeUnit + (small == 0 ? "" : " " + small + smallUnit);
    }

    static String counted(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /**
     * Text from a definition that may hold anything, as part of one line: composed, without control characters (which
     * could move a terminal's cursor), without halves of characters, and of bounded length.
     */
    static String line(String foreign) {
        return line(foreign, FOREIGN_CHARS_MAX);
    }

    static String line(String foreign, int charsMax) {
        String beginning = foreign.substring(0, Math.min(foreign.length(), 4 * charsMax));
        String composed = Normalizer.normalize(beginning, Normalizer.Form.NFC);
        StringBuilder line = new StringBuilder();
        int[] codePoints = composed.codePoints().toArray();
        for (int i = 0; i < codePoints.length && line.length() < charsMax; i++) {
            int c = codePoints[i];
            int type = Character.getType(c);
            switch (type) {
                case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> line.append(' ');
                case Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE -> {}
                default -> line.appendCodePoint(c);
            }
        }
        if (foreign.length() > charsMax && line.length() >= charsMax) {
            line.append('…');
        }
        return line.toString().strip();
    }
}
