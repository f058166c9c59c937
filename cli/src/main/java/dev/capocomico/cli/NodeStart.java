package dev.capocomico.cli;

import dev.capocomico.Capocomico;
import dev.capocomico.CapocomicoBuilder;
import dev.capocomico.CommandRefused;
import dev.capocomico.HistoryRemoved;
import dev.capocomico.StoredExecutions;
import dev.capocomico.Unavailable;
import dev.capocomico.WorkflowInvalid;
import dev.capocomico.cli.Look.Tone;
import dev.capocomico.configuration.ConfigurationException;
import dev.capocomico.configuration.NodeConfiguration;
import dev.capocomico.http.CannotListenException;
import dev.capocomico.persistence.embedded.EmbeddedPostgresException;
import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import dev.capocomico.persistence.lease.DatabaseInUseException;
import dev.capocomico.persistence.schema.SchemaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogManager;

/** Opens a data directory for a command, says what it is doing meanwhile, and turns what can go wrong into words and exit codes. */
final class NodeStart {
    private final Terminal terminal;
    private final Drawing drawing;

    NodeStart(Terminal terminal) {
        this.terminal = terminal;
        this.drawing = new Drawing(terminal);
    }

    /** A node of this program's own, which carries on what is in the database. */
    Capocomico start(Optional<Path> data, boolean simulate) throws InterruptedException {
        // Whoever interrupts a run does not want to wait; what agents are at is made again when the run goes on.
        return start(Capocomico.builder().stopGrace(Duration.ZERO), data, simulate);
    }

    /** @param data of an embedded database; empty for the one that DATABASE_URL names */
    Capocomico start(CapocomicoBuilder builder, Optional<Path> data, boolean simulate) throws InterruptedException {
        quietenLibraries();
        builder.onProgress(this::say);
        data.ifPresent(builder::embeddedDatabase);
        if (simulate) {
            builder.simulateOtherAgents();
        }
        try {
            return builder.start();
        } finally {
            clear();
        }
    }

    /** What is kept in the database that DATABASE_URL names, to be read only. */
    StoredExecutions read(NodeConfiguration.Database database) {
        quietenLibraries();
        return StoredExecutions.in(database);
    }

    /** What is kept in a directory, to be read only. */
    StoredExecutions read(Path data) {
        quietenLibraries();
        try {
            return StoredExecutions.in(data, this::say);
        } finally {
            clear();
        }
    }

    /** What they would write comes in the middle of a frame; what matters of it is said by us. */
    private static void quietenLibraries() {
        System.setProperty("pekko.stdout-loglevel", "OFF");
        LogManager.getLogManager().reset();
    }

    private void say(String phrase) {
        if (terminal.screen().isDrawnOn()) {
            Look look = terminal.errorLook().wide(terminal.screen().size().columns());
            drawing.draw(
                    List.of(look.paint(Tone.FAINT, Text.clip(phrase + look.ellipsis(), look.columns() - 1, look))));
        } else {
            terminal.err().println(Plain.text(phrase, terminal.errorLook()));
            terminal.err().flush();
        }
    }

    private void clear() {
        if (terminal.screen().isDrawnOn()) {
            drawing.draw(List.of());
            drawing.leave();
        }
    }

    /** Says what is wrong if it is something that a person can understand and do something about. */
    static int explain(RuntimeException failure, Terminal terminal) {
        int code =
                switch (failure) {
                    case EmbeddedPostgresException e when e.reason() == Reason.DIRECTORY_IN_USE -> ExitCode.CONFLICT;
                    case EmbeddedPostgresException e when e.reason() == Reason.INTERRUPTED -> ExitCode.INTERRUPTED;
                    case EmbeddedPostgresException e -> ExitCode.FAILED;
                    case HistoryRemoved e -> ExitCode.NOT_FOUND;
                    case SchemaException e
                    when e.reason() == SchemaException.Reason.DATABASE_UNREACHABLE -> ExitCode.UNREACHABLE;
                    case SchemaException e -> ExitCode.FAILED;
                    case ConfigurationException e -> ExitCode.WRONG_USE;
                    case WorkflowInvalid e -> ExitCode.WRONG_USE;
                    case CommandRefused refused -> refused(refused);
                    case Unavailable e -> ExitCode.UNREACHABLE;
                    case CannotListenException e -> ExitCode.CONFLICT;
                    case DatabaseInUseException e -> ExitCode.CONFLICT;
                    default -> throw failure;
                };
        if (code != ExitCode.INTERRUPTED) {
            terminal.complain(String.valueOf(failure.getMessage()) + hint(failure));
        }
        return code;
    }

    private static String hint(RuntimeException failure) {
        return failure instanceof CannotListenException
                ? "; stop the program that has the port, or name another: --port 0 takes a free one"
                : "";
    }

    private static int refused(CommandRefused refused) {
        return switch (refused.code()) {
            case NOT_FOUND -> ExitCode.NOT_FOUND;
            case UNKNOWN_NAME -> ExitCode.WRONG_USE;
            case ALREADY_STARTED, ENDED, WRONG_STATE, STALE_ATTEMPT, FULL, TOO_LARGE, QUARANTINED -> ExitCode.CONFLICT;
            case INTERNAL -> ExitCode.FAILED;
        };
    }
}
