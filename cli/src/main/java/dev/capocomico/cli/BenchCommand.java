package dev.capocomico.cli;

import dev.capocomico.bench.Load;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Holds the workloads, and does nothing by itself. */
@Command(name = "bench", description = "Measure this machine.", synopsisSubcommandLabel = "WORKLOAD")
final class BenchCommand {
    private BenchCommand() {}

    static CommandLine with(Terminal terminal) {
        CommandLine bench = new CommandLine(new BenchCommand());
        for (Load load : Load.values()) {
            bench.addSubcommand(load.word(), BenchLoadCommand.of(terminal, load));
        }
        return bench.addSubcommand(new BenchPlanCommand(terminal));
    }
}
