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

    /** Executions that were begun. */
    record Begun(Execution execution, int number) {}

    private interface Work {
        void run(int index) throws Exception;
    }

    /** Each execution from its beginning to its end. */
    Round round(int count, int inFlight) throws SQLException, InterruptedException {
        return measured(count, inFlight, index -> {
            Begun one = begin();
            workload.finish(one.execution(), one.number());
        });
    }

    /** Only begins them, and puts them where they can be found. */
    Round begin(Begun[] all, int inFlight) throws SQLException, InterruptedException {
        return measured(all.length, inFlight, index -> all[index] = begin());
    }

    Round finish(List<Begun> all, int inFlight) throws SQLException, InterruptedException {
        return measured(
                all.size(),
                inFlight,
                index -> workload.finish(
                        all.get(index).execution(), all.get(index).number()));
    }

    private Begun begin() throws InterruptedException {
        int number = begun.getAndIncrement();
        return new Begun(workload.begin(capo, workflow, number), number);
    }

    private Round measured(int count, int inFlight, Work work) throws SQLException, InterruptedException {
        long cpuBefore = CpuTime.ofThisProcessNanos();
        OptionalLong databaseBefore = database.cpuNanos();
        long logBefore = database.logBytes();
        long rowsBefore = database.journalRows();
        long[] latencyNanos = new long[count];
        long from = System.nanoTime();
        run(count, inFlight, index -> {
            long begins = System.nanoTime();
            work.run(index);
            latencyNanos[index] = System.nanoTime() - begins;
        });
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

    private static void run(int count, int inFlight, Work work) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int client = 0; client < inFlight; client++) {
                all.add(clients.submit(() -> {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        work.run(i);
                    }
                    return null;
                }));
            }
            for (Future<Void> one : all) {
                result(one);
            }
        }
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
                    all.add(begin());
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

    private static void result(Future<Void> one) throws InterruptedException {
        try {
            one.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the measurement is void: " + e.getMessage(), e);
        }
    }
}
