package dev.capocomico.cli;

import dev.capocomico.cli.client.ServerFailure;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is said when a server cannot be asked or says no: what, where, and what to do next; and with which code the command ends. */
final class ServerWords {
    private ServerWords() {}

    static int noServer(Terminal terminal, DataOption data) {
        terminal.complain(
                "there is no server: none is named with --server or CAPO_SERVER, and none serves %s; capo dev%s starts one"
                        .formatted(data.shown(), data.option()));
        return ExitCode.UNREACHABLE;
    }

    static int explain(ServerFailure failure, Terminal terminal) {
        return explain(failure, terminal, refused -> "");
    }

    /**
     * Explains.
     *
     * @param next what to do next if the server has said no, as far as the command knows it
     */
    static int explain(ServerFailure failure, Terminal terminal, Function<ServerFailure.Refused, String> next) {
        return explain("", failure, terminal, next);
    }

    /**
     * Explains.
     *
     * @param about what the failure is about, if it is not all that was asked for
     */
    static int explain(
            String about, ServerFailure failure, Terminal terminal, Function<ServerFailure.Refused, String> next) {
        return switch (failure) {
            case ServerFailure.Unreachable unreachable -> {
                terminal.complain(about + unreachable.getMessage() + "; capo doctor looks further");
                yield ExitCode.UNREACHABLE;
            }
            case ServerFailure.Foreign foreign -> {
                terminal.complain(about + foreign.getMessage());
                yield ExitCode.FAILED;
            }
            case ServerFailure.Refused refused -> {
                terminal.complain(about + refused.getMessage() + next(refused) + next.apply(refused));
                refused.errors()
                        .forEach(error -> terminal.err().println("      " + Plain.text(error, terminal.errorLook())));
                yield code(refused);
            }
        };
    }

    /** What to do next where it is about one execution. */
    static String ofExecution(ServerFailure.Refused refused, ServerOption server, @Nullable String id) {
        return switch (refused.code()) {
            case "NOT_FOUND" -> "; capo list" + server.option() + " shows those that there are";
            case "ENDED", "WRONG_STATE" ->
                id == null ? "" : "; capo show " + id + server.option() + " says how it stands";
            default -> "";
        };
    }

    private static String next(ServerFailure.Refused refused) {
        return switch (refused.status()) {
            case 401 -> "; CAPO_TOKEN holds the token, and capo token signs one where the server's data directory is";
            case 403 -> ", and the token does not give it; capo token --role ROLE signs another";
            case 413 -> ", and what was sent has more";
            case 429, 503, 507 ->
                refused.retryAfter()
                        .map(seconds -> "; try again in " + seconds + " s")
                        .orElse("; try again later");
            case 500 ->
                refused.traceId()
                        .map(id -> "; the server's log says more of " + id)
                        .orElse("");
            default -> "";
        };
    }

    private static int code(ServerFailure.Refused refused) {
        return switch (refused.status()) {
            case 404 -> ExitCode.NOT_FOUND;
            case 409 -> ExitCode.CONFLICT;
            case 429, 503, 507 -> ExitCode.UNREACHABLE;
            default -> refused.status() < 500 ? ExitCode.WRONG_USE : ExitCode.FAILED;
        };
    }
}
