package dev.capocomico.cli;

import dev.capocomico.StoredExecutions;
import dev.capocomico.StoredExecutions.Told;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that tells something of one execution in a data directory, without carrying it on. */
abstract class StoredCommand implements Callable<Integer> {
    final Terminal terminal;

    @Parameters(paramLabel = "ID", description = "The execution's id.")
    private String id = "";

    @Mixin
    final DataOption data = new DataOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    StoredCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (!StoredExecutions.areIn(data.in(terminal))) {
            terminal.complain("there are no executions in " + data.shown() + "; --data names another directory");
            return ExitCode.NOT_FOUND;
        }
        return Interruptible.run(terminal, this::tell);
    }

    private int tell() {
        try (StoredExecutions stored = new NodeStart(terminal).read(data.in(terminal))) {
            Optional<Told> told = stored.find(id);
            if (told.isEmpty()) {
                terminal.complain("there is no execution \"%s\" in %s".formatted(id, data.shown()));
                return ExitCode.NOT_FOUND;
            }
            if (output.json()) {
                printJson(id, told.get());
            } else {
                print(id, told.get());
            }
            return ExitCode.FINE;
        } catch (IllegalArgumentException e) {
            terminal.complain(String.valueOf(e.getMessage()));
            return ExitCode.WRONG_USE;
        } catch (RuntimeException e) {
            return NodeStart.explain(e, terminal);
        }
    }

    abstract void print(String executionId, Told told);

    abstract void printJson(String executionId, Told told);
}
