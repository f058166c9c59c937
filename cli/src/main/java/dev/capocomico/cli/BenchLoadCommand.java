package dev.capocomico.cli;

import dev.capocomico.bench.Bench;
import dev.capocomico.bench.Load;
import dev.capocomico.bench.Place;
import dev.capocomico.bench.Report;
import dev.capocomico.configuration.ConfigurationException;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.persistence.embedded.EmbeddedPostgresException;
import dev.capocomico.persistence.schema.SchemaException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures a whole node with one workload, on a durable database. */
@Command(
        footer = {
            "",
            "Runs on an embedded database in a new directory that is removed afterwards (or in --data DIR, or on",
            "the server that DATABASE_URL names with DATABASE_USER and DATABASE_PASSWORD), durably: fsync and",
            "synchronous_commit are on, and what the server says of them is printed. Rounds are repeated until",
            "their rate is steady; each figure is the median of seven rounds after that. Beside them stands what",
            "the same database and machine do at the same time without us."
        })
final class BenchLoadCommand implements Callable<Integer> {
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final int COUNT_MAX = 1_000_000;
    private static final int IN_FLIGHT_MAX = 10_000;

    private final Terminal terminal;
    private final Load load;

    @Option(names = "--count", paramLabel = "N", description = "Executions of a round, 1 to 1000000.")
    private @Nullable Integer count;

    @Option(names = "--in-flight", paramLabel = "N", description = "How many at once, 1 to 10000.")
    private @Nullable Integer inFlight;

    @Option(names = "--data", paramLabel = "DIR", description = "Where the embedded database is kept.")
    private @Nullable Path data;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private BenchLoadCommand(Terminal terminal, Load load) {
        this.terminal = terminal;
        this.load = load;
    }

    static CommandLine of(Terminal terminal, Load load) {
        CommandLine command = new CommandLine(new BenchLoadCommand(terminal, load));
        command.getCommandSpec().usageMessage().description(description(load));
        return command;
    }

    private static String description(Load load) {
        String what =
                switch (load) {
                    case CHAIN -> "Execute workflows of three tasks, one after the other";
                    case FANOUT -> "Execute workflows of a hundred tasks side by side and one after them";
                    case PARKED ->
                        "Park executions that wait for a signal, and wake a tenth of them at a time; N of --count is how many are parked";
                    case SAGA -> "Execute workflows of five tasks of which the last fails and four are undone";
                };
        return "%s: %,d a round, %d at once, unless told otherwise.".formatted(what, load.count(), load.inFlight());
    }

    @Override
    public Integer call() throws InterruptedException {
        int chosenCount = within("--count", count, load.count(), load.countMin(), COUNT_MAX);
        int chosenInFlight = within("--in-flight", inFlight, load.inFlight(), 1, IN_FLIGHT_MAX);
        try {
            Report report = Bench.run(load, chosenCount, chosenInFlight, place(), this::tell);
            print(report);
            return ExitCode.FINE;
        } catch (ConfigurationException e) {
            terminal.complain(String.valueOf(e.getMessage()));
            return ExitCode.WRONG_USE;
        } catch (EmbeddedPostgresException | SchemaException | SQLException | IOException e) {
            terminal.complain(String.valueOf(e.getMessage()));
            return ExitCode.FAILED;
        }
    }

    private int within(String option, @Nullable Integer chosen, int otherwise, int min, int max) {
        int value = chosen == null ? otherwise : chosen;
        if (value < min || value > max) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be from " + min + " to " + max + ", not " + value);
        }
        return value;
    }

    private Place place() {
        if (data != null) {
            return new Place.Kept(terminal.directory().resolve(data));
        }
        return NodeConfiguration.load()
                .database()
                .<Place>map(given -> new Place.Address(given.jdbcUrl(), given.user(), given.password()))
                .orElseGet(Place.Fresh::new);
    }

    private void print(Report report) {
        if (output.json()) {
            JsonReport.print(BenchReport.json(report), terminal);
        } else {
            BenchReport.text(report).forEach(terminal.out()::println);
        }
        String fileSystem = report.settings().fileSystem();
        if (fileSystem != null && IN_MEMORY.contains(fileSystem)) {
            terminal.complain("the database lay in memory (" + fileSystem
                    + "), where commits cost next to nothing: name a directory on a disk with --data");
        }
    }

    private void tell(String phrase) {
        terminal.err().println("capo: " + phrase);
        terminal.err().flush();
    }
}
