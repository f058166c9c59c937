package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The process of the server that works on the files of a data directory, whoever started it. */
final class Server {
    private static final Duration HARD_STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(10);
    private static final long WORD_OF_PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int POLL_MILLIS = 5;

    private final DatabaseFiles files;

    Server(DatabaseFiles files) {
        this.files = files;
    }

    /** The server of these files, if one lives. */
    Optional<PostmasterFile> running() throws IOException {
        return PostmasterFile.read(files.database()).filter(file -> file.isServerOf(files.database()));
    }

    /** Whether a server lives and takes connections. */
    boolean isReady() {
        try {
            return running().filter(PostmasterFile::isReady).isPresent();
        } catch (IOException e) {
            // Caught while it was being written. The next look will tell.
            return false;
        }
    }

    /** Waits for a left-over server that is on its way up. */
    boolean awaitReady(Duration limit, Progress progress) throws IOException {
        long pid = running().map(PostmasterFile::pid).orElse(0L);
        return await(limit, () -> isReady() || !PostmasterFile.serves(pid, files.database()), progress) && isReady();
    }

    /**
     * Stops the server in order: transactions are rolled back, everything is written. After the limit it is stopped hard, which
     * loses nothing that was committed and costs a recovery at the next start.
     *
     * @throws EmbeddedPostgresException if it survives even that
     */
    void stop(Duration limit) throws IOException {
        Optional<PostmasterFile> running = running();
        if (running.isEmpty()) {
            return;
        }
        long pid = running.get().pid();
        signal("INT", pid);
        if (isGone(pid, limit)) {
            return;
        }
        signal("QUIT", pid);
        if (isGone(pid, HARD_STOP_LIMIT)) {
            return;
        }
        kill(pid);
    }

    /** What a crash does: the server is gone without a word, and no session outlives it to commit once more. */
    void kill(long pid) {
        if (PostmasterFile.serves(pid, files.database())) {
            ProcessHandle.of(pid).ifPresent(server -> {
                List<ProcessHandle> sessions = server.children().toList();
                server.destroyForcibly();
                sessions.forEach(ProcessHandle::destroyForcibly);
            });
        }
        if (!isGone(pid, HARD_STOP_LIMIT)) {
            throw new EmbeddedPostgresException(
                    Reason.TOO_SLOW,
                    "PostgreSQL (process %d) of %s cannot even be killed; it probably waits for a disk that does not answer."
                            .formatted(pid, files.database()));
        }
    }

    boolean isGone(long pid, Duration limit) {
        return await(limit, () -> !PostmasterFile.serves(pid, files.database()), Progress.silent());
    }

    private void signal(String name, long pid) throws IOException {
        // A failure means that the process is gone already, which whoever waits for its end will see.
        Command.run(List.of("sh", "-c", "kill -%s %d".formatted(name, pid)), files.home(), SIGNAL_LIMIT);
    }

    static boolean await(Duration limit, BooleanSupplier condition, Progress progress) {
        long start = System.nanoTime();
        long nextWord = WORD_OF_PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            long waited = System.nanoTime() - start;
            if (waited > limit.toNanos()) {
                return false;
            }
            if (waited > nextWord) {
                progress.now("still waiting for PostgreSQL (%d s)"
                        .formatted(Duration.ofNanos(waited).toSeconds()));
                nextWord += WORD_OF_PATIENCE_NANOS;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                throw Command.interrupted(e);
            }
        }
        return true;
    }
}
