package dev.capocomico.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks every file, whatever is wrong with those before it. */
@Command(
        name = "validate",
        description = "Check workflow definitions: every error with line and column, and what to do about it.",
        footer = {
            "",
            "Prints a line for each valid file, and exits with 2 if any is not.",
            "",
            "  capo validate examples/*.yaml",
            "  capo validate -o json order.yaml"
        })
final class ValidateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "YAML or JSON; - is the standard input.")
    private List<Path> files = List.of();

    @Mixin
    private final OutputOption output = new OutputOption();

    ValidateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Checker checker = new Checker(terminal);
        boolean allValid = true;
        if (output.json()) {
            List<Checked> checked = checker.check(files);
            JsonReport.print(JsonReport.of(checked), terminal);
            allValid = checked.stream().allMatch(Checked.Valid.class::isInstance);
        } else {
            TextReport report = new TextReport(terminal);
            for (Path file : files) {
                Checked checked = checker.check(file);
                report.print(checked);
                allValid &= checked instanceof Checked.Valid;
            }
        }
        return allValid ? ExitCode.FINE : ExitCode.WRONG_USE;
    }
}
