package dev.capocomico;

import dev.capocomico.model.definition.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program with many agents at work, one of which takes it down while the others are in the middle of theirs; run by a test in a JVM of
 * its own, again and again. Arguments: the data directory, the file of calls, how many attempts there are.
 */
final class SuspectsNode {
    static final int KILLED = 42;
    static final int CULPRIT = 17;

    /** The culprit strikes in the middle of the work of those that began with it. */
    private static final Duration WORK = Duration.ofMillis(600);

    private SuspectsNode() {}

    public static void main(String[] arguments) {
        try {
            run(arguments);
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void run(String[] arguments) throws Exception {
        Path calls = Path.of(arguments[1]);
        int attempts = Integer.parseInt(arguments[2]);
        Capocomico capo = Capocomico.builder()
                .embeddedDatabase(Path.of(arguments[0]))
                .agent("worker", task -> work(task.input().asInt(), calls))
                .workerPoolSize(attempts)
                .start();
        WorkflowRef single = capo.register(Workflow.named("single")
                .agent("w", role -> role.type("worker"))
                .task("work", task -> task.agent("w").input("${input}"))
                .build());
        List<Execution> all = new ArrayList<>();
        for (int i = 0; i < attempts; i++) {
            all.add(capo.execute(single, i, ExecutionOptions.id("single-" + i)));
        }
        for (Execution one : all) {
            String end;
            try {
                end = one.await(Duration.ofSeconds(60)).toString();
            } catch (ExecutionFailed e) {
                end = e.code();
            }
            System.out.println(one.id() + " " + end);
        }
        System.out.println("done");
        capo.close();
    }

    private static Object work(int number, Path calls) throws IOException, InterruptedException {
        note(calls, number);
        Thread.sleep(number == CULPRIT ? WORK.dividedBy(2) : WORK);
        if (number == CULPRIT) {
            Runtime.getRuntime().halt(KILLED);
        }
        return number;
    }

    private static synchronized void note(Path calls, int number) throws IOException {
        Files.writeString(calls, number + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
