package dev.capocomico;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program one of whose tasks takes it down, run by a test in a JVM of its own, again and again. Arguments: the data directory, the
 * file of calls, how many innocents there are beside the poison, and as many again in executions of their own.
 */
final class PoisonedNode {
    static final int KILLED = 42;
    static final String POISON = "poison";

    private PoisonedNode() {}

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
        int innocents = Integer.parseInt(arguments[2]);
        Capocomico capo = Capocomico.builder()
                .embeddedDatabase(Path.of(arguments[0]))
                .agent("taster", task -> taste(task.input(), calls))
                .workerPoolSize(8)
                .start();
        WorkflowRef together = capo.register(Workflow.named("together")
                .agent("t", role -> role.type("taster"))
                .task("taste", task -> task.agent("t")
                        .forEach("${input}")
                        .input("${item}")
                        .onFailure(OnFailure.CONTINUE))
                .build());
        WorkflowRef single = capo.register(Workflow.named("single")
                .agent("t", role -> role.type("taster"))
                .task("taste", task -> task.agent("t").input("${input}"))
                .build());
        List<String> dishes = new ArrayList<>();
        dishes.add(POISON);
        List<Execution> all = new ArrayList<>();
        for (int i = 0; i < innocents; i++) {
            dishes.add("dish-" + i);
        }
        // The same ids again and again: begun the first time, and called back to life the others.
        all.add(capo.execute(together, dishes, ExecutionOptions.id("together")));
        for (int i = 0; i < innocents; i++) {
            all.add(capo.execute(single, "single-" + i, ExecutionOptions.id("single-" + i)));
        }
        for (Execution one : all) {
            System.out.println(one.id() + " " + one.await(Duration.ofSeconds(60)));
        }
        System.out.println("done");
        capo.close();
    }

    private static Object taste(JsonNode dish, Path calls) throws IOException, InterruptedException {
        note(calls, dish.asText());
        if (dish.asText().equals(POISON)) {
            Runtime.getRuntime().halt(KILLED);
        }
        Thread.sleep(5); // the work itself
        return dish;
    }

    private static synchronized void note(Path calls, String line) throws IOException {
        Files.writeString(calls, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
