package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.directory.NotPrivateException;
import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns what the system and PostgreSQL say into a sentence for the person who has to do something about it. */
final class Diagnosis {
    private static final String NO_SPACE = "no space left on device";
    private static final String QUOTA = "disk quota exceeded";
    private static final String READ_ONLY = "read-only file system";
    private static final int QUOTED_LINES_MAX = 6;

    private Diagnosis() {}

    static boolean isDiskFull(IOException e) {
        return says(String.valueOf(e.getMessage()), NO_SPACE, QUOTA);
    }

    /** The server's port is used by somebody else, which another port cures. */
    static boolean isPortTaken(String output) {
        return says(output, "could not bind ipv4 address", "could not create any tcp/ip sockets");
    }

    /** Processes of a killed server still hold its memory; they notice and go within moments. */
    static boolean isPredecessorDying(String output) {
        return says(output, "pre-existing shared memory block");
    }

    /** Something about a file or directory that this program itself reads or writes. */
    static EmbeddedPostgresException ofFile(IOException e, Path place) {
        if (e instanceof NotPrivateException) {
            return new EmbeddedPostgresException(Reason.DIRECTORY_NOT_USABLE, String.valueOf(e.getMessage()), e);
        }
        Path where = e instanceof FileSystemException f && f.getFile() != null ? Path.of(f.getFile()) : place;
        if (isDiskFull(e)) {
            return diskFull(where, e);
        }
        boolean denied = e instanceof AccessDeniedException || says(String.valueOf(e.getMessage()), READ_ONLY);
        if (denied) {
            return new EmbeddedPostgresException(
                    Reason.DIRECTORY_NOT_USABLE,
                    "%s cannot be written by user %s%s. Give the user the right to write there, or choose another data directory."
                            .formatted(
                                    where,
                                    System.getProperty("user.name", "?"),
                                    says(String.valueOf(e.getMessage()), READ_ONLY)
                                            ? " (the file system is read-only)"
                                            : ""),
                    e);
        }
        return new EmbeddedPostgresException(
                Reason.DIRECTORY_NOT_USABLE,
                "%s cannot be used: %s. Choose another data directory, or mend this one.".formatted(where, e),
                e);
    }

    /** A program of PostgreSQL's ended badly, or the server did not come up. */
    static EmbeddedPostgresException ofOutput(String what, String output, Path directory, Path log) {
        if (says(output, NO_SPACE, QUOTA)) {
            return diskFull(directory, null);
        }
        if (isPortTaken(output)) {
            return new EmbeddedPostgresException(
                    Reason.PORT_TAKEN,
                    "%s: its port is used by another program. Stop that program, or choose another port.%s"
                            .formatted(what, quote(output, log)));
        }
        if (says(
                output,
                "could not create shared memory",
                "could not map anonymous shared memory",
                "could not open shared memory",
                "could not resize shared memory",
                "function not implemented")) {
            return new EmbeddedPostgresException(
                    Reason.NO_SHARED_MEMORY,
                    "%s: the system does not give it shared memory. In a container, mount /dev/shm with at least 64 MB and raise the memory limit; else look at the limits kernel.shmmax and kernel.shmmni.%s"
                            .formatted(what, quote(output, log)));
        }
        if (says(output, "database files are incompatible", "is not compatible with this version")) {
            return new EmbeddedPostgresException(
                    Reason.VERSION_MISMATCH,
                    "%s: %s was made by another version of PostgreSQL. Start it with the program version that made it, dump and restore, or choose an empty data directory.%s"
                            .formatted(what, directory, quote(output, log)));
        }
        if (says(
                output,
                "error while loading shared libraries",
                "exec format error",
                "cannot execute",
                "bad cpu type")) {
            return new EmbeddedPostgresException(
                    Reason.BINARIES_NOT_USABLE,
                    "%s: this system does not run the included PostgreSQL. On a system without glibc (such as Alpine) or with the cache mounted noexec, install PostgreSQL and name it in DATABASE_URL, or set XDG_CACHE_HOME to a place from which programs may be started.%s"
                            .formatted(what, quote(output, log)));
        }
        if (says(output, "permission denied", READ_ONLY, "operation not permitted")) {
            return new EmbeddedPostgresException(
                    Reason.DIRECTORY_NOT_USABLE,
                    "%s: it may not read or write everything in %s. Give the user %s its files, or choose another data directory.%s"
                            .formatted(what, directory, System.getProperty("user.name", "?"), quote(output, log)));
        }
        return new EmbeddedPostgresException(
                Reason.SERVER_FAILED,
                "%s. Its log may say more; an empty data directory shows whether this one is at fault.%s"
                        .formatted(what, quote(output, log)));
    }

    /** The operating system refused to start one of PostgreSQL's programs. */
    static EmbeddedPostgresException ofUnstartable(IOException e, Path program) {
        return new EmbeddedPostgresException(
                Reason.BINARIES_NOT_USABLE,
                "%s cannot be started: %s. On a system without glibc (such as Alpine) or with that place mounted noexec, install PostgreSQL and name it in DATABASE_URL, or set XDG_CACHE_HOME to a place from which programs may be started."
                        .formatted(program, e.getMessage()),
                e);
    }

    private static EmbeddedPostgresException diskFull(Path where, @Nullable IOException cause) {
        return new EmbeddedPostgresException(
                Reason.DISK_FULL,
                "The disk that holds %s is full. Free some space (PostgreSQL wants 200 MB to begin with), or choose a data directory on another disk; nothing that was stored is lost."
                        .formatted(where),
                cause);
    }

    private static String quote(String output, Path log) {
        List<String> lines = output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - QUOTED_LINES_MAX), lines.size());
        return " PostgreSQL said: %s (log: %s)".formatted(last.isEmpty() ? "nothing" : String.join(" | ", last), log);
    }

    private static boolean says(String output, String... phrases) {
        String lower = output.toLowerCase(Locale.ROOT);
        for (String phrase : phrases) {
            if (lower.contains(phrase)) {
                return true;
            }
        }
        return false;
    }
}
