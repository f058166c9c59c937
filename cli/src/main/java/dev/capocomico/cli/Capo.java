package dev.capocomico.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The {@code capo} command. Without the launcher its output is plain, as if it were piped. */
public final class Capo {
    private Capo() {}

    public static void main(String[] args) {
        // Libraries log through SLF4J; that nothing listens is no news to anybody.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        Properties properties = System.getProperties();
        Map<String, String> environment = System.getenv();
        Outlet outlet = new Outlet(new FileOutputStream(FileDescriptor.out));
        Terminal terminal = new Terminal(
                System.in,
                utf8(outlet),
                utf8(new FileOutputStream(FileDescriptor.err)),
                Look.of("stdout", properties, environment),
                Look.of("stderr", properties, environment),
                TerminalScreen.of(properties, environment),
                Path.of(""),
                environment);
        int code = run(terminal, args);
        terminal.out().flush();
        if (outlet.whyItFailed().isPresent()) {
            terminal.complain(
                    "the output could not be written: " + outlet.whyItFailed().get());
            code = Math.max(code, ExitCode.FAILED);
        }
        terminal.err().flush();
        System.exit(code);
    }

    /** Definitions are UTF-8, and so is what we say about them, whatever the locale calls itself. */
    private static PrintStream utf8(OutputStream out) {
        return new PrintStream(new BufferedOutputStream(out, 1 << 15), false, StandardCharsets.UTF_8);
    }

    /**
     * Runs one command and returns its exit code; what goes wrong is said on the terminal, never thrown. No command at
     * all is a question, not a mistake.
     */
    static int run(Terminal terminal, String... args) {
        try {
            return CommandTree.of(terminal).execute(args.length == 0 ? new String[] {"--help"} : args);
        } catch (Throwable fault) {
            CrashReport.write(fault, List.of(args), terminal);
            return ExitCode.FAILED;
        }
    }
}
