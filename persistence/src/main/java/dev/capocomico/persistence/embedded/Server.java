package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The server's process. It is started by {@code pg_ctl}, which puts it into a session of its own: a Ctrl-C in the terminal must
 * reach this program first, which still needs its database to stop in order.
 */
final class Server {
    private static final Duration HARD_STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(10);
    private static final long WORD_OF_PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int POLL_MILLIS = 5;

    private final DatabaseFiles files;
    private final Binaries binaries;
    private final ServerAccount account;

    Server(DatabaseFiles files, Binaries binaries, ServerAccount account) {
        this.files = files;
        this.binaries = binaries;
        this.account = account;
    }

    /** How a start ended: with the process number of a server that takes connections, or with what PostgreSQL said. */
    record Started(long pid, String complaint) {
        boolean isReady() {
            return pid > 0;
        }
    }

    /** The server of these files, if one lives. */
    Optional<PostmasterFile> running() throws IOException {
        return PostmasterFile.read(files.database()).filter(file -> file.isServerOf(files.database()));
    }

    /** Whether a server is of the very version that this program would start. */
    boolean isOfTheseBinaries(long pid) {
        return PostmasterFile.programOf(pid).equals(binaries.program("postgres").toString());
    }

    /** Starts a server with the configuration that was written and waits until it takes connections or has given up. */
    Started start(Duration limit, Progress progress) throws IOException {
        Optional<PostmasterFile> stale = PostmasterFile.read(files.database());
        if (stale.isPresent() && ProcessHandle.of(stale.get().pid()).isPresent()) {
            stale.get().disown();
        }
        Files.deleteIfExists(files.startLog());
        Map<Path, Long> before = logSizes();
        Path pgCtl = binaries.program("pg_ctl");
        List<String> words = List.of(
                pgCtl.toString(),
                "start",
                "--wait",
                "--timeout=" + Math.max(1, limit.toSeconds()),
                "--pgdata=" + files.database(),
                "--log=" + files.startLog());
        Process starter;
        try {
            starter = Command.start(account.with(words), files.home());
        } catch (IOException e) {
            throw Diagnosis.ofUnstartable(e, pgCtl);
        }
        CompletableFuture<String> said = Command.outputOf(starter);
        boolean ready = await(limit, () -> isReady() || !starter.isAlive(), progress) && isReady();
        if (!ready && starter.isAlive()) {
            starter.destroyForcibly();
            throw tooSlow(limit);
        }
        if (ready || isReady()) {
            return new Started(
                    PostmasterFile.read(files.database())
                            .map(PostmasterFile::pid)
                            .orElse(0L),
                    "");
        }
        return new Started(0, said.join() + newLines(before));
    }

    private EmbeddedPostgresException tooSlow(Duration limit) throws IOException {
        stop(Duration.ofSeconds(1));
        return new EmbeddedPostgresException(
                Reason.TOO_SLOW,
                "PostgreSQL in %s was not ready after %d s and has been stopped. After a crash it may need longer to recover: raise the start limit. Its log is in %s."
                        .formatted(files.home(), limit.toSeconds(), files.logs()));
    }

    private boolean isReady() {
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

    /** What a crash does: the process is gone without a word. */
    void kill(long pid) {
        if (PostmasterFile.serves(pid, files.database())) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
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
        Path pgCtl = binaries.program("pg_ctl");
        // A failure means that the process is gone already, which whoever waits for its end will see.
        Command.run(
                account.with(List.of(pgCtl.toString(), "kill", name, Long.toString(pid))), files.home(), SIGNAL_LIMIT);
    }

    private static boolean await(Duration limit, BooleanSupplier condition, Progress progress) {
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

    private Map<Path, Long> logSizes() throws IOException {
        Map<Path, Long> sizes = new HashMap<>();
        if (Files.isDirectory(files.logs())) {
            try (Stream<Path> logs = Files.list(files.logs())) {
                for (Path log : logs.toList()) {
                    sizes.put(log, Files.size(log));
                }
            }
        }
        return sizes;
    }

    /** What was logged since the sizes were taken: first by the server's beginnings, then by the server. */
    private String newLines(Map<Path, Long> before) throws IOException {
        StringBuilder lines = new StringBuilder();
        if (Files.exists(files.startLog())) {
            lines.append(Files.readString(files.startLog(), StandardCharsets.ISO_8859_1));
        }
        for (Map.Entry<Path, Long> log : logSizes().entrySet()) {
            long offset = before.getOrDefault(log.getKey(), 0L);
            if (log.getValue() > offset) {
                try (RandomAccessFile file = new RandomAccessFile(log.getKey().toFile(), "r")) {
                    byte[] bytes = new byte[(int) Math.min(64 * 1024, log.getValue() - offset)];
                    file.seek(log.getValue() - bytes.length);
                    file.readFully(bytes);
                    lines.append(new String(bytes, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return lines.toString();
    }
}
