package dev.capocomico;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A program that executes workflows and may be killed at any moment, run by tests in a JVM of its own. Arguments: the data
 * directory, the file of calls, how many executions. Each call of an agent writes a line when it begins and a line when it ends, in a
 * file that knows nothing of the database.
 */
final class NodeToBeKilled {
    static final int TASKS = 6;

    private NodeToBeKilled() {}

    public static void main(String[] arguments) {
        try {
            run(arguments);
        } catch (Exception e) {
            e.printStackTrace();
            // A thread of the node that lives on must not keep the test waiting.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void run(String[] arguments) throws Exception {
        Path calls = Path.of(arguments[1]);
        int executions = Integer.parseInt(arguments[2]);
        Capocomico capo = Capocomico.builder()
                .embeddedDatabase(Path.of(arguments[0]))
                .agent("steps", task -> step(task, calls))
                .workerPoolSize(8)
                .start();
        WorkflowRef chain = capo.register(chain());
        for (int i = 0; i < executions; i++) {
            capo.execute(chain, Map.of("n", i), ExecutionOptions.id("run-" + i));
        }
        System.out.println("accepted");
        for (int i = 0; i < executions; i++) {
            System.out.println(capo.execution("run-" + i).await(Duration.ofSeconds(60)));
        }
        System.out.println("done");
        capo.close();
        System.out.println("closed");
    }

    /** Each task hands on one more than it was given. */
    private static Definition chain() {
        Workflow workflow = Workflow.named("chain").agent("s", role -> role.type("steps"));
        for (int i = 0; i < TASKS; i++) {
            String before = "t" + (i - 1);
            String input = i == 0 ? "${input.n}" : "${tasks." + before + ".output}";
            List<String> dependencies = i == 0 ? List.of() : List.of(before);
            workflow = workflow.task(
                    "t" + i, task -> task.agent("s").input(input).dependsOn(dependencies.toArray(String[]::new)));
        }
        return workflow.build();
    }

    private static Object step(Task task, Path calls) throws IOException, InterruptedException {
        note(calls, "begin " + task.idempotencyKey());
        Thread.sleep(20);
        note(calls, "end " + task.idempotencyKey());
        return task.input().asInt() + 1;
    }

    private static synchronized void note(Path calls, String line) throws IOException {
        Files.writeString(calls, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
