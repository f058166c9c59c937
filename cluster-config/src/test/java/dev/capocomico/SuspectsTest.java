package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.execution.FailureCode;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes die of one attempt among many that agents are at; whoever restarts the node is the test. */
class SuspectsTest {
    private static final int ATTEMPTS = 64;
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
        EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary.resolve("node")), Progress.silent())
                .close();
    }

    @Test
    void of_sixty_four_attempts_one_of_which_kills_its_node_all_others_complete_within_six_crashes() throws Exception {
        Path calls = temporary.resolve("calls");
        List<Integer> exits = new ArrayList<>();
        List<String> said = List.of();
        while (exits.size() < STARTS_MAX && (exits.isEmpty() || exits.getLast() == SuspectsNode.KILLED)) {
            Process node = start(calls);
            said = node.inputReader(StandardCharsets.UTF_8).lines().toList();
            exits.add(node.waitFor());
        }
        assertThat(exits).as("lost once, and five times again").containsExactly(42, 42, 42, 42, 42, 42, 0);
        for (int i = 0; i < ATTEMPTS; i++) {
            String end = i == SuspectsNode.CULPRIT ? FailureCode.ATTEMPT_LOST : "{\"work\":" + i + "}";
            assertThat(said).contains("single-" + i + " " + end);
        }
        Map<String, Long> called = Files.readAllLines(calls).stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(called.remove(Integer.toString(SuspectsNode.CULPRIT))).isEqualTo(6);
        assertThat(called.values()).allMatch(count -> count <= 6);
        assertThat(called.values().stream().filter(count -> count <= 3).count())
                .as("most are cleared by the first division: no more than 22 are lost a third time, and 8 a fourth")
                .isGreaterThanOrEqualTo(ATTEMPTS - 22);
    }

    private Process start(Path calls) throws Exception {
        Process node = ChildJvm.start(
                SuspectsNode.class, temporary.resolve("node").toString(), calls.toString(), Integer.toString(ATTEMPTS));
        children.add(node);
        return node;
    }
}
