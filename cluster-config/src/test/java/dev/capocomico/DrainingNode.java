package dev.capocomico;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * A node with attempts at work and more in the queue, run by a test in a JVM of its own, to be told to stop when it has said "ready".
 * Says "draining" when it begins nothing more. Its agents end when the file of its last argument is there. Arguments: address, user and
 * password of the database, the file.
 */
final class DrainingNode {
    static final int PLACES = 2;
    static final int ATTEMPTS = 8;
    static final Duration GRACE = Duration.ofSeconds(60);

    private DrainingNode() {}

    static Definition work() {
        return Workflow.named("work")
                .agent("w", role -> role.type("worker"))
                .task("only", task -> task.agent("w").retry("none"))
                .build();
    }

    public static void main(String[] arguments) {
        try {
            run(arguments);
        } catch (Exception | AssertionError e) {
            e.printStackTrace();
            // A thread of the node that lives on must not keep the test waiting.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void run(String[] arguments) throws Exception {
        Path release = Path.of(arguments[3]);
        Semaphore begun = new Semaphore(0);
        Capocomico capo = Capocomico.builder()
                .database(arguments[0], arguments[1], arguments[2])
                .workerPoolSize(PLACES)
                .stopGrace(GRACE)
                .agent("worker", task -> {
                    begun.release();
                    while (!Files.exists(release)) {
                        Thread.sleep(10);
                    }
                    return task.id();
                })
                .start();
        WorkflowRef work = capo.register(work());
        for (int i = 0; i < ATTEMPTS; i++) {
            capo.execute(work, null, ExecutionOptions.id("work-" + i));
        }
        begun.acquire(PLACES);
        System.out.println("ready");
        DrainSign.await(() -> Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("capocomico-stop"))
                .findFirst()
                .orElse(null));
        System.out.println("draining");
    }
}
