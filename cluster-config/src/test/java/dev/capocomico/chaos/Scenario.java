package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Definition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
     * @param children the executions that it begins itself, by their ids
     */
    record Part(List<Deed> deeds, Expectation expectation, Map<String, Expectation> children) {
        static Part of(Expectation expectation, Deed... deeds) {
            return new Part(List.of(deeds), expectation, Map.of());
        }

        Part with(String child, Expectation ofChild) {
            Map<String, Expectation> more = new HashMap<>(children);
            more.put(child, ofChild);
            return new Part(deeds, expectation, Map.copyOf(more));
        }
    }

    String name() {
        return definition.name();
    }
}
