package dev.capocomico;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * A node with little memory, in a JVM of its own. Its arguments are the address, user and password of a database. It says {@code ready} and the port on which
 * it serves HTTP. Of the orders that it reads, {@code wait} and {@code grow} begin executions, and {@code heap} tells what remains on the heap after a
 * collection.
 */
final class LittleMemoryNode {
    static final int OUTPUT_LENGTH = 1024 * 1024;

    static final int FAN = 400;
    static final int CHAINS = 4;
    static final int CHAIN = 25;

    private final Capocomico capo;

    private LittleMemoryNode(Capocomico capo) {
        this.capo = capo;
    }

    public static void main(String[] arguments) {
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                Capocomico capo = Capocomico.builder()
                        .database(arguments[0], arguments[1], arguments[2])
                        .agent("grow", task -> grown(task.input().asText()))
                        .agent("measure", task -> task.input().asText().length())
                        .insecureHttp()
                        .httpPort(0)
                        .start()) {
            System.out.println("ready " + capo.httpAddress().orElseThrow().getPort());
            LittleMemoryNode node = new LittleMemoryNode(capo);
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                System.out.println(node.answer(order));
            }
        } catch (Exception e) {
            e.printStackTrace();
            // A thread of the node that lives on must not keep the test waiting.
            Runtime.getRuntime().halt(1);
        }
    }

    private String answer(String order) throws InterruptedException {
        return switch (order) {
            case "wait" -> {
                capo.execute(capo.register(waiting()), null, ExecutionOptions.id("waits"));
                yield "waits";
            }
            case "grow" -> {
                capo.execute(capo.register(fan()), null, ExecutionOptions.id("fan"));
                for (int i = 0; i < CHAINS; i++) {
                    capo.execute(capo.register(chain()), i, ExecutionOptions.id("chain-" + i));
                }
                yield "grows";
            }
            case "heap" -> {
                System.gc();
                yield Long.toString(
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            }
            default -> throw new IllegalArgumentException("no such order: " + order);
        };
    }

    /** Signals of this name are held while it waits for another. */
    private static Definition waiting() {
        return Workflow.named("waiting")
                .task("stay", task -> task.waitFor("stay"))
                .task("go", task -> task.waitFor("go").dependsOn("stay"))
                .output("${size(tasks.go.output)}")
                .build();
    }

    private static Definition fan() {
        return Workflow.named("fan")
                .agent("g", role -> role.type("grow"))
                .agent("m", role -> role.type("measure"))
                .task("grow", task -> task.agent("g")
                        .forEach(IntStream.range(0, FAN).boxed().toList())
                        .input("${item}"))
                .task("wait", task -> task.waitFor("go").dependsOn("grow"))
                .task("one", task -> task.agent("m").dependsOn("wait").input("${tasks.grow.output[17]}"))
                .task("check", task -> task.dependsOn("one")
                        .when("${tasks.one.output == %d && size(tasks.grow.output) == %d}"
                                .formatted(OUTPUT_LENGTH, FAN))
                        .sleep(Duration.ZERO))
                .output("${tasks.grow.output}")
                .build();
    }

    /** Each task makes a new text of the one before. */
    private static Definition chain() {
        Workflow workflow = Workflow.named("chain").agent("g", role -> role.type("grow"));
        workflow.task("t0", task -> task.agent("g").input("0 ${input}"));
        for (int i = 1; i < CHAIN; i++) {
            String before = "t" + (i - 1);
            String input = i + " ${input} ${size(tasks." + before + ".output)}";
            workflow.task("t" + i, task -> task.agent("g").dependsOn(before).input(input));
        }
        return workflow.task("wait", task -> task.waitFor("go").dependsOn("t" + (CHAIN - 1)))
                .output("${tasks.t" + (CHAIN - 1) + ".output}")
                .build();
    }

    /** No two inputs give the same. */
    private static String grown(String input) {
        String seed = input.substring(0, Math.min(input.length(), 20)) + "+";
        return (seed + "x".repeat(OUTPUT_LENGTH)).substring(0, OUTPUT_LENGTH);
    }
}
