package dev.capocomico;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * A node with executions that sleep and executions in the middle of an attempt, run by a test in a JVM of its own, to be killed
 * when it has said "ready". Arguments: address, user and password of the database, how many sleep, how many work.
 */
final class SleepersToBeKilled {
    static final Duration NAP = Duration.ofSeconds(4);
    static final Duration PARK_AFTER = Duration.ofSeconds(1);

    private SleepersToBeKilled() {}

    static Definition nap() {
        return Workflow.named("nap").task("sleep", task -> task.sleep(NAP)).build();
    }

    static Definition work() {
        return Workflow.named("work")
                .agent("w", role -> role.type("worker"))
                .task("first", task -> task.agent("w"))
                .task("second", task -> task.agent("w").dependsOn("first"))
                .build();
    }

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
        int sleepers = Integer.parseInt(arguments[3]);
        int workers = Integer.parseInt(arguments[4]);
        Semaphore begun = new Semaphore(0);
        Capocomico capo = Capocomico.builder()
                .database(arguments[0], arguments[1], arguments[2])
                .parkAfter(PARK_AFTER)
                .agent("worker", task -> {
                    begun.release();
                    Thread.sleep(Duration.ofMinutes(10)); // until the node is killed
                    return null;
                })
                .workerPoolSize(workers)
                .start();
        WorkflowRef work = capo.register(work());
        WorkflowRef nap = capo.register(nap());
        for (int i = 0; i < workers; i++) {
            capo.execute(work, null, ExecutionOptions.id("work-" + i));
        }
        begun.acquire(workers);
        try (ExecutorService clients = Executors.newFixedThreadPool(32)) {
            List<Future<?>> accepted = new ArrayList<>();
            for (int i = 0; i < sleepers; i++) {
                String id = "nap-" + i;
                accepted.add(clients.submit(() -> capo.execute(nap, null, ExecutionOptions.id(id))));
            }
            for (Future<?> one : accepted) {
                one.get();
            }
        }
        System.out.println("ready");
    }
}
