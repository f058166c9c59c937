package dev.capocomico.bench;

import dev.capocomico.Capocomico;
import dev.capocomico.Execution;
import dev.capocomico.WorkflowRef;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Those who ask for executions: so many at once, each of which begins one, waits for its end, looks at what came of it, and begins
 * the next. They wait on virtual threads, in the node's own process.
 */
final class Clients {
    private final Capocomico capo;
    private final BenchDatabase database;
    private final Workload workload;
    private final WorkflowRef workflow;
    /** No two executions of a measurement have the same input. */
    private final AtomicInteger begun = new AtomicInteger();

    Clients(Capocomico capo, BenchDatabase database, Workload workload) {
        this.capo = capo;
        this.database = database;
        this.workload = workload;
        this.workflow = capo.register(workload.definition());
    }

    Round round(int count, int inFlight) throws SQLException, InterruptedException {
        long cpuBefore = CpuTime.ofThisProcessNanos();
        OptionalLong databaseBefore = database.cpuNanos();
        long logBefore = database.logBytes();
        long rowsBefore = database.journalRows();
        long[] latencyNanos = new long[count];
        long from = System.nanoTime();
        run(count, inFlight, latencyNanos);
        double seconds = (System.nanoTime() - from) / 1e9;
        double cpuSeconds = (CpuTime.ofThisProcessNanos() - cpuBefore) / 1e9;
        OptionalDouble databaseSeconds = databaseBefore.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of((database.cpuNanos().orElseThrow() - databaseBefore.getAsLong()) / 1e9);
        long logBytes = database.logBytes() - logBefore;
        long rows = database.journalRows() - rowsBefore;
        workload.check(begun.get());
        return new Round(count, seconds, Spread.of(latencyNanos), cpuSeconds, databaseSeconds, logBytes, rows);
    }

    private void run(int count, int inFlight, long[] latencyNanos) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int client = 0; client < inFlight; client++) {
                all.add(clients.submit(() -> client(count, next, latencyNanos)));
            }
            for (Future<Void> one : all) {
                result(one);
            }
        }
    }

    private Void client(int count, AtomicInteger next, long[] latencyNanos) throws Exception {
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            int number = begun.getAndIncrement();
            long from = System.nanoTime();
            Execution execution = workload.begin(capo, workflow, number);
            workload.finish(execution, number);
            latencyNanos[i] = System.nanoTime() - from;
        }
        return null;
    }

    /**
     * What one more execution under way takes of the heap, its agents' threads included: many are begun, and held while their agents
     * are at work.
     */
    double heapBytesPerExecution(Gate gate) throws InterruptedException {
        int held = workload.shape().held();
        long before = Heap.usedBytes();
        gate.close();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> ends = new ArrayList<>();
            try {
                List<Begun> all = new ArrayList<>();
                for (int i = 0; i < held; i++) {
                    int number = begun.getAndIncrement();
                    all.add(new Begun(workload.begin(capo, workflow, number), number));
                }
                Heap.await(() -> gate.waiting() == held * workload.shape().gated(), "agents have not come to the gate");
                long during = Heap.usedBytes();
                for (Begun one : all) {
                    ends.add(clients.submit(() -> {
                        workload.finish(one.execution(), one.number());
                        return null;
                    }));
                }
                return Math.max(0, (double) (during - before) / held);
            } finally {
                gate.open();
                for (Future<Void> end : ends) {
                    result(end);
                }
            }
        }
    }

    private record Begun(Execution execution, int number) {}

    private static void result(Future<Void> one) throws InterruptedException {
        try {
            one.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the measurement is void: " + e.getMessage(), e);
        }
    }
}
