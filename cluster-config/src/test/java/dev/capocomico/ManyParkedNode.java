package dev.capocomico;

import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A node that a test runs in a JVM of its own, gives orders by lines of its input, and kills. It answers each order with a line.
 * Arguments: address, user and password of the database.
 *
 * <ul>
 *   <li>{@code begin WAITING SLEEPING DUE} begins executions that wait for a signal, that sleep for a day, and that sleep for {@link #NAP}
 *   <li>{@code settle} waits until all of them have left memory
 *   <li>{@code signal COUNT} signals the first ones, one by one for each of a few clients
 *   <li>{@code report} tells how many executions were read back, how many agents' calls were made for how many tasks, the times from
 *       a signal to the call that follows it in microseconds (p50 and p99), and the heap in bytes that remains after a collection
 * </ul>
 */
final class ManyParkedNode {
    /** Longer than what a timer must be away for its execution to leave memory, and than it takes to begin those that sleep so long. */
    static final Duration NAP = Duration.ofSeconds(90);

    private static final int CLIENTS = 32;
    private static final Duration SETTLING_MAX = Duration.ofSeconds(20);

    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final Map<String, Long> signalledNanos = new ConcurrentHashMap<>();
    private final Map<String, Long> wokenAfterNanos = new ConcurrentHashMap<>();
    private final AtomicInteger recoveries = new AtomicInteger();
    private final Capocomico capo;

    private ManyParkedNode(String[] arguments) throws InterruptedException {
        capo = Capocomico.builder()
                .database(arguments[0], arguments[1], arguments[2])
                .probe(point -> {
                    if (point == CrashPoint.DURING_RECOVERY) {
                        recoveries.incrementAndGet();
                    }
                })
                .agent("note", task -> {
                    calls.merge(task.idempotencyKey(), 1, Integer::sum);
                    Long signalled = signalledNanos.get(task.executionId());
                    if (signalled != null) {
                        wokenAfterNanos.put(task.executionId(), System.nanoTime() - signalled);
                    }
                    return null;
                })
                .start();
    }

    public static void main(String[] arguments) {
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            ManyParkedNode node = new ManyParkedNode(arguments);
            System.out.println("ready");
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                System.out.println(node.answer(order.split(" ", -1)));
            }
            node.capo.close();
        } catch (Exception e) {
            e.printStackTrace();
            // A thread of the node that lives on must not keep the test waiting.
            Runtime.getRuntime().halt(1);
        }
    }

    private String answer(String[] order) throws Exception {
        return switch (order[0]) {
            case "begin" -> {
                begin(waiting(), "wait-", Integer.parseInt(order[1]));
                begin(sleeping("sleeping", Duration.ofDays(1)), "sleep-", Integer.parseInt(order[2]));
                begin(sleeping("napping", NAP), "nap-", Integer.parseInt(order[3]));
                yield "begun";
            }
            case "settle" -> {
                settle();
                yield "settled";
            }
            case "signal" -> {
                signal(Integer.parseInt(order[1]));
                yield "signalled";
            }
            case "report" -> report();
            default -> throw new IllegalArgumentException("no such order: " + order[0]);
        };
    }

    private static Definition waiting() {
        return Workflow.named("waiting")
                .agent("a", role -> role.type("note"))
                .task("wait", task -> task.waitFor("go"))
                .task("note", task -> task.agent("a").dependsOn("wait"))
                .build();
    }

    private static Definition sleeping(String name, Duration length) {
        return Workflow.named(name)
                .agent("a", role -> role.type("note"))
                .task("sleep", task -> task.sleep(length))
                .task("note", task -> task.agent("a").dependsOn("sleep"))
                .build();
    }

    private void begin(Definition definition, String ids, int count) throws Exception {
        WorkflowRef workflow = capo.register(definition);
        forEach(count, i -> () -> capo.execute(workflow, null, ExecutionOptions.id(ids + i)));
    }

    private void settle() throws InterruptedException {
        long deadline = System.nanoTime() + SETTLING_MAX.toNanos();
        while (capo.livingHere() > 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(capo.livingHere() + " executions are still in memory");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void signal(int count) throws Exception {
        forEach(count, i -> () -> {
            String id = "wait-" + i;
            signalledNanos.put(id, System.nanoTime());
            capo.execution(id).signal("go", null, "once");
            return null;
        });
    }

    private static void forEach(int count, IntFunction<Callable<?>> work) throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                done.add(clients.submit(work.apply(i)));
            }
            for (Future<?> one : done) {
                one.get();
            }
        }
    }

    private String report() {
        List<Long> micros = wokenAfterNanos.values().stream()
                .map(nanos -> nanos / 1_000)
                .sorted()
                .toList();
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return "%d %d %d %d %d %d"
                .formatted(
                        recoveries.get(),
                        calls.values().stream().mapToInt(Integer::intValue).sum(),
                        calls.size(),
                        micros.isEmpty() ? 0 : micros.get(micros.size() / 2),
                        micros.isEmpty() ? 0 : micros.get(micros.size() * 99 / 100),
                        heap);
    }
}
