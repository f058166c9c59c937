package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.directory.PrivateFiles;
import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One node at a time on a data directory. The operating system holds the lock, so it ends with the process, however that dies;
 * the file's content only tells others whom to look for.
 */
final class DataDirectoryLock implements AutoCloseable {
    /**
     * Directories locked by this JVM. Such a file must not even be opened a second time: on POSIX systems closing any handle of
     * it gives up the lock of the whole process.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DataDirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Takes the lock or says who has it. The directory must be a real path, so that one directory has one name. */
    static DataDirectoryLock acquire(Path directory) {
        if (!HELD_HERE.add(directory)) {
            throw inUse(
                    directory,
                    "this very process (pid %d)"
                            .formatted(ProcessHandle.current().pid()));
        }
        try {
            return acquireFile(directory);
        } catch (IOException e) {
            HELD_HERE.remove(directory);
            throw Diagnosis.ofFile(e, directory);
        } catch (RuntimeException e) {
            HELD_HERE.remove(directory);
            throw e;
        }
    }

    private static DataDirectoryLock acquireFile(Path directory) throws IOException {
        Path file = directory.resolve(PrivateFiles.LOCK);
        FileChannel channel = PrivateFiles.open(file);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                String holder = Files.readString(file).strip();
                throw inUse(directory, holder.isEmpty() ? "another process" : holder);
            }
            String holder = "process %d on %s since %s%n"
                    .formatted(
                            ProcessHandle.current().pid(),
                            hostName(),
                            Instant.now().truncatedTo(ChronoUnit.SECONDS));
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
            return new DataDirectoryLock(directory, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Gives the directory free. The file stays: to delete it would race with the next who opens it. */
    @Override
    public void close() {
        try {
            channel.truncate(0);
            channel.close();
        } catch (IOException e) {
            // The end of the process gives the lock back at the latest.
        } finally {
            HELD_HERE.remove(directory);
        }
    }

    private static EmbeddedPostgresException inUse(Path directory, String holder) {
        return new EmbeddedPostgresException(
                Reason.DIRECTORY_IN_USE,
                "The data directory %s is in use by %s. Stop that node, talk to it instead, or give this one a directory of its own."
                        .formatted(directory, holder));
    }

    private static String hostName() {
        try {
            Path linux = Path.of("/proc/sys/kernel/hostname");
            return Files.exists(linux)
                    ? Files.readString(linux).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this host";
        } catch (IOException e) {
            return "an unknown host";
        }
    }
}
