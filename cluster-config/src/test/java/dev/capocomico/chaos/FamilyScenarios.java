package dev.capocomico.chaos;

import static dev.capocomico.chaos.Scenarios.adding;
import static dev.capocomico.chaos.Scenarios.ids;
import static dev.capocomico.chaos.Scenarios.undoable;
import static dev.capocomico.chaos.Scenarios.workflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.chaos.Deed.Verb;
import dev.capocomico.chaos.Expectation.Compensable;
import dev.capocomico.chaos.Expectation.Order;
import dev.capocomico.chaos.Scenario.Part;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Workflows that begin others. */
final class FamilyScenarios {
    private static final String TOO_EARLY = "NOT_THIS_TIME";
    private static final String LACKING = "OUT_OF_STOCK";

    private FamilyScenarios() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>(List.of(
                parent(),
                family(),
                parentOfFailing(),
                parentCancelled(),
                stubborn(),
                secondChild(),
                secondGeneration()));
        if (Workload.CHILDREN.isChosen()) {
            all.add(impatient());
        }
        return all;
    }

    /** By the rule that the documents give for the ids of children. */
    private static String childOf(String execution, int element, String generation) {
        return execution + ":child:" + element + ":1:" + generation;
    }

    private static Expectation ofChild(Scenario scenario, String child, int n) {
        return scenario.cast()
                .of(child, JsonNodeFactory.instance.objectNode().put("n", n), new SplittableRandom(n))
                .expectation();
    }

    private static Scenario parent() {
        Definition definition = workflow("parent")
                .task("before", task -> adding(task, "${input.n}"))
                .task("child", task -> task.child("chain")
                        .input(Map.of("n", "${tasks.before.output}"))
                        .dependsOn("before"))
                .task("after", task -> adding(task, "${tasks.child.output.t5}", "child"))
                .build();
        Definition chain = Scenarios.chain().definition();
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(1_000);
            input.put("n", n);
            return Part.of(Expectation.completed(ids(definition), Map.of("after", n + 8)))
                    .with(childOf(id, 0, "0"), Expectation.completed(ids(chain), Map.of("t5", n + 7)));
        });
    }

    /** Several children, some at the same time. */
    private static Scenario family() {
        Definition definition = workflow("family")
                .task("child", task -> task.child("diamond")
                        .forEach("${input.items}", 2)
                        .input(Map.of("n", "${item}")))
                .task("all", task -> task.agent("a")
                        .action("sum")
                        .input(Map.of("values", "${tasks.child.output.map(one, one.bottom)}"))
                        .dependsOn("child"))
                .build();
        Definition diamond = Scenarios.diamond().definition();
        return new Scenario(definition, (id, input, random) -> {
            var items = input.putArray("items");
            int[] bottoms = new int[2 + random.nextInt(3)];
            int sum = 0;
            for (int i = 0; i < bottoms.length; i++) {
                int n = random.nextInt(1_000);
                items.add(n);
                bottoms[i] = n + 2 + (n % 2 == 0 ? n + 2 : 0);
                sum += bottoms[i];
            }
            Part part = Part.of(Expectation.completed(ids(definition), Map.of("all", sum)));
            for (int i = 0; i < bottoms.length; i++) {
                part = part.with(
                        childOf(id, i, "0"), Expectation.completed(ids(diamond), Map.of("bottom", bottoms[i])));
            }
            return part;
        });
    }

    /** Its child undoes its own work, and then it undoes its own. */
    private static Scenario parentOfFailing() {
        Scenario child = Scenarios.backward();
        Definition definition = parentOf("parent_of_failing", child);
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(1_000);
            input.put("n", n);
            Expectation failing = ofChild(child, childOf(id, 0, "0"), n);
            return Part.of(Expectation.ended("failed", failing.code(), ids(definition), undoneBefore()))
                    .with(childOf(id, 0, "0"), failing);
        });
    }

    /** The child waits for a signal that never comes, and is cancelled with its parent, if that has come so far. */
    private static Scenario parentCancelled() {
        Scenario child = Scenarios.cancelled();
        Definition definition = parentOf("parent_cancelled", child);
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(1_000);
            input.put("n", n);
            Deed cancel = Deed.cancel(id, 400 + random.nextInt(1_500), "all of them");
            return Part.of(Expectation.ended("cancelled", null, ids(definition), undoneBefore()), cancel)
                    .with(
                            childOf(id, 0, "0"),
                            ofChild(child, childOf(id, 0, "0"), n).ifItBegins());
        });
    }

    private static Definition parentOf(String name, Scenario child) {
        Workflow workflow = workflow(name).saga(SagaStrategy.BACKWARD);
        undoable(workflow, "before");
        workflow.task("child", task -> task.child(child.name())
                .input(Map.of("n", "${input.n}"))
                .dependsOn("before"));
        return workflow.build();
    }

    private static Compensable undoneBefore() {
        return new Compensable(List.of("before"), Order.BACKWARD);
    }

    /** Fails if it is nobody's second child. */
    private static Scenario stubborn() {
        Definition definition = workflow("stubborn")
                .task("only", task -> task.agent("a")
                        .action("add")
                        .input(Map.of(
                                "n",
                                "${input.n}",
                                "fail",
                                "${execution.id.endsWith(':1') ? '' : '" + TOO_EARLY + "'}")))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            input.put("n", random.nextInt(1_000));
            return Part.of(failedStubborn(definition));
        });
    }

    private static Expectation failedStubborn(Definition definition) {
        return Expectation.ended("failed", TOO_EARLY, ids(definition), Compensable.NOTHING);
    }

    /** After the first child has failed, the policy says that there is another. */
    private static Scenario secondChild() {
        Definition definition = workflow("second_child")
                .task(
                        "child",
                        task -> task.child("stubborn").retry(Scenarios.SOON).input(Map.of("n", "${input.n}")))
                .build();
        return twoChildren(definition, "0:1", false);
    }

    /** After the first child has failed so has its parent, and somebody has that retried. */
    private static Scenario secondGeneration() {
        Definition definition = workflow("second_generation")
                .task("child", task -> task.child("stubborn").input(Map.of("n", "${input.n}")))
                .build();
        return twoChildren(definition, "1", true);
    }

    /** After its child has failed, and while it waits to begin another, it fails by something else, and somebody has it retried. */
    private static Scenario impatient() {
        Definition definition = workflow("impatient")
                .task(
                        "child",
                        task -> task.child("stubborn").retry(Scenarios.LATE).input(Map.of("n", "${input.n}")))
                .task("told", task -> task.waitFor("give_up"))
                .task("other", task -> task.agent("a")
                        .action("add")
                        .input(Map.of("n", "${input.n}", "fail", LACKING))
                        .dependsOn("told"))
                .build();
        Definition stubborn = stubborn().definition();
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(1_000);
            input.put("n", n);
            String first = childOf(id, 0, "0");
            return Part.of(
                            Expectation.completed(
                                            ids(definition), Map.of("child", Map.of("only", n + 1), "other", n + 1))
                                    .afterFailure(LACKING, Compensable.NOTHING),
                            Deed.signalAfterFailure(id, "give_up", "k1", JsonNodeFactory.instance.textNode(first)),
                            Deed.of(Verb.MEND_AND_RETRY, id, random.nextInt(500)))
                    .with(first, failedStubborn(stubborn))
                    .with(childOf(id, 0, "1"), Expectation.completed(ids(stubborn), Map.of("only", n + 1)));
        });
    }

    private static Scenario twoChildren(Definition definition, String second, boolean retried) {
        Definition stubborn = stubborn().definition();
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(1_000);
            input.put("n", n);
            Expectation completed = Expectation.completed(ids(definition), Map.of("child", Map.of("only", n + 1)));
            Part part = retried
                    ? Part.of(
                            completed.afterFailure(TOO_EARLY, Compensable.NOTHING),
                            Deed.of(Verb.RETRY, id, random.nextInt(500)))
                    : Part.of(completed);
            return part.with(childOf(id, 0, "0"), failedStubborn(stubborn))
                    .with(childOf(id, 0, second), Expectation.completed(ids(stubborn), Map.of("only", n + 1)));
        });
    }
}
