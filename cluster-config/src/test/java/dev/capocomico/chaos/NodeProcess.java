package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link ChaosNode} in a JVM of its own, from the outside. */
final class NodeProcess {
    /** Between the end of a process's pipes and its own. */
    private static final Duration DYING_MAX = Duration.ofSeconds(10);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Writer orders;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final List<String> heard = new ArrayList<>();
    private volatile boolean ready;

    /**
     * Starts one.
     *
     * @param properties of {@link ChaosNode}, without their prefix
     * @param log takes what it says on its other output
     */
    NodeProcess(Map<String, String> properties, Path log) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.add("-Dcapocomico.root=" + System.getProperty("capocomico.root"));
        command.add("-D" + Workload.PROPERTY + "=" + System.getProperty(Workload.PROPERTY, ""));
        properties.forEach((name, value) -> command.add("-Dchaos." + name + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ChaosNode.class.getName()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        orders = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("ready")) {
                    ready = true;
                } else {
                    said.add(line);
                }
            }
        } catch (IOException e) {
            // The node is gone; whoever waits for it sees that it is.
        }
    }

    /** Whether it has come so far that it takes orders. */
    boolean isReady() {
        return ready;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Of one that is not alive. */
    int exitValue() {
        return process.exitValue();
    }

    /** To a node that is no more the order is lost, as it would be a moment later. */
    void order(long number, Deed deed) {
        try {
            orders.write(number + " " + JSON.writeValueAsString(deed) + "\n");
            orders.flush();
        } catch (IOException e) {
            // One that halts has closed its pipes a moment before it is seen to be dead.
            if (!hasEndedWithin(DYING_MAX)) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private boolean hasEndedWithin(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What it has said since the last time. */
    List<String> answers() {
        List<String> lines = new ArrayList<>();
        said.drainTo(lines);
        heard.addAll(lines);
        return lines;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As {@link #kill}, at the end of a test. */
    void destroy() {
        process.destroyForcibly().onExit().join();
    }

    /** Lets it stop in order, and gives what it said at the end. */
    List<String> stop(Duration limit) throws IOException, InterruptedException {
        orders.write(ChaosNode.STOP + "\n");
        orders.flush();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the node has not stopped within " + limit);
        }
        long deadline = System.nanoTime() + limit.toNanos();
        answers();
        while (!heard.contains("closed") && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            answers();
        }
        if (process.exitValue() != 0 || !heard.contains("closed")) {
            throw new AssertionError("the node did not stop well: exit " + process.exitValue());
        }
        return List.copyOf(heard);
    }
}
