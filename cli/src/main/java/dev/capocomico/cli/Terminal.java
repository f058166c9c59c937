package dev.capocomico.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * All that a command sees of the world around it: where it reads and writes, and where relative paths start.
 *
 * @param look of {@code out}
 * @param errorLook of {@code err}
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, Look look, Look errorLook, Path directory) {

    /** Says on {@code err}, in one sentence, what keeps the command from doing what it was asked for. */
    void complain(String sentence) {
        // On a terminal, both streams are one: what was printed before comes before.
        out.flush();
        err.println("capo: " + Plain.text(sentence, errorLook));
    }
}
