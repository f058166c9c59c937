package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.execution.Fact;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process with a node gets the signal that operators and machines stop processes with. */
@Timeout(180)
class TerminatedNodeTest {
    /** What the JVM ends with after SIGTERM. */
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path temporary;

    @Test
    void a_process_that_is_told_to_end_drains_as_a_node_that_is_closed() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(temporary.resolve("database")).withDurability(Durability.FAST_FOR_TESTS),
                Progress.silent())) {
            Path release = temporary.resolve("release");
            Process node = start(postgres, release);
            try (BufferedReader said = node.inputReader(StandardCharsets.UTF_8)) {
                assertThat(said.readLine()).isEqualTo("ready");
                // Not by the process itself, which would close its output too.
                node.toHandle().destroy();
                assertThat(said.readLine()).isEqualTo("draining");
                assertThat(node.isAlive()).as("agents are at work").isTrue();
                Files.createFile(release);
                assertThat(node.waitFor(DrainingNode.GRACE.toSeconds(), TimeUnit.SECONDS))
                        .as("it ends within the grace")
                        .isTrue();
                assertThat(node.exitValue()).isEqualTo(TERMINATED);
            } finally {
                node.destroyForcibly().waitFor();
            }
            WrittenFacts written = new WrittenFacts(postgres.dataSource());
            assertThat(written.all(Fact.Succeeded.class))
                    .as("those at work were waited for")
                    .hasSize(DrainingNode.PLACES);
            assertThat(written.all(Fact.AttemptHandedBack.class))
                    .as("the others are handed back, and no agent had begun with them")
                    .hasSize(DrainingNode.ATTEMPTS - DrainingNode.PLACES)
                    .noneMatch(Fact.AttemptHandedBack::begun);
            completeOnTheNext(postgres);
            assertThat(written.all(Fact.AttemptLost.class)).isEmpty();
        }
    }

    private static void completeOnTheNext(EmbeddedPostgres postgres) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (Capocomico next = Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .agent("worker", task -> calls.incrementAndGet())
                .start()) {
            for (int i = 0; i < DrainingNode.ATTEMPTS; i++) {
                next.execution("work-" + i).await(Duration.ofSeconds(60));
            }
        }
        assertThat(calls).hasValue(DrainingNode.ATTEMPTS - DrainingNode.PLACES);
    }

    private static Process start(EmbeddedPostgres postgres, Path release) throws Exception {
        return ChildJvm.start(
                DrainingNode.class, postgres.jdbcUrl(), postgres.user(), postgres.password(), release.toString());
    }
}
