package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an execution must end, whatever is killed meanwhile, and what its history must hold. Said by the one who wrote the workflow, by
 * arithmetic and not by asking the engine.
 *
 * @param kind completed, failed, cancelled, timed_out
 * @param code of the failure; null where there is none to speak of
 * @param output of one that completed
 * @param tasks the ids of the tasks in the order of the definition, which is that of their numbers in the journal
 * @param compensable how the tasks that name a compensation are undone when it does not complete
 * @param codeBefore of the failure after which it is retried; null where it is not
 * @param mayNeverBegin whether it is a child whose parent may end before
 */
record Expectation(
        String kind,
        @Nullable String code,
        @Nullable JsonNode output,
        List<String> tasks,
        Compensable compensable,
        @Nullable String codeBefore,
        boolean mayNeverBegin) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What is undone.
     *
     * @param tasks those that name a compensation
     * @param order of undoing
     */
    record Compensable(List<String> tasks, Order order) {
        static final Compensable NOTHING = new Compensable(List.of(), Order.BACKWARD);
    }

    enum Order {
        BACKWARD,
        FORWARD,
        AT_ONCE
    }

    static Expectation completed(List<String> tasks, Object output) {
        return new Expectation("completed", null, JSON.valueToTree(output), tasks, Compensable.NOTHING, null, false);
    }

    static Expectation completed(List<String> tasks, Map<String, ?> outputs) {
        return completed(tasks, (Object) outputs);
    }

    static Expectation ended(String kind, @Nullable String code, List<String> tasks, Compensable compensable) {
        return new Expectation(kind, code, null, tasks, compensable, null, false);
    }

    /** Before it ends so it fails, all that is compensable is undone, and somebody has it retried. */
    Expectation afterFailure(String failureCode, Compensable undoneThen) {
        return new Expectation(kind, code, output, tasks, undoneThen, failureCode, mayNeverBegin);
    }

    Expectation ifItBegins() {
        return new Expectation(kind, code, output, tasks, compensable, codeBefore, true);
    }
}
