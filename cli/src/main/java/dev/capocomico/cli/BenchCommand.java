package dev.capocomico.cli;

import picocli.CommandLine.Command;

/** Holds the workloads, and does nothing by itself. */
@Command(name = "bench", description = "Measure this machine.", synopsisSubcommandLabel = "WORKLOAD")
final class BenchCommand {}
