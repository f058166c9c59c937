package dev.capocomico.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line of the file in which agents note when a call begins and when it ends.
 *
 * @param atMicros of the machine's clock, which is the database's too
 * @param node the process number of the node that the agent ran in
 * @param element which of a fan-out's elements it is for, as its input says; 0 where there is no fan-out
 */
record Call(
        long atMicros,
        long node,
        Kind kind,
        String execution,
        String task,
        int element,
        String key,
        int attempt,
        String action) {
    /** Calls with such actions undo something. */
    static final String UNDO = "undo";

    private static final int FIELDS = 9;

    enum Kind {
        BEGAN,
        SUCCEEDED,
        FAILED,
        /** The agent was told to stop before it had ended. */
        INTERRUPTED
    }

    boolean undoes() {
        return action.startsWith(UNDO);
    }

    String line() {
        return String.join(
                "\t",
                Long.toString(atMicros),
                Long.toString(node),
                kind.name().toLowerCase(Locale.ROOT),
                execution,
                task,
                Integer.toString(element),
                key,
                Integer.toString(attempt),
                action);
    }

    /** All whole lines: a node may have been killed in the middle of one. */
    static List<Call> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        List<Call> calls = new ArrayList<>();
        text.substring(0, text.lastIndexOf('\n') + 1).lines().map(Call::parse).forEach(calls::add);
        return calls;
    }

    static Call parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("this is no line about a call: " + line);
        }
        return new Call(
                Long.parseLong(fields[0]),
                Long.parseLong(fields[1]),
                Kind.valueOf(fields[2].toUpperCase(Locale.ROOT)),
                fields[3],
                fields[4],
                Integer.parseInt(fields[5]),
                fields[6],
                Integer.parseInt(fields[7]),
                fields[8]);
    }
}
