package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.execution.Target;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.wire.StepCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node is killed in the middle of many executions, and another takes them up from the same data directory. */
class KilledNodeTest {
    private static final int EXECUTIONS = 20;

    @TempDir
    Path temporary;

    private final List<Process> children = new ArrayList<>();
    private final Map<Process, BufferedReader> outputs = new HashMap<>();

    @AfterEach
    void end_children() throws InterruptedException {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
        // The server outlives its node; a test that failed must not leave it running.
        EmbeddedPostgres.start(settings(), Progress.silent()).close();
    }

    @Test
    void what_was_accepted_is_completed_by_another_node_and_nothing_completed_is_done_again() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        Path calls = temporary.resolve("calls");
        Set<String> committed = new HashSet<>();
        int linesBefore = 0;
        for (int kill = 0; kill < 2; kill++) {
            Process node = start(calls);
            expect(node, "accepted");
            // Two thirds of the way at most, so that the last node has something to do.
            int goal = linesBefore + 20 + random.nextInt(60);
            while (lines(calls).size() < goal && node.isAlive()) {
                Thread.onSpinWait();
            }
            node.destroyForcibly().waitFor();
            List<String> lines = lines(calls);
            assertBeganOnlyWhatWasNotCommitted(lines.subList(linesBefore, lines.size()), committed, seed);
            linesBefore = lines.size();
            committed = committed();
        }
        Process last = start(calls);
        List<String> said = expect(last, "done");
        for (int i = 0; i < EXECUTIONS; i++) {
            assertThat(said).as("-Dseed=" + seed).contains("{\"t5\":" + (i + NodeToBeKilled.TASKS) + "}");
        }
        expect(last, "closed");
        assertThat(last.waitFor()).isZero();
        List<String> lines = lines(calls);
        assertBeganOnlyWhatWasNotCommitted(lines.subList(linesBefore, lines.size()), committed, seed);
        assertThat(committed()).as("-Dseed=" + seed).hasSize(EXECUTIONS * NodeToBeKilled.TASKS);
    }

    private static void assertBeganOnlyWhatWasNotCommitted(List<String> lines, Set<String> committed, long seed) {
        assertThat(lines.stream().filter(line -> line.startsWith("begin ")).map(line -> line.substring(6)))
                .as("what began after its success was in the journal, -Dseed=" + seed)
                .doesNotContainAnyElementsOf(committed.isEmpty() ? Set.of("none yet") : committed);
    }

    /** The idempotency keys of all successes in the journal, read without the engine. */
    private Set<String> committed() throws SQLException {
        Set<String> keys = new HashSet<>();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(settings(), Progress.silent());
                Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT persistence_id, event_ser_manifest, event_payload FROM event_journal")) {
            while (row.next()) {
                String execution = row.getString(1).substring("execution|".length());
                Step step = StepCodec.decode(row.getString(2), row.getBytes(3));
                for (Fact fact : step.facts()) {
                    if (fact instanceof Fact.Succeeded succeeded
                            && succeeded.target() instanceof Target.Element element) {
                        boolean first = keys.add(execution + "/t" + element.task() + "/0/1/0");
                        assertThat(first)
                                .as(fact + " is in the journal of " + execution + " once")
                                .isTrue();
                    }
                }
            }
        }
        return keys;
    }

    private EmbeddedPostgresSettings settings() {
        return EmbeddedPostgresSettings.in(temporary.resolve("node"));
    }

    private static List<String> lines(Path calls) throws IOException {
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private Process start(Path calls) throws IOException {
        Process node = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeToBeKilled.class.getName(),
                        temporary.resolve("node").toString(),
                        calls.toString(),
                        Integer.toString(EXECUTIONS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        children.add(node);
        return node;
    }

    private List<String> expect(Process node, String word) throws IOException {
        BufferedReader output = outputs.computeIfAbsent(node, process -> process.inputReader(StandardCharsets.UTF_8));
        List<String> said = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(word)) {
                return said;
            }
            said.add(line);
        }
        throw new AssertionError("the node ended before it said \"" + word + "\"; it said " + said);
    }
}
