package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What an execution is begun with, on every command that begins one. */
final class ExecutionOption {
    @Option(
            names = "--input",
            paramLabel = "JSON|@FILE",
            description = "What the workflow is given; {} if nothing is said.")
    private @Nullable String input;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "The execution's id. The same again is the same execution.")
    private @Nullable String id;

    /** The input; empty when it cannot be had, and why was said. */
    Optional<JsonNode> input(Terminal terminal) {
        return JsonArgument.read(terminal, "--input", input);
    }

    /** Null where it is to have one of its own. */
    @Nullable String id() {
        return id;
    }

    boolean isGiven() {
        return input != null || id != null;
    }
}
