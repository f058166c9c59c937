package dev.capocomico.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a script that makes the shell complete commands, options and files. */
@Command(
        name = "completion",
        description = "Print a script for your shell's completion.",
        footer = {
            "",
            "  bash:  source <(./capo completion bash)     (or the same in ~/.bashrc)",
            "  zsh:   source <(./capo completion zsh)      (or the same in ~/.zshrc)"
        })
final class CompletionCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final CommandLine capo;

    @Parameters(paramLabel = "SHELL", completionCandidates = Shells.class, description = "${COMPLETION-CANDIDATES}")
    private String shell = "bash";

    CompletionCommand(Terminal terminal, CommandLine capo) {
        this.terminal = terminal;
        this.capo = capo;
    }

    @Override
    public Integer call() {
        if (!List.of("bash", "zsh").contains(shell)) {
            terminal.complain("there is no completion for \"" + shell + "\", only for bash and zsh");
            return ExitCode.WRONG_USE;
        }
        // One script that serves both: in a zsh it turns on the completion of bash.
        terminal.out().println(AutoComplete.bash("capo", capo));
        return ExitCode.FINE;
    }

    /** What can be chosen. */
    static final class Shells extends Candidates {
        Shells() {
            super(List.of("bash", "zsh"));
        }
    }
}
