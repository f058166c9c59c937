package dev.capocomico.cli.graph;

import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks are drawn as one figure: those of one layer that are alike. A layer is a level of the plan or, when there
 * are more levels than figures, a band of successive levels.
 */
final class Folding {
    /** How much alike tasks must be, from fine to coarse. */
    private enum Likeness {
        SAME_TASK,
        SAME_WORK,
        SAME_ROLE,
        SAME_LEVEL
    }

    /** What tasks of one family have in common. What they need not have in common is null. */
    private record Family(
            Figure.@Nullable Kind kind,
            @Nullable String role,
            @Nullable String action) {}

    private static final int ID_CHARS_MAX = 128;

    private final Plan plan;
    private final Likeness likeness;
    private final int levelsPerLayer;

    private Folding(Plan plan, Likeness likeness, int levelsPerLayer) {
        this.plan = plan;
        this.likeness = likeness;
        this.levelsPerLayer = levelsPerLayer;
    }

    static Folding none(Plan plan) {
        return new Folding(plan, Likeness.SAME_TASK, 1);
    }

    /**
     * The finest folding that has no more figures than this; tasks that are not alike stay apart as long as it goes. When
     * not even levels can, they come together in this many layers at most.
     */
    static Folding atMost(Plan plan, int figuresMax, int layersMax) {
        for (Likeness likeness : List.of(Likeness.SAME_WORK, Likeness.SAME_ROLE)) {
            Folding folding = new Folding(plan, likeness, 1);
            if (folding.figureCount(figuresMax) <= figuresMax) {
                return folding;
            }
        }
        return new Folding(plan, Likeness.SAME_LEVEL, Math.max(1, Math.ceilDiv(plan.levelCount(), layersMax)));
    }

    private int figureCount(int enough) {
        Set<Object> groups = new HashSet<>();
        for (int task = 0; task < plan.size() && groups.size() <= enough; task++) {
            groups.add(List.of(plan.level(task) / levelsPerLayer, family(task)));
        }
        return groups.size();
    }

    private Object family(int task) {
        Task defined = plan.definition().tasks().get(task);
        return switch (likeness) {
            case SAME_TASK -> task;
            case SAME_WORK -> new Family(kind(defined), role(defined), action(defined));
            case SAME_ROLE -> new Family(kind(defined), role(defined), null);
            case SAME_LEVEL -> new Family(null, null, null);
        };
    }

    Scene scene() {
        int layerCount = Math.ceilDiv(plan.levelCount(), levelsPerLayer);
        List<Figure> figures = new ArrayList<>();
        for (int layer = 0; layer < layerCount; layer++) {
            int first = layer * levelsPerLayer;
            int last = Math.min(first + levelsPerLayer, plan.levelCount()) - 1;
            // In the order in which the families' first tasks stand in the definition.
            Map<Object, List<Integer>> families = new HashMap<>();
            List<List<Integer>> inOrder = new ArrayList<>();
            for (int level = first; level <= last; level++) {
                for (int task : plan.tasksOfLevel(level)) {
                    families.computeIfAbsent(family(task), family -> {
                                List<Integer> members = new ArrayList<>();
                                inOrder.add(members);
                                return members;
                            })
                            .add(task);
                }
            }
            for (List<Integer> family : inOrder) {
                int[] tasks = family.stream().mapToInt(Integer::intValue).toArray();
                figures.add(tasks.length == 1 ? single(layer, tasks[0]) : family(layer, first, last, tasks));
            }
        }
        return Scene.of(plan, figures, layerCount);
    }

    private Figure single(int layer, int task) {
        Task defined = plan.definition().tasks().get(task);
        boolean sleeps = defined.work() instanceof Work.Sleep;
        String time = plan.estimated(task) && !sleeps ? Wording.time(plan.duration(task)) : "";
        return new Figure(
                layer,
                new int[] {task},
                plan.critical(task) ? 1 : 0,
                kind(defined),
                defined.fanOut() != null,
                Wording.line(defined.id(), ID_CHARS_MAX),
                Wording.work(plan.definition(), defined),
                time,
                role(defined));
    }

    private Figure family(int layer, int firstLevel, int lastLevel, int[] tasks) {
        Task first = plan.definition().tasks().get(tasks[0]);
        Figure.Kind kind = kind(first);
        String role = role(first);
        String action = action(first);
        int critical = 0;
        boolean fanOut = true;
        for (int task : tasks) {
            Task defined = plan.definition().tasks().get(task);
            kind = kind == kind(defined) ? kind : Figure.Kind.MIXED;
            role = Objects.equals(role, role(defined)) ? role : null;
            action = Objects.equals(action, action(defined)) ? action : null;
            critical += plan.critical(task) ? 1 : 0;
            fanOut &= defined.fanOut() != null;
        }
        String title;
        if (firstLevel < lastLevel) {
            title = "levels " + Wording.count(firstLevel + 1) + "–" + Wording.count(lastLevel + 1);
        } else if (action != null) {
            title = Wording.line(action);
        } else if (role != null) {
            title = role;
        } else {
            title = "level " + (firstLevel + 1);
        }
        String work =
                switch (kind) {
                    case AGENT -> role == null ? "several roles" : role.equals(title) ? "" : role;
                    case WAIT -> "waits";
                    case SLEEP -> "sleeps";
                    case CHILD -> "workflow";
                    case MIXED -> "several kinds";
                };
        return new Figure(layer, tasks, critical, kind, fanOut, title, work, longest(tasks), role);
    }

    private String longest(int[] tasks) {
        boolean known = Arrays.stream(tasks).allMatch(plan::estimated);
        if (!known) {
            return "";
        }
        Duration longest = Duration.ZERO;
        Duration shortest = Duration.ofMillis(Long.MAX_VALUE);
        for (int task : tasks) {
            Duration duration = plan.duration(task);
            longest = longest.compareTo(duration) > 0 ? longest : duration;
            shortest = shortest.compareTo(duration) < 0 ? shortest : duration;
        }
        return (shortest.equals(longest) ? "" : "≤ ") + Wording.time(longest);
    }

    private static Figure.Kind kind(Task task) {
        return switch (task.work()) {
            case Work.AgentCall call -> Figure.Kind.AGENT;
            case Work.WaitFor wait -> Figure.Kind.WAIT;
            case Work.Sleep sleep -> Figure.Kind.SLEEP;
            case Work.Child child -> Figure.Kind.CHILD;
        };
    }

    private static @Nullable String role(Task task) {
        return task.work() instanceof Work.AgentCall call ? call.role() : null;
    }

    /** What is done, when that is said apart from the task's id. */
    private static @Nullable String action(Task task) {
        return switch (task.work()) {
            case Work.AgentCall call -> call.action();
            case Work.WaitFor wait -> wait.signal();
            case Work.Sleep sleep -> Wording.time(sleep.duration());
            case Work.Child child -> child.name();
        };
    }
}
