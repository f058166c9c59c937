package dev.capocomico.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What one round of executions came to.
 *
 * @param cpuSeconds of this process: the node, and the clients in it
 * @param databaseCpuSeconds of the server's processes; empty when they are not on this machine
 * @param logBytes what the server wrote into its log meanwhile
 * @param journalRows steps of executions, each a row of the journal
 */
record Round(
        int executions,
        double seconds,
        Spread latencies,
        double cpuSeconds,
        OptionalDouble databaseCpuSeconds,
        long logBytes,
        long journalRows) {
    double executionsPerSecond() {
        return executions / seconds;
    }

    double cpuSecondsPer1000() {
        return cpuSeconds * 1_000 / executions;
    }

    double databaseCpuSecondsPer1000() {
        return databaseCpuSeconds.orElseThrow() * 1_000 / executions;
    }

    static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Spread.median(rounds.stream().mapToDouble(figure).toArray());
    }
}
