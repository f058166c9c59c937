package dev.capocomico.language.meaning;

import dev.capocomico.language.grammar.StructureCheck;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Node;
import dev.capocomico.language.tree.Problems;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A definition side by side with the tree it was built from, so that what is wrong in the one is shown in the other. */
final class Document {
    private final Definition definition;
    private final Cursor workflow;
    private final StructureCheck structure;
    private final Problems problems;
    private final List<TaskPlace> tasks;
    private final Map<String, TaskPlace> firstOf;

    /** A task and where it stands. */
    record TaskPlace(Task task, Cursor at, StructureCheck structure) {
        /** The value of a key, if it is there and fits the grammar. */
        @Nullable Cursor good(String key) {
            Cursor child = at.at(key);
            return child == null || structure.isBad(child.node()) ? null : child;
        }

        /** Where to point when the task as a whole is meant. */
        Cursor head() {
            Cursor id = at.at("id");
            return id == null ? at : new Cursor(id.node(), at.path());
        }

        String name() {
            return task.id().isEmpty() ? "this task" : "task \"" + task.id() + "\"";
        }
    }

    Document(Definition definition, Cursor workflow, StructureCheck structure, Problems problems) {
        this.definition = definition;
        this.workflow = workflow;
        this.structure = structure;
        this.problems = problems;
        Cursor list = workflow.at("tasks");
        List<Cursor> places = list == null ? List.of() : list.items().toList();
        this.tasks = IntStream.range(
                        0, Math.min(places.size(), definition.tasks().size()))
                .mapToObj(index -> new TaskPlace(definition.tasks().get(index), places.get(index), structure))
                .toList();
        this.firstOf = HashMap.newHashMap(tasks.size());
        tasks.forEach(place -> firstOf.putIfAbsent(place.task().id(), place));
    }

    Definition definition() {
        return definition;
    }

    Cursor workflow() {
        return workflow;
    }

    StructureCheck structure() {
        return structure;
    }

    List<TaskPlace> tasks() {
        return tasks;
    }

    /** Of tasks that share an id the first, which is the one that a graph knows. */
    TaskPlace first(String id) {
        TaskPlace first = firstOf.get(id);
        if (first == null) {
            throw new IllegalArgumentException("the document has no task \"" + id + "\"");
        }
        return first;
    }

    /** A value below the workflow, if it is there and every step to it fits the grammar. */
    @Nullable Cursor good(String... keys) {
        Cursor here = workflow;
        for (String key : keys) {
            Cursor next = here.at(key);
            if (next == null || structure.isBad(next.node())) {
                return null;
            }
            here = next;
        }
        return here;
    }

    /** Whether a section is there but could not be read, so that what refers to it cannot be judged. */
    boolean unreadable(String key) {
        Cursor section = workflow.at(key);
        return section != null && (structure.isBad(section.node()) || !(section.node() instanceof Node.Mapping));
    }

    /** Whether so many problems were found that looking for more is of no use. */
    boolean full() {
        return problems.full();
    }

    void problem(ProblemCode code, Cursor where, String message, @Nullable String hint) {
        problems.add(code, where, message, hint);
    }

    /** A problem with a key rather than with its value. */
    void problemWithKey(ProblemCode code, Cursor mapping, String key, String message, @Nullable String hint) {
        Node.Entry entry = mapping.node() instanceof Node.Mapping node ? node.entry(key) : null;
        problems.add(
                code,
                mapping.path().then(key),
                entry == null ? mapping.node().span() : entry.key().span(),
                message,
                hint);
    }

    void problemInside(ProblemCode code, Cursor string, int offset, int length, String message, @Nullable String hint) {
        problems.addInside(code, string, offset, length, message, hint);
    }
}
