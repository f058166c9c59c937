package dev.capocomico.cli;

import dev.capocomico.cli.client.ServerFailure;

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
        return switch (failure) {
            case ServerFailure.Unreachable unreachable -> {
                terminal.complain(unreachable.getMessage() + "; capo doctor looks further");
                yield ExitCode.UNREACHABLE;
            }
            case ServerFailure.Refused refused -> explain(refused, terminal);
        };
    }

    private static int explain(ServerFailure.Refused refused, Terminal terminal) {
        terminal.complain(refused.getMessage() + next(refused));
        refused.errors().forEach(error -> terminal.err().println("      " + Plain.text(error, terminal.errorLook())));
        return code(refused);
    }

    private static String next(ServerFailure.Refused refused) {
        return switch (refused.status()) {
            case 401 -> "; CAPO_TOKEN holds the token, and capo token signs one where the server's data directory is";
            case 403 -> ", and the token does not give it; capo token --role ROLE signs another";
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
