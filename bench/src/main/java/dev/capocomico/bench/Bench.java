package dev.capocomico.bench;

import dev.capocomico.Capocomico;
import dev.capocomico.CapocomicoBuilder;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Measures a node that executes one kind of workflow: cold, then in rounds until its rate is steady, then in the rounds that
 * count, with a look at what the machine does without it between them.
 */
public final class Bench {
    /** Agents of the workloads take no time, so this bounds nothing while rates are measured. */
    private static final int WORKER_POOL_SIZE = 1_024;

    /** A JVM gets faster in steps; three rounds alike may be a step, five hardly. */
    private static final int STEADY_ROUNDS = 5;

    /** Rounds that wait for a disk and for each other differ by more than those that only compute. */
    private static final double TOLERANCE = 0.15;

    private static final int WARM_UP_ROUNDS_MAX = 25;
    private static final int MEASURED_ROUNDS = 7;

    /** The cold figure is that of a JVM that has executed a fifth as many. */
    private static final int COLD_PER_WARM_UP = 5;

    /** Parked executions are woken in so many parts. */
    static final int PARKED_PARTS = 10;

    /** Which of them are woken first. */
    private static final long SEED = 1;

    private static final int ALONE_WARM_UP = 100;
    private static final int ALONE = 500;

    private static final long FLOOR_NANOS_PER_EXECUTION = 200_000L;
    private static final long FLOOR_NANOS_MIN = 20_000_000L;
    private static final long FLOOR_NANOS_MAX = 400_000_000L;
    private static final int JOURNAL_PER_FLOOR = 5;

    private final Load load;
    private final int count;
    private final int inFlight;
    private final BenchDatabase database;
    private final Clients clients;
    private final Workload workload;
    private final Gate gate;
    private final Consumer<String> progress;
    private final List<Floor.Sample> floors = new ArrayList<>();

    private Bench(
            Load load,
            int count,
            int inFlight,
            BenchDatabase database,
            Clients clients,
            Workload workload,
            Gate gate,
            Consumer<String> progress) {
        this.load = load;
        this.count = count;
        this.inFlight = inFlight;
        this.database = database;
        this.clients = clients;
        this.workload = workload;
        this.gate = gate;
        this.progress = progress;
    }

    /**
     * Takes a minute or two.
     *
     * @param count executions of a round
     * @param inFlight of them at once
     * @param progress hears what is done
     * @throws IllegalStateException if an execution did not end as it should, which makes all figures void
     */
    public static Report run(Load load, int count, int inFlight, Place place, Consumer<String> progress)
            throws IOException, SQLException, InterruptedException {
        return run(load, load.workload(), count, inFlight, place, progress);
    }

    static Report run(Load load, Workload workload, int count, int inFlight, Place place, Consumer<String> progress)
            throws IOException, SQLException, InterruptedException {
        Gate gate = new Gate();
        try (BenchDatabase database = BenchDatabase.open(place, progress)) {
            Place.Address address = database.address();
            CapocomicoBuilder builder = Capocomico.builder()
                    .database(address.jdbcUrl(), address.user(), address.password())
                    .workerPoolSize(WORKER_POOL_SIZE)
                    .onProgress(progress);
            workload.serve(builder, gate);
            Bench bench;
            Found found;
            try (Capocomico capo = builder.start()) {
                Clients clients = new Clients(capo, database, workload);
                bench = new Bench(load, count, inFlight, database, clients, workload, gate, progress);
                found = load == Load.PARKED ? bench.measureParked() : bench.measure();
            }
            return bench.report(found, bench.journal());
        }
    }

    /** What the node has shown while it ran. */
    private record Found(
            List<Round> rounds,
            Report.Cold cold,
            Report.Alone alone,
            double heapBytesPerExecution,
            int warmUpRounds,
            boolean steady,
            Report.@Nullable Parked parked) {}

    private Found measure() throws SQLException, InterruptedException {
        Report.Cold cold = cold();
        List<Long> warmUp = new ArrayList<>();
        while (!Rounds.steady(warmUp, STEADY_ROUNDS, TOLERANCE) && warmUp.size() < WARM_UP_ROUNDS_MAX) {
            Round round = clients.round(count, inFlight);
            warmUp.add((long) (round.seconds() * 1e9));
            tell("warm-up " + warmUp.size(), round);
        }
        List<Round> rounds = new ArrayList<>();
        lookAtFloor();
        while (rounds.size() < MEASURED_ROUNDS) {
            Round round = clients.round(count, inFlight);
            rounds.add(round);
            tell("round %d of %d".formatted(rounds.size(), MEASURED_ROUNDS), round);
            lookAtFloor();
        }
        Report.Alone alone = alone();
        progress.accept("looking at the heap");
        double heap = clients.heapBytesPerExecution(gate);
        return new Found(
                rounds, cold, alone, heap, warmUp.size(), Rounds.steady(warmUp, STEADY_ROUNDS, TOLERANCE), null);
    }

    /** All are parked at once, and woken a tenth at a time, the first tenths to warm up. */
    private Found measureParked() throws SQLException, InterruptedException {
        Report.Cold cold = cold();
        int warmUpRounds = PARKED_PARTS - MEASURED_ROUNDS;
        Clients.Begun[] all = new Clients.Begun[count];
        long heapBefore = Heap.settledBytes();
        Round begun = clients.begin(all, inFlight);
        tell("begun", begun);
        long heapAfter = Heap.settledBytes();
        List<Clients.Begun> shuffled = new ArrayList<>(List.of(all));
        Collections.shuffle(shuffled, new Random(SEED));
        List<Round> rounds = new ArrayList<>();
        for (int part = 0; part < PARKED_PARTS; part++) {
            List<Clients.Begun> woken = shuffled.subList(
                    (int) ((long) count * part / PARKED_PARTS), (int) ((long) count * (part + 1) / PARKED_PARTS));
            if (part >= warmUpRounds) {
                lookAtFloor();
            }
            Round round = clients.finish(woken, inFlight);
            tell("woken " + (part + 1) + " of " + PARKED_PARTS, round);
            rounds.add(round);
        }
        lookAtFloor();
        double heap = Math.max(0, (double) (heapAfter - heapBefore) / count);
        Report.Parked parked = new Report.Parked(
                count,
                begun.executionsPerSecond(),
                begun.cpuSecondsPer1000(),
                (double) begun.logBytes() / count,
                heapAfter);
        List<Long> warmUp = rounds.stream()
                .limit(warmUpRounds)
                .map(round -> (long) (round.seconds() * 1e9))
                .toList();
        boolean steady = Rounds.steady(warmUp, warmUpRounds, TOLERANCE);
        List<Round> measured = rounds.subList(warmUpRounds, PARKED_PARTS);
        return new Found(measured, cold, aloneParked(), heap, warmUpRounds, steady, parked);
    }

    private Report.Cold cold() throws SQLException, InterruptedException {
        // Whoever asks for a few executions only does not want to wait for thousands.
        int executions = Math.min(workload.shape().cold(), COLD_PER_WARM_UP * count);
        int before = executions / COLD_PER_WARM_UP;
        clients.round(before, inFlight);
        Round cold = clients.round(executions, inFlight);
        tell("cold", cold);
        return new Report.Cold(before, executions, cold.executionsPerSecond(), cold.cpuSecondsPer1000());
    }

    private Report.Alone alone() throws SQLException, InterruptedException {
        clients.round(Math.min(ALONE_WARM_UP, count), 1);
        Floor.Sample before = floors.getLast();
        return alone(before, clients.round(Math.min(ALONE, count), 1));
    }

    private Report.Alone aloneParked() throws SQLException, InterruptedException {
        Clients.Begun[] all = new Clients.Begun[Math.min(ALONE, count)];
        clients.begin(all, inFlight);
        Heap.settledBytes();
        Floor.Sample before = floors.getLast();
        return alone(before, clients.finish(List.of(all), 1));
    }

    private Report.Alone alone(Floor.Sample before, Round alone) throws SQLException {
        tell("one at a time", alone);
        lookAtFloor();
        double commitMillis = (before.commitMillis() + floors.getLast().commitMillis()) / 2;
        return new Report.Alone(
                alone.executions(),
                alone.latencies().millis(50),
                alone.latencies().millis(99),
                commitMillis);
    }

    private void lookAtFloor() throws SQLException {
        floors.add(Floor.take(database.source(), floorNanos()));
    }

    /** Whoever asks for a few executions only does not want to wait for this either. */
    private long floorNanos() {
        return Math.clamp(count * FLOOR_NANOS_PER_EXECUTION, FLOOR_NANOS_MIN, FLOOR_NANOS_MAX);
    }

    private void tell(String name, Round round) {
        progress.accept(String.format(
                Locale.ROOT,
                "%s: %,.0f executions/s, p50 %.1f ms, CPU %.2f s per 1,000",
                name,
                round.executionsPerSecond(),
                round.latencies().millis(50),
                round.cpuSecondsPer1000()));
    }

    /** The journal without the engine, between two looks at what it is compared with. */
    private Report.Journal journal() throws SQLException, InterruptedException {
        progress.accept("writing steps without executions");
        Floor.Sample before = Floor.take(database.source(), floorNanos());
        double rows = JournalDrive.rowsPerSecond(database, JOURNAL_PER_FLOOR * floorNanos());
        Floor.Sample after = Floor.take(database.source(), floorNanos());
        return new Report.Journal(rows, (before.batchedRowsPerSecond() + after.batchedRowsPerSecond()) / 2);
    }

    private Report report(Found found, Report.Journal journal) throws SQLException {
        List<Round> rounds = found.rounds();
        double rate = Round.median(rounds, Round::executionsPerSecond);
        boolean databaseSeen =
                rounds.stream().allMatch(round -> round.databaseCpuSeconds().isPresent());
        return new Report(
                load,
                count,
                inFlight,
                rounds.stream().map(Round::executionsPerSecond).toList(),
                rate,
                rate * workload.shape().tasks(),
                rate * workload.shape().agentCalls(),
                Round.median(rounds, round -> round.latencies().millis(50)),
                Round.median(rounds, round -> round.latencies().millis(95)),
                Round.median(rounds, round -> round.latencies().millis(99)),
                Round.median(rounds, Round::cpuSecondsPer1000),
                databaseSeen
                        ? OptionalDouble.of(Round.median(rounds, Round::databaseCpuSecondsPer1000))
                        : OptionalDouble.empty(),
                Round.median(rounds, round -> (double) round.logBytes() / round.executions()),
                found.heapBytesPerExecution(),
                found.warmUpRounds(),
                found.steady(),
                found.cold(),
                found.alone(),
                floors(rounds),
                journal,
                found.parked(),
                settings());
    }

    private Report.Floors floors(List<Round> rounds) {
        return new Report.Floors(
                floor(Floor.Sample::commitsPerSecond),
                floor(Floor.Sample::commitMillis),
                floor(Floor.Sample::batchedRowsPerSecond),
                Round.median(rounds, round -> round.journalRows() / round.seconds()),
                floor(Floor.Sample::digestMegabytesPerSecond));
    }

    private double floor(ToDoubleFunction<Floor.Sample> figure) {
        return Spread.median(floors.stream().mapToDouble(figure).toArray());
    }

    private Report.Settings settings() throws SQLException {
        return new Report.Settings(
                database.durability(),
                database.version(),
                database.isEmbedded(),
                database.fileSystem(),
                Runtime.version().toString(),
                System.getProperty("java.vm.name", "unknown"),
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .collect(Collectors.joining(", ")),
                Runtime.getRuntime().maxMemory(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                WORKER_POOL_SIZE);
    }
}
