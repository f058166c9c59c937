package dev.capocomico.cli;

import dev.capocomico.language.WorkflowSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints the schema that editors complete with. */
@Command(
        name = "schema",
        description = "Print the JSON Schema of workflow definitions, for your editor's completion.",
        footer = {"", "  capo schema > workflow.schema.json"})
final class SchemaCommand implements Callable<Integer> {
    private final Terminal terminal;

    SchemaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.out().println(WorkflowSchema.json().stripTrailing());
        return ExitCode.FINE;
    }
}
