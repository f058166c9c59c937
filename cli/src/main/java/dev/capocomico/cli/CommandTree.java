package dev.capocomico.cli;

import dev.capocomico.language.problem.DidYouMean;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands and what is common to them: help, colours, and what happens to wrong arguments and to faults. */
final class CommandTree {
    private static final int HELP_COLUMNS_MAX = 100;

    private CommandTree() {}

    static CommandLine of(Terminal terminal) {
        CommandLine capo = new CommandLine(new Root());
        // A script that always says -o json need not know which commands print JSON either way, or none.
        capo.addSubcommand(new CommandLine(new DemoCommand(terminal)).addMixin("output", new OutputOption()));
        capo.addSubcommand(new ServeCommand(terminal));
        capo.addSubcommand(new DevCommand(terminal));
        capo.addSubcommand(new RunCommand(terminal));
        capo.addSubcommand(new ApplyCommand(terminal));
        capo.addSubcommand(new StartCommand(terminal));
        capo.addSubcommand(new ListCommand(terminal));
        capo.addSubcommand(new ShowCommand(terminal));
        capo.addSubcommand(new HistoryCommand(terminal));
        capo.addSubcommand(new WatchCommand(terminal));
        capo.addSubcommand(new ActCommand.Signal(terminal));
        capo.addSubcommand(new ActCommand.Pause(terminal));
        capo.addSubcommand(new ActCommand.Resume(terminal));
        capo.addSubcommand(new ActCommand.Cancel(terminal));
        capo.addSubcommand(new ActCommand.Retry(terminal));
        capo.addSubcommand(new ActCommand.Release(terminal));
        capo.addSubcommand(new ValidateCommand(terminal));
        capo.addSubcommand(new GraphCommand(terminal));
        capo.addSubcommand(new CommandLine(new SchemaCommand(terminal)).addMixin("output", new OutputOption()));
        capo.addSubcommand(new PatternsCommand(terminal));
        capo.addSubcommand(new TokenCommand(terminal));
        capo.addSubcommand(new DoctorCommand(terminal));
        capo.addSubcommand(BenchCommand.with(terminal));
        capo.addSubcommand(new CompletionCommand(terminal, capo));
        addHelp(capo);
        capo.getCommandSpec()
                .version(Version.line())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print the version.")
                        .build());

        capo.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        capo.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        capo.setColorScheme(CommandLine.Help.defaultColorScheme(terminal.look().colour() ? Ansi.ON : Ansi.OFF));
        // @FILE is the value of an option, such as --input, and not a file with further arguments.
        capo.setExpandAtFiles(false);
        capo.setUsageHelpWidth(Math.min(terminal.look().columns(), HELP_COLUMNS_MAX));
        capo.setParameterExceptionHandler((wrong, args) -> refuse(wrong, terminal));
        capo.setExecutionExceptionHandler((fault, command, parsed) -> {
            CrashReport.write(fault, parsed.originalArgs(), terminal);
            return ExitCode.FAILED;
        });
        return capo;
    }

    /** {@code --help} on every command, and {@code capo help} for those who ask that way. */
    private static void addHelp(CommandLine capo) {
        addHelpOption(capo);
        CommandLine help = new CommandLine(new CommandLine.HelpCommand());
        help.getCommandSpec().usageMessage().hidden(true);
        capo.addSubcommand("help", help);
    }

    private static void addHelpOption(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Say how this is used.")
                        .build());
        command.getSubcommands().values().forEach(CommandTree::addHelpOption);
    }

    private static int refuse(ParameterException wrong, Terminal terminal) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        terminal.complain(whatIsWrong(wrong, command));
        terminal.err().println("      try: " + name + " --help");
        return ExitCode.WRONG_USE;
    }

    private static String whatIsWrong(ParameterException wrong, CommandLine command) {
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            String given = unmatched.getUnmatched().getFirst();
            if (given.startsWith("-")) {
                Set<String> options = command.getCommandSpec().optionsMap().keySet();
                return "there is no option \"" + given + "\"" + didYouMean(given, options);
            }
            Set<String> commands = command.getSubcommands().keySet();
            return "there is no " + (commands.isEmpty() ? "argument" : "command") + " \"" + given + "\""
                    + didYouMean(given, commands);
        }
        String message = String.valueOf(wrong.getMessage());
        // The library's sentences begin with a capital; a name in capitals stays as it is.
        boolean sentence = message.matches("(?s)[A-Z][a-z].*");
        return sentence ? message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1) : message;
    }

    private static String didYouMean(String given, Set<String> words) {
        return DidYouMean.among(given, words)
                .map(near -> ": did you mean \"" + near + "\"?")
                .orElse("");
    }

    /** {@code capo} alone. */
    @Command(
            name = "capo",
            description = "Runs workflows of agents.",
            synopsisSubcommandLabel = "COMMAND",
            commandListHeading = "%nCommands:%n",
            optionListHeading = "%nOptions:%n",
            footer = {
                "",
                "capo COMMAND --help says more about a command.",
                "",
                "Exit codes: 0 fine, 1 failed, 2 wrong use or invalid document, 3 not found, 4 conflict,",
                "5 no server to be reached, 130 interrupted."
            })
    private static final class Root {}
}
