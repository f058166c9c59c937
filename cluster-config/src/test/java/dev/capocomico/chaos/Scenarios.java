package dev.capocomico.chaos;

import static dev.capocomico.chaos.Scenario.Part;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.chaos.Deed.Verb;
import dev.capocomico.chaos.Expectation.Compensable;
import dev.capocomico.chaos.Expectation.Order;
import dev.capocomico.model.definition.CoordinationType;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.retry.RetryStrategy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The mixed workflows that run while things are killed: between them they use what the language has. */
final class Scenarios {
    static final String AGENT = "performer";
    static final String DAG = "dag";

    /** Agents that are told to fail do so in a row; left alone for as long as usual they would be all that a run waits for. */
    private static final int BREAKS_AFTER = 10;

    private static final String TOPIC = "orders.paid";
    private static final int DAG_SPEED = 500;
    static final RetryPolicy SOON = retries(3, RetryStrategy.FIXED);

    private Scenarios() {}

    /** So late that something else happens before. */
    static final RetryPolicy LATE = new RetryPolicy(
            RetryStrategy.FIXED, 3, Duration.ofMinutes(10), Duration.ofMinutes(10), 2, 0, List.of(), List.of());

    private static RetryPolicy retries(int most, RetryStrategy strategy) {
        return new RetryPolicy(
                strategy, most, Duration.ofMillis(40), Duration.ofMillis(200), 2, 0.1, List.of(), List.of());
    }

    static List<Scenario> all() {
        return Stream.of(alone(), FamilyScenarios.all(), SecondLifeScenarios.all())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Scenario> alone() {
        return List.of(
                chain(),
                diamond(),
                fanOut(),
                slots(),
                rounds(),
                approval(),
                deadlines(),
                passedOver(),
                large(),
                paused(),
                backward(),
                atOnce(),
                cancelled(),
                cancelledAtWork(),
                outOfTime(),
                paid());
    }

    /** The real one of a thousand tasks, so fast that it takes seconds. */
    static Scenario dag() {
        return new Dag(DAG_SPEED).scenario(DAG);
    }

    static Workflow workflow(String name) {
        return Workflow.named(name)
                .circuitBreaker(BREAKS_AFTER, Duration.ofSeconds(1))
                .agent("a", role -> role.type(AGENT));
    }

    static List<String> ids(Definition definition) {
        return definition.tasks().stream().map(task -> task.id()).toList();
    }

    /** Each task hands on one more than it was given. */
    private static Definition line(String name, int tasks, int millis) {
        Workflow workflow = workflow(name);
        for (int i = 0; i < tasks; i++) {
            String value = i == 0 ? "${input.n}" : "${tasks.t%d.output}".formatted(i - 1);
            String[] before = i == 0 ? new String[0] : new String[] {"t" + (i - 1)};
            Map<String, Object> input = new LinkedHashMap<>(Map.of("n", value, "fail_up_to", 2));
            if (millis > 0) {
                input.put("millis", millis);
            }
            workflow.task("t" + i, task -> task.agent("a")
                    .action("add")
                    .retry(SOON)
                    .input(input)
                    .dependsOn(before));
        }
        return workflow.build();
    }

    static Scenario chain() {
        Definition definition = line("chain", 6, 0);
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(1_000);
            input.put("n", n);
            return Part.of(Expectation.completed(ids(definition), Map.of("t5", n + 6)));
        });
    }

    private static Scenario paused() {
        Definition definition = line("paused", 8, 30);
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(1_000);
            input.put("n", n);
            return Part.of(
                    Expectation.completed(ids(definition), Map.of("t7", n + 8)),
                    Deed.of(Verb.PAUSE, id, random.nextInt(150)),
                    Deed.of(Verb.RESUME, id, random.nextInt(500)));
        });
    }

    /** Two ways that meet again, one of which is not always gone. */
    static Scenario diamond() {
        Definition definition = workflow("diamond")
                .task("top", task -> task.agent("a").action("add").input(Map.of("n", "${input.n}")))
                .task("left", task -> adding(task, "${tasks.top.output}", "top"))
                .task("right", task -> adding(task, "${tasks.top.output}", "top")
                        .when("${input.n % 2 == 0}"))
                .task("bottom", task -> task.agent("a")
                        .action("sum")
                        .input(Map.of("values", List.of("${tasks.left.output}", "${tasks.right.output}")))
                        .dependsOn("left", "right"))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(1_000);
            input.put("n", n);
            int sum = n + 2 + (n % 2 == 0 ? n + 2 : 0);
            return Part.of(Expectation.completed(ids(definition), Map.of("bottom", sum)));
        });
    }

    static Workflow.TaskBuilder adding(Workflow.TaskBuilder task, String value, String... before) {
        return task.agent("a")
                .action("add")
                .retry(SOON)
                .input(Map.of("n", value, "fail_up_to", 2))
                .dependsOn(before);
    }

    private static Scenario fanOut() {
        Definition definition = workflow("fan_out")
                .task("each", task -> task.agent("a")
                        .action("add")
                        .forEach("${input.items}", 4)
                        .retry(retries(3, RetryStrategy.EXPONENTIAL))
                        .input(Map.of("n", "${item}", "element", "${index}", "fail_up_to", 2)))
                .task("all", task -> task.agent("a")
                        .action("sum")
                        .input(Map.of("values", "${tasks.each.output}"))
                        .dependsOn("each"))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            int count = random.nextInt(16);
            int sum = 0;
            var items = input.putArray("items");
            for (int i = 0; i < count; i++) {
                int item = random.nextInt(100);
                items.add(item);
                sum += item + 1;
            }
            return Part.of(Expectation.completed(ids(definition), Map.of("all", sum)));
        });
    }

    /** Once on each slot of a role. */
    private static Scenario slots() {
        Definition definition = Workflow.named("slots")
                .agent("a", role -> role.type(AGENT).count(3))
                .task("each", task -> task.agent("a")
                        .action("add")
                        .parallel(2)
                        .input(Map.of("n", "${input.n}", "element", "${index}")))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(1_000);
            input.put("n", n);
            return Part.of(Expectation.completed(ids(definition), Map.of("each", List.of(n + 1, n + 1, n + 1))));
        });
    }

    private static Scenario rounds() {
        Definition definition = workflow("rounds")
                .task("again", task -> task.agent("a")
                        .action("round")
                        .retry(SOON)
                        .input(Map.of("round", "${iteration}", "fail_up_to", 1))
                        .repeat("${output.round >= input.rounds}", 6, Duration.ofMillis(20)))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            int rounds = 1 + random.nextInt(5);
            input.put("rounds", rounds);
            return Part.of(Expectation.completed(ids(definition), Map.of("again", Map.of("round", rounds))));
        });
    }

    /** Signals come early or late, and some of them twice. */
    private static Scenario approval() {
        Definition definition = workflow("approval")
                .task("draft", task -> task.agent("a").action("add").input(Map.of("n", "${input.n}")))
                .task("first", task -> task.waitFor("opinion").dependsOn("draft"))
                .task("nap", task -> task.sleep(Duration.ofMillis(300)).dependsOn("first"))
                .task("second", task -> task.waitFor("opinion").dependsOn("nap"))
                .task("publish", task -> task.agent("a")
                        .action("sum")
                        .input(Map.of("values", List.of("${tasks.first.output}", "${tasks.second.output}")))
                        .dependsOn("second"))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            int one = random.nextInt(100);
            int two = random.nextInt(100);
            input.put("n", one);
            Deed first = Deed.signal(id, random.nextInt(800), "opinion", "k1", number(one));
            Deed second = Deed.signal(id, random.nextInt(800), "opinion", "k2", number(two));
            // Again when it has long ended.
            Deed late = Deed.signal(id, 1_500, "opinion", "k1", number(one));
            Expectation end = Expectation.completed(ids(definition), Map.of("publish", one + two));
            return Workload.REPEATS.isChosen()
                    ? Part.of(end, first, first, second, late)
                    : Part.of(end, first, first, second);
        });
    }

    /** Waits for an event that comes early or late, twice, and after one of its topic that is meant for somebody else. */
    private static Scenario paid() {
        Definition definition = workflow("paid")
                .events(CoordinationType.HYBRID, List.of(TOPIC))
                .task("order", task -> adding(task, "${input.n}"))
                .task("ship", task -> adding(task, "${event.amount}", "order")
                        .onEvent(new EventWait(TOPIC, "${event.order == execution.id}", null)))
                .task("thank", task -> adding(task, "${tasks.ship.output}", "ship"))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            int amount = random.nextInt(1_000);
            input.put("n", amount);
            Deed other = payment(id, random.nextInt(500), "nobody", "other-", amount + 1);
            Deed publish = payment(id, random.nextInt(2_500), id, "", amount);
            return Part.of(
                    Expectation.completed(ids(definition), Map.of("thank", amount + 2)), other, publish, publish);
        });
    }

    private static Deed payment(String id, int afterMillis, String order, String name, int amount) {
        ObjectNode event =
                JsonNodeFactory.instance.objectNode().put("order", order).put("amount", amount);
        return Deed.publish(id, afterMillis, TOPIC, name + "payment-of-" + id, event);
    }

    private static JsonNode number(int value) {
        return JsonNodeFactory.instance.numberNode(value);
    }

    /** An agent that does not answer the first time, and a person that never does. */
    private static Scenario deadlines() {
        Definition definition = workflow("deadlines")
                .task("silent", task -> task.agent("a")
                        .action("add")
                        .timeout(Duration.ofMillis(600))
                        .retry(retries(5, RetryStrategy.FIXED))
                        .input(Map.of("n", "${input.n}", "hang_up_to", 1)))
                .task("nobody", task -> task.waitFor("never", Duration.ofMillis(400))
                        .onFailure(OnFailure.CONTINUE)
                        .dependsOn("silent"))
                .task("end", task -> adding(task, "${tasks.silent.output}", "nobody"))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(1_000);
            input.put("n", n);
            return Part.of(Expectation.completed(ids(definition), Map.of("end", n + 2)));
        });
    }

    private static Scenario passedOver() {
        Definition definition = workflow("passed_over")
                .task(
                        "broken",
                        task -> task.agent("a").input(Map.of("fail", "NO_USE")).onFailure(OnFailure.CONTINUE))
                .task("parts", task -> task.agent("a")
                        .action("add")
                        .forEach("${input.items}", 2)
                        .input(Map.of("n", "${item}", "element", "${index}"))
                        .dependsOn("broken"))
                .task("end", task -> task.agent("a")
                        .action("sum")
                        .input(Map.of("values", "${tasks.parts.output}"))
                        .when("${tasks.broken.status == 'failed' && tasks.broken.output == null}")
                        .dependsOn("parts"))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            int n = random.nextInt(100);
            input.putArray("items").add(n).add(n);
            return Part.of(Expectation.completed(ids(definition), Map.of("end", 2 * n + 2)));
        });
    }

    /** Inputs and outputs that are too large for a row. */
    private static Scenario large() {
        Definition definition = workflow("large")
                .task("grow", task -> task.agent("a")
                        .action("grow")
                        .input(Map.of("text", "${input.text}", "times", 3))
                        .compensate("a", Call.UNDO, Map.of("text", "${output}")))
                .task("measure", task -> task.agent("a")
                        .action("measure")
                        .input(Map.of("text", "${tasks.grow.output}"))
                        .dependsOn("grow"))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            int length = 10_000 + random.nextInt(30_000);
            input.put("text", "x".repeat(length));
            return Part.of(Expectation.completed(ids(definition), Map.of("measure", 3 * length)));
        });
    }

    static Workflow undoable(Workflow workflow, String id, String... before) {
        return workflow.task(id, task -> adding(task, "${input.n}", before)
                .compensate("a", Call.UNDO, Map.of("done", "${output}", "fail_up_to", 1)));
    }

    static Scenario backward() {
        Workflow workflow = workflow("backward").saga(SagaStrategy.BACKWARD);
        undoable(workflow, "reserve");
        undoable(workflow, "charge", "reserve");
        undoable(workflow, "notify", "reserve");
        workflow.task(
                "ship",
                task -> task.agent("a").input(Map.of("fail", "OUT_OF_STOCK")).dependsOn("charge", "notify"));
        return failing(workflow.build(), "OUT_OF_STOCK", List.of("reserve", "charge", "notify"), Order.BACKWARD);
    }

    private static Scenario atOnce() {
        Definition definition = workflow("at_once")
                .saga(SagaStrategy.PARALLEL)
                .task("each", task -> task.agent("a")
                        .action("add")
                        .forEach("${input.items}", 3)
                        .retry(SOON)
                        .input(Map.of("n", "${item}", "element", "${index}", "fail_up_to", 1))
                        .compensate("a", Call.UNDO, Map.of("element", "${index}", "fail_up_to", 1)))
                .task("end", task -> task.agent("a")
                        .input(Map.of("fail", "TOO_MUCH"))
                        .dependsOn("each"))
                .build();
        return new Scenario(definition, (id, input, random) -> {
            var items = input.putArray("items");
            for (int i = 2 + random.nextInt(5); i > 0; i--) {
                items.add(i);
            }
            return Part.of(Expectation.ended(
                    "failed", "TOO_MUCH", ids(definition), new Compensable(List.of("each"), Order.AT_ONCE)));
        });
    }

    private static Scenario failing(Definition definition, String code, List<String> undone, Order order) {
        return new Scenario(definition, (id, input, random) -> {
            input.put("n", random.nextInt(1_000));
            return Part.of(Expectation.ended("failed", code, ids(definition), new Compensable(undone, order)));
        });
    }

    private static Scenario ending(
            Definition definition, String kind, List<String> undone, Function<String, Deed[]> deeds) {
        return new Scenario(definition, (id, input, random) -> {
            input.put("n", random.nextInt(1_000));
            Compensable compensable = new Compensable(undone, Order.BACKWARD);
            return Part.of(Expectation.ended(kind, null, ids(definition), compensable), deeds.apply(id));
        });
    }

    /** Waits for a signal that never comes, until it is cancelled. */
    static Scenario cancelled() {
        Workflow workflow = workflow("cancelled").saga(SagaStrategy.BACKWARD);
        undoable(workflow, "one");
        undoable(workflow, "two", "one");
        workflow.task("wait", task -> task.waitFor("never").dependsOn("two"));
        return ending(workflow.build(), "cancelled", List.of("one", "two"), id ->
                new Deed[] {Deed.cancel(id, 700, "not wanted")});
    }

    /** Its agent works until it is told to stop; nobody knows what it has done, so that is undone too. */
    private static Scenario cancelledAtWork() {
        Workflow workflow = workflow("cancelled_at_work").saga(SagaStrategy.BACKWARD);
        undoable(workflow, "one");
        workflow.task("busy", task -> task.agent("a")
                .input(Map.of("hang_up_to", 100))
                .compensate("a", Call.UNDO, Map.of())
                .dependsOn("one"));
        return ending(workflow.build(), "cancelled", List.of("one", "busy"), id ->
                new Deed[] {Deed.cancel(id, 500, "enough")});
    }

    private static Scenario outOfTime() {
        Workflow workflow =
                workflow("out_of_time").timeout(Duration.ofMillis(2_500)).saga(SagaStrategy.FORWARD);
        workflow.task(
                "one",
                task -> task.agent("a").action("add").input(Map.of("n", 1)).compensate("a", Call.UNDO, Map.of()));
        workflow.task("wait", task -> task.waitFor("never").dependsOn("one"));
        Definition definition = workflow.build();
        return new Scenario(
                definition,
                (id, input, random) -> Part.of(Expectation.ended(
                        "timed_out", null, ids(definition), new Compensable(List.of("one"), Order.FORWARD))));
    }
}
