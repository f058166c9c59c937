package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.FailureCode;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.wire.StepCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task takes its JVM down whenever it is attempted; whoever restarts the node is the test. */
class PoisonTest {
    private static final int INNOCENTS = 50;
    private static final int STARTS_MAX = 12;

    @TempDir
    Path temporary;

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void end_children() throws InterruptedException {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
        // The server outlives its node; a test that failed must not leave it running.
        EmbeddedPostgres.start(settings(), Progress.silent()).close();
    }

    @Test
    void a_task_that_kills_its_node_fails_within_its_bound_and_a_hundred_innocent_ones_end() throws Exception {
        Path calls = temporary.resolve("calls");
        List<Integer> exits = new ArrayList<>();
        List<String> said = List.of();
        while (exits.size() < STARTS_MAX && (exits.isEmpty() || exits.getLast() == PoisonedNode.KILLED)) {
            Process node = start(calls);
            said = node.inputReader(StandardCharsets.UTF_8).lines().toList();
            exits.add(node.waitFor());
        }

        assertThat(exits).as("killed once and five times again").containsExactly(42, 42, 42, 42, 42, 42, 0);
        String dishes = IntStream.range(0, INNOCENTS)
                .mapToObj(i -> "\"dish-" + i + "\"")
                .collect(Collectors.joining(","));
        assertThat(said).contains("together {\"taste\":[null," + dishes + "]}");
        for (int i = 0; i < INNOCENTS; i++) {
            assertThat(said).contains("single-%d {\"taste\":\"single-%d\"}".formatted(i, i));
        }
        Map<String, Long> called = Files.readAllLines(calls).stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(called.remove(PoisonedNode.POISON)).isEqualTo(6);
        assertThat(called).hasSize(2 * INNOCENTS);
        assertThat(called.values())
                .as("calls of an innocent: beside the poison it may be lost as often as an attempt may")
                .allMatch(count -> count <= 6);
        assertLossesAreTheCulprits();
    }

    /** What the journal says of it, read without the engine. */
    private void assertLossesAreTheCulprits() throws SQLException {
        List<Fact> facts = new ArrayList<>();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(settings(), Progress.silent());
                Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT event_ser_manifest, event_payload FROM event_journal")) {
            while (row.next()) {
                facts.addAll(StepCodec.decode(row.getString(1), row.getBytes(2)).facts());
            }
        }
        assertThat(facts.stream().filter(fact -> fact instanceof Fact.AttemptLost lost && !lost.begun()))
                .as("many stood behind the culprit each time")
                .hasSizeGreaterThan(INNOCENTS);
        assertThat(facts.stream().filter(Fact.GaveUp.class::isInstance))
                .singleElement()
                .isInstanceOfSatisfying(
                        Fact.GaveUp.class,
                        gaveUp -> assertThat(gaveUp.failure().code()).isEqualTo(FailureCode.ATTEMPT_LOST));
    }

    private EmbeddedPostgresSettings settings() {
        return EmbeddedPostgresSettings.in(temporary.resolve("node"));
    }

    private Process start(Path calls) throws IOException {
        Process node = ChildJvm.start(
                PoisonedNode.class,
                temporary.resolve("node").toString(),
                calls.toString(),
                Integer.toString(INNOCENTS));
        children.add(node);
        return node;
    }
}
