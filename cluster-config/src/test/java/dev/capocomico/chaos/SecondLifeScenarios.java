package dev.capocomico.chaos;

import static dev.capocomico.chaos.Scenarios.ids;
import static dev.capocomico.chaos.Scenarios.undoable;
import static dev.capocomico.chaos.Scenarios.workflow;

import dev.capocomico.chaos.Deed.Verb;
import dev.capocomico.chaos.Expectation.Compensable;
import dev.capocomico.chaos.Expectation.Order;
import dev.capocomico.chaos.Scenario.Part;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import java.util.List;
import java.util.Map;

/** Executions that fail and are retried. */
final class SecondLifeScenarios {
    private static final String LACKING = "OUT_OF_STOCK";
    private static final int BAD_ITEM = 13;

    private SecondLifeScenarios() {}

    static List<Scenario> all() {
        return List.of(mended(), mendedSaga(), undoneTwice());
    }

    /** What was done before stays done, also in the fan-out in which one has failed. */
    private static Scenario mended() {
        Definition definition = workflow("mended")
                .task("each", task -> task.agent("a")
                        .action("add")
                        .forEach("${input.items}", 2)
                        .input(Map.of(
                                "n",
                                "${item}",
                                "element",
                                "${index}",
                                "fail",
                                "${item == " + BAD_ITEM + " ? '" + LACKING + "' : ''}")))
                .task("all", task -> task.agent("a")
                        .action("sum")
                        .input(Map.of("values", "${tasks.each.output}"))
                        .dependsOn("each"))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            int bad = random.nextInt(4);
            int sum = 0;
            var items = input.putArray("items");
            for (int i = 0; i < 4; i++) {
                int item = i == bad ? BAD_ITEM : random.nextInt(BAD_ITEM);
                items.add(item);
                sum += item + 1;
            }
            return Part.of(
                    Expectation.completed(ids(definition), Map.of("all", sum))
                            .afterFailure(LACKING, Compensable.NOTHING),
                    Deed.of(Verb.MEND_AND_RETRY, id, random.nextInt(500)));
        });
    }

    private static Definition saga(String name) {
        Workflow workflow = workflow(name).saga(SagaStrategy.BACKWARD);
        undoable(workflow, "reserve");
        workflow.task("pack", task -> task.agent("a")
                .action("add")
                .forEach(List.of(1, 2, 3), 2)
                .input(Map.of("n", "${item}", "element", "${index}"))
                .compensate("a", Call.UNDO, Map.of("element", "${index}", "fail_up_to", 1))
                .dependsOn("reserve"));
        workflow.task("ship", task -> task.agent("a")
                .action("sum")
                .input(Map.of("fail", LACKING, "values", "${tasks.pack.output}"))
                .dependsOn("pack"));
        return workflow.build();
    }

    private static Compensable undone() {
        return new Compensable(List.of("reserve", "pack"), Order.BACKWARD);
    }

    /** What was undone is done anew. */
    private static Scenario mendedSaga() {
        Definition definition = saga("mended_saga");
        return new Scenario(definition, (id, input, random) -> {
            input.put("n", random.nextInt(1_000));
            return Part.of(
                    Expectation.completed(ids(definition), Map.of("ship", 9)).afterFailure(LACKING, undone()),
                    Deed.of(Verb.MEND_AND_RETRY, id, random.nextInt(500)));
        });
    }

    /** Done anew, in vain, and undone anew. */
    private static Scenario undoneTwice() {
        Definition definition = saga("undone_twice");
        return new Scenario(definition, (id, input, random) -> {
            input.put("n", random.nextInt(1_000));
            return Part.of(
                    Expectation.ended("failed", LACKING, ids(definition), undone())
                            .afterFailure(LACKING, undone()),
                    Deed.of(Verb.RETRY, id, random.nextInt(500)));
        });
    }
}
