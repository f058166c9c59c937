package dev.capocomico.cli.graph;

import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Plans to draw. */
final class Workflows {
    private static final List<String> ROLES = List.of("planner", "researcher", "writer", "critic");

    private Workflows() {}

    static Plan research() {
        return Plan.of(Workflow.named("multi_agent_research")
                .version("1.0")
                .agent("supervisor", role -> role.type("supervisor_agent"))
                .agent("researchers", role -> role.type("research_agent").count(3))
                .task("decompose", task -> task.agent("supervisor").estimate(Duration.ofMinutes(5)))
                .task("research", task -> task.agent("researchers")
                        .parallel()
                        .dependsOn("decompose")
                        .estimate(Duration.ofMinutes(30)))
                .task(
                        "synthesize",
                        task -> task.agent("supervisor").dependsOn("research").estimate(Duration.ofMinutes(10)))
                .build());
    }

    /** One of each kind of task. */
    static Plan order() {
        return Plan.of(Workflow.named("order")
                .version("3")
                .agent("payments", role -> role)
                .agent("warehouse", role -> role)
                .agent("mail", role -> role)
                .task("validate", task -> task.agent("payments").estimate(Duration.ofSeconds(2)))
                .task(
                        "charge",
                        task -> task.agent("payments").dependsOn("validate").estimate(Duration.ofSeconds(20)))
                .task("reserve", task -> task.agent("warehouse")
                        .forEach("${input.items}")
                        .dependsOn("validate")
                        .estimate(Duration.ofMinutes(3)))
                .task("approve", task -> task.waitFor("approval", Duration.ofDays(2))
                        .dependsOn("charge"))
                .task("cool_off", task -> task.sleep(Duration.ofMinutes(10)).dependsOn("charge"))
                .task("ship", task -> task.agent("warehouse")
                        .dependsOn("reserve", "approve", "charge")
                        .estimate(Duration.ofHours(4)))
                .task("bill", task -> task.child("billing", "2").dependsOn("ship"))
                .task("notify", task -> task.agent("mail")
                        .dependsOn("ship", "cool_off")
                        .estimate(Duration.ofSeconds(1))
                        .when("${input.mail}"))
                .build());
    }

    /** Too wide for boxes: one index, and for each of eight samples a download and a search, and a report of all. */
    static Plan samples() {
        Workflow workflow = Workflow.named("samples")
                .agent("indexer", role -> role)
                .agent("fetcher", role -> role)
                .agent("aligner", role -> role)
                .task("index", task -> task.agent("indexer").estimate(Duration.ofSeconds(6)));
        String[] searches = new String[8];
        for (int i = 0; i < searches.length; i++) {
            String sample = String.valueOf(i + 1);
            int seconds = 400 + i * 37 % 90;
            searches[i] = "search_" + sample;
            workflow.task("fetch_" + sample, task -> task.agent("fetcher").estimate(Duration.ofSeconds(seconds)));
            workflow.task("search_" + sample, task -> task.agent("aligner")
                    .dependsOn("index", "fetch_" + sample)
                    .estimate(Duration.ofSeconds(50)));
        }
        return Plan.of(workflow.task(
                        "report",
                        task -> task.agent("aligner").dependsOn(searches).estimate(Duration.ofMillis(150)))
                .build());
    }

    /** A thousand tasks in five families, as simulations have them. */
    static Plan survey() {
        Workflow workflow = Workflow.named("survey");
        for (String role : List.of("project", "compare", "fit", "correct", "add")) {
            workflow.agent(role, settings -> settings);
        }
        String[] projections = new String[75];
        String[] comparisons = new String[900];
        String[] corrections = new String[projections.length];
        for (int i = 0; i < projections.length; i++) {
            String id = "project_" + i;
            projections[i] = id;
            int seconds = 500 + i * 31 % 110;
            workflow.task(id, task -> task.agent("project").action("project").estimate(Duration.ofSeconds(seconds)));
        }
        for (int i = 0; i < comparisons.length; i++) {
            String id = "compare_" + i;
            comparisons[i] = id;
            String one = projections[i % projections.length];
            String other = projections[(i * 7 + 3) % projections.length];
            workflow.task(id, task -> task.agent("compare")
                    .action("compare")
                    .dependsOn(one, other)
                    .estimate(Duration.ofSeconds(2)));
        }
        workflow.task("fit", task -> task.agent("fit").dependsOn(comparisons).estimate(Duration.ofSeconds(3)));
        for (int i = 0; i < corrections.length; i++) {
            String id = "correct_" + i;
            corrections[i] = id;
            String projection = projections[i];
            workflow.task(id, task -> task.agent("correct")
                    .action("correct")
                    .dependsOn(projection, "fit")
                    .estimate(Duration.ofSeconds(4)));
        }
        return Plan.of(workflow.task("add", task -> task.agent("add").dependsOn(corrections))
                .build());
    }

    /** Everything that a checked definition may hold and that means something to somebody. */
    static Plan hostile() {
        return Plan.of(Workflow.named("hostile")
                .version("1 \"<&>\\ # ${x}\n\u0007\u001b[31m \uD83D\uDE80")
                .description("a <b> & \"c\" ]]> \u0000\uFFFF \uD83D")
                .agent("end", role -> role)
                .task("end", task -> task.agent("end").action("`x` <script>alert(1)</script>"))
                .task("a.b-c--x", task -> task.waitFor(
                                "\"]; click <b>&amp;</b> 'q' `md` \n%% | # \uD83D\uDE80 \u65E5\u672C")
                        .dependsOn("end"))
                .task("subgraph", task -> task.child("x", "1\\N \" --> t9").dependsOn("a.b-c--x", "end"))
                .task("_o--x", task -> task.agent("end")
                        .onEvent(new EventWait("a\u202Eb{{}}[/] e\u0301", null, null))
                        .dependsOn("end"))
                .build());
    }

    static Plan chain(int length) {
        Workflow workflow = Workflow.named("chain").agent("planner", role -> role);
        for (int i = 0; i < length; i++) {
            String[] before = i == 0 ? new String[0] : new String[] {"t" + (i - 1)};
            workflow.task("t" + i, task -> task.agent("planner").dependsOn(before));
        }
        return Plan.of(workflow.build());
    }

    static Plan wide(int width) {
        Workflow workflow = Workflow.named("wide").agent("planner", role -> role);
        for (int i = 0; i < width; i++) {
            workflow.task("t" + i, task -> task.agent("planner"));
        }
        return Plan.of(workflow.build());
    }

    static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** Tasks that depend on a few of those before them, mostly of those just before. */
    static Plan random(RandomGenerator random, int tasksMax) {
        int size = random.nextInt(1, tasksMax + 1);
        int near = random.nextInt(1, 8);
        double dependencies = random.nextDouble(0.2, 2.5);
        Workflow workflow = Workflow.named("random");
        ROLES.forEach(name -> workflow.agent(name, role -> role.count(3)));
        for (int i = 0; i < size; i++) {
            Set<String> before = new LinkedHashSet<>();
            for (int k = 0; i > 0 && k < 4; k++) {
                if (random.nextDouble() < dependencies / 4) {
                    int from =
                            random.nextInt(10) < 8 ? Math.max(0, i - random.nextInt(1, near + 1)) : random.nextInt(i);
                    before.add(id(from));
                }
            }
            String role = ROLES.get(random.nextInt(ROLES.size()));
            int seconds = random.nextInt(1, 5_000);
            boolean estimated = random.nextInt(10) > 0;
            List<String> dependsOn = new ArrayList<>(before);
            workflow.task(id(i), task -> {
                task.agent(role).dependsOn(dependsOn.toArray(String[]::new));
                return estimated ? task.estimate(Duration.ofSeconds(seconds)) : task;
            });
        }
        return Plan.of(workflow.build());
    }

    private static String id(int task) {
        return "task-" + task + ".a_long_name".repeat(task % 3);
    }

    /** {@code "a -> b"} for each edge. */
    static Set<String> edges(Plan plan) {
        Set<String> edges = new LinkedHashSet<>();
        for (int task = 0; task < plan.size(); task++) {
            for (int k = 0; k < plan.graph().successorCount(task); k++) {
                edges.add(plan.graph().id(task) + " -> "
                        + plan.graph().id(plan.graph().successor(task, k)));
            }
        }
        return edges;
    }
}
