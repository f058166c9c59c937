package dev.capocomico.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * All that a command sees of the world around it: where it reads and writes, and where relative paths start.
 *
 * @param look of {@code out}
 * @param errorLook of {@code err}
 * @param screen whether {@code err} is one that can be drawn on, and whether a person sits before it
 * @param environment its variables
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Look look,
        Look errorLook,
        Screen screen,
        Path directory,
        Map<String, String> environment) {
    Terminal {
        environment = Map.copyOf(environment);
    }

    /** Nothing is drawn, and nobody asked. */
    Terminal(InputStream in, PrintStream out, PrintStream err, Look look, Look errorLook, Path directory) {
        this(in, out, err, look, errorLook, Screen.NONE, directory, Map.of());
    }

    /** What can be done with the terminal beyond writing lines. */
    interface Screen {
        Screen NONE = new Screen() {
            @Override
            public boolean isDrawnOn() {
                return false;
            }

            @Override
            public boolean answers() {
                return false;
            }

            @Override
            public Size size() {
                return new Size(80, 24);
            }
        };

        /** Whether lines may be overwritten. */
        boolean isDrawnOn();

        /** Whether somebody can be asked. */
        boolean answers();

        /** As it is now: windows are resized. */
        Size size();
    }

    /** Of a window. */
    record Size(int columns, int rows) {}

    /** The same terminal, with its output where complaints go. */
    Terminal onError() {
        return new Terminal(in, err, err, errorLook, errorLook, screen, directory, environment);
    }

    /** Says on {@code err}, in one sentence, what keeps the command from doing what it was asked for. */
    void complain(String sentence) {
        // On a terminal, both streams are one: what was printed before comes before.
        out.flush();
        err.println("capo: " + Plain.text(sentence, errorLook));
    }
}
