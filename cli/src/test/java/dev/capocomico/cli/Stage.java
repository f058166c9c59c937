package dev.capocomico.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs commands in this JVM, in a folder of their own. */
final class Stage {
    static final Look PLAIN = new Look(120, false, true);
    static final Look COLOURED = new Look(120, true, true);

    private final Path directory;
    private Look look = PLAIN;
    private InputStream in = InputStream.nullInputStream();
    private final Map<String, String> environment = new HashMap<>();
    private Terminal.Screen screen = Terminal.Screen.NONE;

    Stage(Path directory) {
        this.directory = directory;
    }

    Stage with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Stage with(Look look) {
        this.look = look;
        return this;
    }

    Stage reading(String text) {
        return reading(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    Stage reading(InputStream in) {
        this.in = in;
        return this;
    }

    /** A person sits there and types this; nothing is drawn. */
    Stage answering(String text) {
        screen = screen(false, true);
        return reading(text);
    }

    /** What is written to the standard error can be drawn over. */
    Stage drawn() {
        screen = screen(true, false);
        return this;
    }

    /** A person sits before a screen, and says nothing. */
    Stage silent() throws IOException {
        screen = screen(true, true);
        return reading(new PipedInputStream(new PipedOutputStream()));
    }

    private static Terminal.Screen screen(boolean drawnOn, boolean answers) {
        return new Terminal.Screen() {
            @Override
            public boolean isDrawnOn() {
                return drawnOn;
            }

            @Override
            public boolean answers() {
                return answers;
            }

            @Override
            public Terminal.Size size() {
                return new Terminal.Size(80, 24);
            }
        };
    }

    Stage file(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
        return this;
    }

    Ended run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream outStream = new PrintStream(out, false, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, false, StandardCharsets.UTF_8);
        int code = Capo.run(new Terminal(in, outStream, errStream, look, look, screen, directory, environment), args);
        outStream.flush();
        errStream.flush();
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    record Ended(int code, String out, String err) {}
}
