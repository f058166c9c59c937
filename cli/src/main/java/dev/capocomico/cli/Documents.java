package dev.capocomico.cli;

import dev.capocomico.language.Source;
import dev.capocomico.language.tree.TreeLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The documents that are named on the command line. */
final class Documents {
    /** One byte more than the largest document: enough for the reader to refuse it, and never more in memory. */
    private static final int BYTES_MAX = TreeLimits.DOCUMENT_BYTES_MAX + 1;

    private static final String STANDARD_INPUT = "-";

    private final Terminal terminal;

    Documents(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A file as far as it could be had. */
    sealed interface Opened {
        record Found(Source source) implements Opened {}

        record Unreadable(String name, String why) implements Opened {}
    }

    Opened open(Path path) {
        if (path.toString().equals(STANDARD_INPUT)) {
            return read("<stdin>", terminal.in());
        }
        String name = path.toString();
        Path file = terminal.directory().resolve(path);
        if (Files.isDirectory(file)) {
            return new Opened.Unreadable(name, "it is a folder, name the files in it");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(name, in);
        } catch (NoSuchFileException e) {
            return new Opened.Unreadable(name, "there is no such file");
        } catch (AccessDeniedException e) {
            return new Opened.Unreadable(name, "you are not allowed to read it");
        } catch (IOException e) {
            return unreadable(name, e);
        }
    }

    private static Opened read(String name, InputStream in) {
        try {
            return new Opened.Found(new Source(name, in.readNBytes(BYTES_MAX)));
        } catch (IOException e) {
            return unreadable(name, e);
        }
    }

    private static Opened unreadable(String name, IOException e) {
        return new Opened.Unreadable(name, "could not be read: " + e.getMessage());
    }
}
