package dev.capocomico.cli;

import dev.capocomico.configuration.NodeConfiguration;
import java.nio.file.Path;
import java.util.Optional;
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

    /**
     * The directory of the embedded database; empty where DATABASE_URL names another one. A directory that was named comes before the
     * environment, as an option does everywhere, and that is said.
     */
    Optional<Path> unlessDatabase(NodeConfiguration configuration, Terminal terminal) {
        if (configuration.database().isEmpty()) {
            return Optional.of(in(terminal));
        }
        if (isNamed()) {
            terminal.complain("executions are kept in %s, which --data names, and not in the database of DATABASE_URL"
                    .formatted(shown()));
            return Optional.of(in(terminal));
        }
        return Optional.empty();
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
