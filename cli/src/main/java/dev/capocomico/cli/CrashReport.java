package dev.capocomico.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a user is told of a fault in this program: one sentence, and where the rest of it can be read. */
final class CrashReport {
    private CrashReport() {}

    static void write(Throwable fault, List<String> arguments, Terminal terminal) {
        terminal.complain(sentence(fault) + "; " + whereTheRestIs(fault, arguments));
    }

    private static String sentence(Throwable fault) {
        return switch (fault) {
            case OutOfMemoryError e -> "there was not enough memory (give more with CAPO_JAVA_OPTS=-Xmx…)";
            default -> "this should not have happened: " + fault;
        };
    }

    private static String whereTheRestIs(Throwable fault, List<String> arguments) {
        try {
            Path report = Files.createTempFile("capo-fault-", ".txt");
            try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(report, StandardCharsets.UTF_8))) {
                writer.println(Version.line());
                writer.println(arguments);
                fault.printStackTrace(writer);
            }
            return "the details are in " + report;
        } catch (IOException e) {
            return "the details could not be written (" + e.getMessage() + ")";
        }
    }
}
