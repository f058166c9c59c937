package dev.capocomico.model.plan;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a definition comes to: in which order its tasks can run, on which level each stands, and which chain of them
 * decides how long the whole takes. A task is its place among the definition's tasks.
 *
 * <p>Immutable, and made in time linear in tasks and edges. Arrays handed out are copies.
 */
public final class Plan {
    /** How long a task is taken to last that says nothing about it, so that the longest chain is the critical one. */
    public static final Duration NOMINAL = Duration.ofSeconds(1);

    private final Definition definition;
    private final TaskGraph graph;
    private final Levels levels;
    private final Schedule schedule;
    private final BitSet estimated;
    private volatile @Nullable String digest;

    private Plan(Definition definition, TaskGraph graph, Levels levels, Schedule schedule, BitSet estimated) {
        this.definition = definition;
        this.graph = graph;
        this.levels = levels;
        this.schedule = schedule;
        this.estimated = estimated;
    }

    /**
     * Plans a definition that was checked.
     *
     * @throws IllegalArgumentException names the tasks of a cycle, an id given twice or an unknown dependency
     */
    public static Plan of(Definition definition) {
        List<Task> tasks = definition.tasks();
        TaskGraph graph = TaskGraph.of(tasks);
        refuseWhatTheGraphLeftOut(tasks, graph);
        Levels levels = Levels.of(graph);

        long[] durationMillis = new long[graph.size()];
        BitSet estimated = new BitSet(graph.size());
        int index = 0;
        for (Task task : tasks) {
            Duration said = saidDuration(task);
            durationMillis[index] = Saturating.millis(said == null ? NOMINAL : said);
            estimated.set(index, said != null);
            index++;
        }
        return new Plan(definition, graph, levels, new Schedule(graph, levels, durationMillis), estimated);
    }

    private static void refuseWhatTheGraphLeftOut(List<Task> tasks, TaskGraph graph) {
        if (graph.complete()) {
            return;
        }
        int index = 0;
        for (Task task : tasks) {
            if (graph.indexOf(task.id()) != index) {
                throw new IllegalArgumentException("two tasks have the id \"" + task.id() + "\"");
            }
            for (String dependency : task.dependsOn()) {
                if (graph.indexOf(dependency) < 0) {
                    throw new IllegalArgumentException(
                            "task \"" + task.id() + "\" depends on \"" + dependency + "\", but there is no such task");
                }
            }
            index++;
        }
    }

    private static @Nullable Duration saidDuration(Task task) {
        if (task.estimate() != null) {
            return task.estimate();
        }
        return task.work() instanceof Work.Sleep sleep ? sleep.duration() : null;
    }

    public Definition definition() {
        return definition;
    }

    public TaskGraph graph() {
        return graph;
    }

    public int size() {
        return graph.size();
    }

    /** 0 for a task without dependencies, else one more than the highest level of a dependency. */
    public int level(int task) {
        return levels.of(task);
    }

    public int levelCount() {
        return levels.count();
    }

    /** The tasks of a level, in the definition's order. */
    public int[] tasksOfLevel(int level) {
        return levels.tasksOf(level);
    }

    /** All tasks, each after its dependencies: level by level, and on a level in the definition's order. */
    public int[] order() {
        return levels.order().clone();
    }

    /** The estimate the task declares, else the length of its sleep, else {@link #NOMINAL}; or what was measured. */
    public Duration duration(int task) {
        return Duration.ofMillis(schedule.durationMillis(task));
    }

    /** Whether {@link #duration} is known from somewhere, and not merely {@link #NOMINAL}. */
    public boolean estimated(int task) {
        return estimated.get(task);
    }

    /**
     * The chain of tasks, from one without dependencies to one that nothing depends on, that takes longest: without
     * more agents or faster ones it is how long the whole takes at least. Of several, the one through the tasks that
     * stand first in the definition.
     */
    public int[] criticalPath() {
        return schedule.criticalPath();
    }

    /** Whether the task is on the {@link #criticalPath}. */
    public boolean critical(int task) {
        return schedule.critical(task);
    }

    /** Never more than {@link Long#MAX_VALUE} milliseconds. */
    public Duration criticalPathLength() {
        return Duration.ofMillis(schedule.criticalPathMillis());
    }

    /** How long it would take to run one task after the other; never more than {@link Long#MAX_VALUE} milliseconds. */
    public Duration totalWork() {
        return Duration.ofMillis(schedule.totalMillis());
    }

    /**
     * The same plan with durations that were measured.
     *
     * @param measuredMillis for each task; a negative number says that it was not measured, and keeps what is known
     */
    public Plan withDurations(IntToLongFunction measuredMillis) {
        long[] durationMillis = new long[size()];
        BitSet known = (BitSet) estimated.clone();
        for (int task = 0; task < durationMillis.length; task++) {
            long measured = measuredMillis.applyAsLong(task);
            durationMillis[task] = measured < 0 ? schedule.durationMillis(task) : measured;
            known.set(task, measured >= 0 || estimated.get(task));
        }
        Plan plan = new Plan(definition, graph, levels, new Schedule(graph, levels, durationMillis), known);
        plan.digest = digest;
        return plan;
    }

    /** What the roles ask for, if all their slots are taken at once. */
    public ResourceEstimate resources() {
        return ResourceEstimate.of(definition);
    }

    /**
     * The definition's identity, 64 hexadecimal digits: the same for the same definition, whether it came from YAML,
     * JSON or the builder, in any version of this program. What it is computed from is decided in ADR 3. Computed when
     * it is first asked for.
     */
    public String digest() {
        String known = digest;
        if (known == null) {
            // Threads that come at once compute the same text.
            known = DefinitionDigest.of(definition);
            digest = known;
        }
        return known;
    }
}
