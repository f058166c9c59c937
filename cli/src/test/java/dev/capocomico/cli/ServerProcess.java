package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code capo dev} as a process of its own, on a free port. */
final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final Path err;
    private final JsonNode said;

    private ServerProcess(Process process, Path err, JsonNode said) {
        this.process = process;
        this.err = err;
        this.said = said;
    }

    static ServerProcess start(Path directory, String... options) throws Exception {
        return start(directory, Map.of(), options);
    }

    static ServerProcess start(Path directory, Map<String, String> environment, String... options) throws Exception {
        Path out = Files.createTempFile(directory, "server-", ".out");
        Path err = Files.createTempFile(directory, "server-", ".err");
        Process process = process(directory, environment, options)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            Await.until("the server says where it is", () -> {
                assertThat(process.isAlive()).as(() -> read(err)).isTrue();
                return read(out).endsWith("}\n");
            });
            return new ServerProcess(process, err, new ObjectMapper().readTree(read(out)));
        } catch (Throwable e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** One that is expected to end by itself. */
    static Process launch(Path directory, Map<String, String> environment, String... options) throws IOException {
        return process(directory, environment, options).start();
    }

    private static ProcessBuilder process(Path directory, Map<String, String> environment, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.capocomico.cli.Capo",
                "dev",
                "--port",
                "0",
                "-o",
                "json"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    JsonNode said() {
        return said;
    }

    URI url() {
        return URI.create(said.path("url").asText());
    }

    String token() {
        return said.path("token").asText();
    }

    String err() {
        return read(err);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** To stop, as a supervisor does it; does not wait for it. */
    void tell() {
        process.destroy();
    }

    /** As a supervisor does it; returns when the process is gone. */
    int terminate() throws Exception {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it stops").isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
