package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that know nothing of each other carry the same executions, and write the same in the same moment. */
class TwinsTest {
    private static final int ROUNDS = 20;

    @TempDir
    Path temporary;

    @Test
    void of_two_that_write_the_same_at_once_each_is_answered_for_a_row_of_its_own() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(
                        EmbeddedPostgresSettings.in(temporary).withDurability(Durability.FAST_FOR_TESTS),
                        Progress.silent());
                Capocomico one = node(postgres);
                Capocomico other = node(postgres);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            WorkflowRef gates = one.register(Workflow.named("gates")
                    .task("first", task -> task.waitFor("go"))
                    .task("second", task -> task.waitFor("go").dependsOn("first"))
                    .task("third", task -> task.waitFor("go").dependsOn("second"))
                    .build());
            CyclicBarrier together = new CyclicBarrier(2);
            int accepted = 0;
            for (int round = 0; round < ROUNDS; round++) {
                String id = round + "-run";
                one.execute(gates, null, ExecutionOptions.id(id));
                // Changes nothing; but now both have read the same steps, and want to write the same next one.
                other.execution(id).resume();
                List<Future<Boolean>> answers =
                        List.of(threads.submit(signal(one, id, together)), threads.submit(signal(other, id, together)));
                for (Future<Boolean> answer : answers) {
                    accepted += answer.get() ? 1 : 0;
                }
            }
            assertThat(new WrittenFacts(postgres.dataSource()).of("-run", Fact.SignalArrived.class))
                    .as("a row for each that was acknowledged")
                    .hasSize(accepted);
            assertThat(accepted).isGreaterThan(ROUNDS);
        }
    }

    private static Callable<Boolean> signal(Capocomico capo, String id, CyclicBarrier together) {
        return () -> {
            together.await();
            try {
                capo.execution(id).signal("go", null);
                return true;
            } catch (Unavailable e) {
                throw new AssertionError("nobody took the database away", e);
            }
        };
    }

    private static Capocomico node(EmbeddedPostgres postgres) throws InterruptedException {
        return Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .sharesDatabase()
                .start();
    }
}
