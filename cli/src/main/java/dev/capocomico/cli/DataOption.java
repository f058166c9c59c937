package dev.capocomico.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --data DIR}, on every command that works on a data directory. */
final class DataOption {
    private static final String DEFAULT = ".capo";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = DEFAULT,
            description = "Where executions are kept; the default is " + DEFAULT + ".")
    private Path data = Path.of(DEFAULT);

    Path in(Terminal terminal) {
        return terminal.directory().resolve(data);
    }

    /** Whether it is another than the usual one. */
    boolean isNamed() {
        return !shown().equals(DEFAULT);
    }

    /** As the user named it. */
    String shown() {
        return data.toString();
    }

    /** What a command needs to find the same directory again; nothing for the usual one. */
    String option() {
        return isNamed() ? " --data " + Shell.word(shown()) : "";
    }
}
