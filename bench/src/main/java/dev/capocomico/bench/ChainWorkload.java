package dev.capocomico.bench;

import dev.capocomico.Capocomico;
import dev.capocomico.ExecutionOptions;
import dev.capocomico.WorkflowRef;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Three tasks one after the other, durably, end to end: each client executes a workflow, waits for its output, and begins the next. The
 * first round is a cold JVM, after a short warm-up; the last ones are warm.
 *
 * <p>Arguments: the data directory, executions a round, how many in flight, rounds.
 */
public final class ChainWorkload {
    private static final int COLD_WARM_UP = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Capocomico capo;
    private final EmbeddedPostgres postgres;
    private final WorkflowRef chain;
    private final int inFlight;
    private final AtomicInteger begun = new AtomicInteger();

    private ChainWorkload(Capocomico capo, EmbeddedPostgres postgres, int inFlight) {
        this.capo = capo;
        this.postgres = postgres;
        this.inFlight = inFlight;
        this.chain = capo.register(Workflow.named("chain")
                .agent("s", role -> role.type("step"))
                .task("a", task -> task.agent("s").input("${input.n}"))
                .task("b", task -> task.agent("s").dependsOn("a").input("${tasks.a.output}"))
                .task("c", task -> task.agent("s").dependsOn("b").input("${tasks.b.output}"))
                .build());
    }

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[1]);
        int inFlight = Integer.parseInt(arguments[2]);
        int rounds = Integer.parseInt(arguments[3]);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(
                        EmbeddedPostgresSettings.in(Path.of(arguments[0])), phrase -> System.err.println(phrase));
                Capocomico capo = Capocomico.builder()
                        .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                        .agent("step", task -> task.input().asInt() + 1)
                        .workerPoolSize(Math.max(64, inFlight))
                        .start()) {
            System.out.printf(
                    Locale.ROOT, "one connection commits %.0f/s%n", Floor.commitsPerSecond(postgres.dataSource()));
            ChainWorkload workload = new ChainWorkload(capo, postgres, inFlight);
            workload.round(COLD_WARM_UP);
            System.out.println("cold: " + workload.round(count));
            for (int round = 1; round <= rounds; round++) {
                System.out.println("round " + round + ": " + workload.round(count));
            }
        }
    }

    private String round(int count) throws Exception {
        long cpuBefore = CpuTime.ofThisProcessNanos();
        long databaseBefore = CpuTime.ofFamilyNanos(postgres.pid());
        long[] latencyNanos = new long[count];
        AtomicInteger next = new AtomicInteger();
        long from = System.nanoTime();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, inFlight)
                    .mapToObj(client -> clients.submit(() -> client(count, next, latencyNanos)))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        double thousands = count / 1e3;
        Arrays.sort(latencyNanos);
        return String.format(
                Locale.ROOT,
                "%.0f executions/s, p50 %.1f ms, p99 %.1f ms, CPU s per 1,000: node %.2f, database %.2f",
                count / seconds,
                latencyNanos[count / 2] / 1e6,
                latencyNanos[count * 99 / 100] / 1e6,
                (CpuTime.ofThisProcessNanos() - cpuBefore) / 1e9 / thousands,
                (CpuTime.ofFamilyNanos(postgres.pid()) - databaseBefore) / 1e9 / thousands);
    }

    private Void client(int count, AtomicInteger next, long[] latencyNanos) throws Exception {
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            int n = begun.getAndIncrement();
            long from = System.nanoTime();
            int output = capo.execute(chain, Map.of("n", n), ExecutionOptions.DEFAULT)
                    .await(PATIENCE)
                    .path("c")
                    .asInt();
            latencyNanos[i] = System.nanoTime() - from;
            if (output != n + 3) {
                throw new IllegalStateException("3 steps from " + n + " lead to " + output);
            }
        }
        return null;
    }
}
