package dev.capocomico.persistence.embedded;

import dev.capocomico.persistence.embedded.EmbeddedPostgresException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program run to its end, in English and in UTC, and with none of the caller's variables that PostgreSQL would heed. */
final class Command {
    private Command() {}

    /** How a command ended; whoever asks for {@code output} gets standard output and standard error as they came. */
    record Ended(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /**
     * Runs a command in a directory and waits for it.
     *
     * @throws IOException if the program cannot be started at all
     * @throws EmbeddedPostgresException if it runs longer than the limit (it is killed then) or the thread is interrupted
     */
    static Ended run(List<String> words, Path workingDirectory, Duration limit) throws IOException {
        Process process = start(words, workingDirectory);
        CompletableFuture<String> output = outputOf(process);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new EmbeddedPostgresException(
                        Reason.TOO_SLOW,
                        "%s did not end within %d s. Is the disk very slow, or the machine overloaded?"
                                .formatted(String.join(" ", words), limit.toSeconds()));
            }
            return new Ended(process.exitValue(), output.join());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw interrupted(e);
        }
    }

    /** Whether a program is there, ends well, and in a few seconds. */
    static @Nullable Ended tryOut(List<String> words) {
        try {
            return run(words, Path.of("/"), Duration.ofSeconds(10));
        } catch (IOException e) {
            // Not installed, which is an answer here.
            return null;
        }
    }

    static Process start(List<String> words, Path workingDirectory) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        String path = builder.environment().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        // PGDATA, PGPORT, PGOPTIONS and their like would change what the server does; a locale would change its words.
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        return builder.start();
    }

    /** Reads beside the program, so that a full pipe never stops it. */
    static CompletableFuture<String> outputOf(Process process) {
        CompletableFuture<String> output = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                output.complete(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                output.complete("(its output could not be read: " + e.getMessage() + ")");
            }
        });
        return output;
    }

    static EmbeddedPostgresException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new EmbeddedPostgresException(
                Reason.INTERRUPTED, "The thread was interrupted while it waited for PostgreSQL.", cause);
    }
}
