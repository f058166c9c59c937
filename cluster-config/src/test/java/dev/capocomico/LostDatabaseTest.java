package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.capocomico.model.definition.Workflow;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real server is killed under a node that goes on living. */
class LostDatabaseTest {
    private static final int EXECUTIONS = 40;

    @TempDir
    Path temporary;

    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final Semaphore begun = new Semaphore(0);

    @Test
    void attempts_outlive_the_database_and_their_outcomes_are_written_when_it_is_back() throws Exception {
        try (EmbeddedPostgres postgres =
                        EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent());
                Capocomico capo = Capocomico.builder()
                        .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                        .agent("slow", this::work)
                        .workerPoolSize(EXECUTIONS)
                        .start()) {
            WorkflowRef three = capo.register(Workflow.named("three")
                    .agent("s", role -> role.type("slow"))
                    .task("a", task -> task.agent("s"))
                    .task("b", task -> task.agent("s").dependsOn("a"))
                    .task("c", task -> task.agent("s").dependsOn("b"))
                    .build());
            List<Execution> runs = new ArrayList<>();
            for (int i = 0; i < EXECUTIONS; i++) {
                runs.add(capo.execute(three, i, ExecutionOptions.id("run-" + i)));
            }
            // Most of them are in the middle of a task then, and their outcome finds no database.
            begun.acquire(EXECUTIONS + EXECUTIONS / 4);
            postgres.killServer();
            assertThatExceptionOfType(RuntimeException.class)
                    .isThrownBy(() -> capo.register(Workflow.named("other")
                            .agent("s", role -> role.type("slow"))
                            .task("a", task -> task.agent("s"))
                            .build()));
            // The length of the outage: long enough that writes fail and are tried again more than once.
            Thread.sleep(Duration.ofSeconds(2));
            postgres.restart();
            for (Execution run : runs) {
                run.await(Duration.ofMinutes(1));
            }
        }
        // Not one was lost with the database, so none was made twice.
        assertThat(calls).hasSize(EXECUTIONS * 3);
        assertThat(calls.entrySet().stream().filter(call -> call.getValue() != 1))
                .isEmpty();
    }

    private Object work(Task task) throws InterruptedException {
        calls.merge(task.idempotencyKey(), 1, Integer::sum);
        begun.release();
        Thread.sleep(50); // the work itself
        return task.id();
    }
}
