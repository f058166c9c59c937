package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The last words about an execution that was followed to its end: the output, or why there is none. */
final class Verdict {
    private Verdict() {}

    /**
     * Says them.
     *
     * @param more the command that tells all that has happened
     * @return the exit code
     */
    static int print(Terminal terminal, Watched watched, Account account, String more) throws InterruptedException {
        Optional<String> failure = account.failure(watched.id());
        if (failure.isPresent()) {
            terminal.complain(failure.get());
            account.undone().ifPresent(sentence -> terminal.err()
                    .println("      " + Plain.text(sentence, terminal.errorLook())));
            terminal.err().println("      " + more + " tells all of it");
            return ExitCode.FAILED;
        }
        JsonNode output = watched.output()
                .orElseThrow(() -> new IllegalStateException("an execution that completed did not say how"));
        JsonReport.print(output, terminal);
        return ExitCode.FINE;
    }
}
