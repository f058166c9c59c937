package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.model.definition.Workflow;
import dev.capocomico.persistence.embedded.Durability;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.lease.DatabaseInUseException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class DatabaseLeaseTest {
    @TempDir
    Path directory;

    private EmbeddedPostgres postgres;

    @BeforeEach
    void start() {
        postgres = EmbeddedPostgres.start(
                EmbeddedPostgresSettings.in(directory).withDurability(Durability.FAST_FOR_TESTS), Progress.silent());
    }

    @AfterEach
    void stop() {
        postgres.close();
    }

    private CapocomicoBuilder node() {
        return Capocomico.builder().database(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void a_second_node_on_a_database_is_refused_with_the_name_of_the_first() throws Exception {
        Capocomico first = node().start();
        try {
            assertThatThrownBy(() -> node().start())
                    .isInstanceOf(DatabaseInUseException.class)
                    .hasMessageContaining(
                            "The database is in use by process %d on ",
                            ProcessHandle.current().pid());
        } finally {
            first.close();
        }
        node().start().close();
    }

    @Test
    void a_node_that_was_followed_begins_nothing_interrupts_its_agents_and_stops() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        Capocomico old = node().workerPoolSize(1)
                .stopGrace(Duration.ofMinutes(10))
                .agent("any", task -> {
                    calls.incrementAndGet();
                    working.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                    return null;
                })
                .start();
        WorkflowRef two = old.register(Workflow.named("two")
                .agent("any", role -> role.type("any"))
                .task("first", task -> task.agent("any"))
                .task("second", task -> task.agent("any"))
                .build());
        old.execute(two, null, ExecutionOptions.id("followed"));
        assertThat(working.await(30, TimeUnit.SECONDS)).isTrue();
        execute("UPDATE node_lease SET holder = gen_random_uuid(), fence = fence + 1, description = 'the next one'");
        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        old.awaitStop();
        assertThat(old.whyStopped().orElseThrow()).contains("the next one has taken it over");
        assertThat(calls).hasValue(1);
        execute("UPDATE node_lease SET holder = NULL");
        CountDownLatch both = new CountDownLatch(2);
        try (Capocomico next = node().agent("any", task -> {
                    both.countDown();
                    return null;
                })
                .start()) {
            next.execution("followed").await(Duration.ofMinutes(1));
            assertThat(both.getCount()).isZero();
        }
    }
}
