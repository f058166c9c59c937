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
import java.util.stream.Stream;

/**
 * Starts the server through {@code pg_ctl}, which puts it into a session of its own: a Ctrl-C in the terminal must reach this
 * program first, which still needs its database to stop in order.
 */
final class ServerStarter {
    private final DatabaseFiles files;
    private final Server server;
    private final Binaries binaries;
    private final ServerAccount account;

    ServerStarter(DatabaseFiles files, Server server, Binaries binaries, ServerAccount account) {
        this.files = files;
        this.server = server;
        this.binaries = binaries;
        this.account = account;
    }

    /** How a start ended: with the process number of a server that takes connections, or with what PostgreSQL said. */
    record Started(long pid, String complaint) {
        boolean isReady() {
            return pid > 0;
        }
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
        boolean ready = Server.await(limit, () -> server.isReady() || !starter.isAlive(), progress) && server.isReady();
        if (!ready && starter.isAlive()) {
            starter.destroyForcibly();
            throw tooSlow(limit);
        }
        if (ready || server.isReady()) {
            return new Started(
                    PostmasterFile.read(files.database())
                            .map(PostmasterFile::pid)
                            .orElse(0L),
                    "");
        }
        return new Started(0, said.join() + newLines(before));
    }

    private EmbeddedPostgresException tooSlow(Duration limit) throws IOException {
        server.stop(Duration.ofSeconds(1));
        return new EmbeddedPostgresException(
                Reason.TOO_SLOW,
                "PostgreSQL in %s was not ready after %d s and has been stopped. After a crash it may need longer to recover: raise the start limit. Its log is in %s."
                        .formatted(files.home(), limit.toSeconds(), files.logs()));
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
