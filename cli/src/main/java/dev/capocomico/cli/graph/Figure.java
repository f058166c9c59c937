package dev.capocomico.cli.graph;

import org.jspecify.annotations.Nullable;

/** One thing in a picture: a task, or a family of tasks that are alike. */
final class Figure {
    /** What the tasks of a figure do; {@code MIXED} when they do not all do the same kind of thing. */
    enum Kind {
        AGENT,
        WAIT,
        SLEEP,
        CHILD,
        MIXED
    }

    private final int layer;
    private final int[] tasks;
    private final int criticalTasks;
    private final Kind kind;
    private final boolean fanOut;
    private final String title;
    private final String work;
    private final String time;
    private final @Nullable String role;

    /** @param tasks in the definition's order; not copied, and no longer changed */
    Figure(
            int layer,
            int[] tasks,
            int criticalTasks,
            Kind kind,
            boolean fanOut,
            String title,
            String work,
            String time,
            @Nullable String role) {
        this.layer = layer;
        this.tasks = tasks;
        this.criticalTasks = criticalTasks;
        this.kind = kind;
        this.fanOut = fanOut;
        this.title = title;
        this.work = work;
        this.time = time;
        this.role = role;
    }

    int layer() {
        return layer;
    }

    /** How many tasks it stands for. */
    int size() {
        return tasks.length;
    }

    int task(int k) {
        return tasks[k];
    }

    /** Whether the critical path goes through it. */
    boolean critical() {
        return criticalTasks > 0;
    }

    int criticalTasks() {
        return criticalTasks;
    }

    Kind kind() {
        return kind;
    }

    /** Whether each of its tasks is many elements. */
    boolean fanOut() {
        return fanOut;
    }

    /** A task's id; what the tasks of a family have in common. */
    String title() {
        return title;
    }

    /** {@code ×75}, empty for a single task. */
    String times() {
        return tasks.length == 1 ? "" : "×" + Wording.count(tasks.length);
    }

    /** Who does it; may be empty. */
    String work() {
        return work;
    }

    /** How long it takes, when that is known, else empty. */
    String time() {
        return time;
    }

    /** The role of its agents, when it is one role. */
    @Nullable String role() {
        return role;
    }

    /** {@link #work} and {@link #time}. */
    String details() {
        if (work.isEmpty() || time.isEmpty()) {
            return work + time;
        }
        return work + " · " + time;
    }
}
