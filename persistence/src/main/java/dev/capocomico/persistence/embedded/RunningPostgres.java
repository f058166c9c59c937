package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A server of a data directory that runs already, for those who only want to read: it is not started, adopted or stopped, and the
 * directory is not locked.
 */
public record RunningPostgres(String jdbcUrl, String user, String password) {
    /** Whether there is a database in the directory, running or not. Creates nothing. */
    public static boolean hasDatabase(Path directory) {
        return Files.isDirectory(directory.resolve("postgresql").resolve("data"));
    }

    /** Whether a program holds the directory now. */
    public static boolean isHeld(Path directory) {
        if (!hasDatabase(directory)) {
            return false;
        }
        try {
            DataDirectoryLock.acquire(DatabaseFiles.realDirectory(directory)).close();
            return false;
        } catch (EmbeddedPostgresException e) {
            return e.reason() == Reason.DIRECTORY_IN_USE;
        }
    }

    /**
     * The server, if it takes connections.
     *
     * @throws EmbeddedPostgresException if its password cannot be read
     */
    public static Optional<RunningPostgres> find(Path directory) {
        if (!hasDatabase(directory)) {
            return Optional.empty();
        }
        Path real = DatabaseFiles.realDirectory(directory);
        try {
            DatabaseFiles files = DatabaseFiles.in(real);
            Optional<PostmasterFile> running = new Server(files).running().filter(PostmasterFile::isReady);
            if (running.isEmpty() || !files.hasNodePassword()) {
                return Optional.empty();
            }
            String url = EmbeddedPostgres.jdbcUrl(running.get().port(), Roles.DATABASE);
            return Optional.of(new RunningPostgres(url, Roles.NODE, files.nodePassword()));
        } catch (IOException e) {
            throw Diagnosis.ofFile(e, real);
        }
    }
}
