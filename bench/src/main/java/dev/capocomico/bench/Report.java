package dev.capocomico.bench;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a measurement came to. Each figure is the median of the rounds.
 *
 * @param steady whether the rate had become steady before the first round that counts
 * @param p50Millis from the beginning of an execution to its end; of a parked one, from its signal to its end
 * @param heapBytesPerExecution of an execution whose agents are at work; or that is parked
 * @param parked how they came to be; null where nothing is parked
 * @param cold before the warm-up, in a JVM that has done a fifth as many executions
 */
public record Report(
        Load load,
        int count,
        int inFlight,
        List<Double> ratePerRound,
        double executionsPerSecond,
        double tasksPerSecond,
        double agentCallsPerSecond,
        double p50Millis,
        double p95Millis,
        double p99Millis,
        double cpuSecondsPer1000,
        OptionalDouble databaseCpuSecondsPer1000,
        double logBytesPerExecution,
        double heapBytesPerExecution,
        int warmUpRounds,
        boolean steady,
        Cold cold,
        Alone alone,
        Floors floors,
        Journal journal,
        @Nullable Parked parked,
        Settings settings) {
    public Report {
        ratePerRound = List.copyOf(ratePerRound);
    }

    /** The first executions of a JVM. */
    public record Cold(int warmUp, int executions, double executionsPerSecond, double cpuSecondsPer1000) {}

    /**
     * One execution at a time, warm.
     *
     * @param commitMillis one bare commit of the same database, before and after
     */
    public record Alone(int executions, double p50Millis, double p99Millis, double commitMillis) {}

    /** Medians of what was looked at between the rounds, see {@link Floor.Sample}. */
    public record Floors(
            double commitsPerSecond,
            double commitMillis,
            double batchedRowsPerSecond,
            double journalRowsPerSecond,
            double digestMegabytesPerSecond) {}

    /**
     * The journal without executions.
     *
     * @param rowsPerSecond steps that five hundred writers write, each waiting for its own
     * @param batchedRowsPerSecond the same rows by a plain batched INSERT, before and after
     */
    public record Journal(double rowsPerSecond, double batchedRowsPerSecond) {}

    /**
     * Executions that were begun and left to wait.
     *
     * @param heapBytes of the whole node with all of them
     */
    public record Parked(
            int executions,
            double begunPerSecond,
            double cpuSecondsPer1000Begun,
            double logBytesPerBegun,
            long heapBytes) {}

    /**
     * What it was measured on.
     *
     * @param durability what the server says a commit means
     * @param fileSystem under the database, if it is an embedded one
     */
    public record Settings(
            Map<String, String> durability,
            String postgresVersion,
            boolean embedded,
            @Nullable String fileSystem,
            String javaVersion,
            String javaName,
            String collector,
            long heapMaxBytes,
            int cores,
            String system,
            int workerPoolSize) {}
}
