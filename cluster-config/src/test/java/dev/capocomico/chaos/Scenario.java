package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Definition;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A workflow, what is done with an execution of it, and how that must end.
 *
 * @param cast gives input, deeds and expectation of one execution
 */
record Scenario(Definition definition, Cast cast) {
    @FunctionalInterface
    interface Cast {
        /**
         * Makes one.
         *
         * @param input an empty object, to be filled
         */
        Part of(String execution, ObjectNode input, SplittableRandom random);
    }

    /**
     * One execution.
     *
     * @param deeds what is done with it after its start, in this order
     */
    record Part(List<Deed> deeds, Expectation expectation) {
        static Part of(Expectation expectation, Deed... deeds) {
            return new Part(List.of(deeds), expectation);
        }
    }

    String name() {
        return definition.name();
    }

    List<String> taskIds() {
        return definition.tasks().stream().map(task -> task.id()).toList();
    }
}
