package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node is killed, and nobody asks the next one for anything. */
class WakingTest {
    private static final int SLEEPERS = 1_000;
    private static final int WORKERS = 20;

    @TempDir
    Path temporary;

    private final Map<String, Integer> calls = new ConcurrentHashMap<>();

    @Test
    void after_a_restart_what_was_under_way_and_what_fell_due_meanwhile_goes_on_by_itself() throws Exception {
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent())) {
            killWhenReady(node(postgres));
            Thread.sleep(SleepersToBeKilled.NAP); // Every sleeper has become due when this is over.
            int endedBefore =
                    Integer.parseInt(query(postgres, "SELECT count(*) FROM execution WHERE ended_at IS NOT NULL"));
            assertThat(endedBefore).isLessThan(SLEEPERS);
            long from = System.nanoTime();
            Capocomico capo = Capocomico.builder()
                    .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                    .parkAfter(SleepersToBeKilled.PARK_AFTER)
                    .agent("worker", task -> calls.merge(task.idempotencyKey(), 1, Integer::sum))
                    .start();
            try {
                await(postgres, "SELECT count(*) FROM execution WHERE status = 'completed'", SLEEPERS + WORKERS, from);
            } finally {
                capo.close();
            }
            System.out.printf(
                    "%d executions were woken and ended within %d ms%n",
                    SLEEPERS + WORKERS - endedBefore, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from));
        }
        assertThat(calls).hasSize(2 * WORKERS);
        assertThat(calls.values()).containsOnly(1);
    }

    private static void await(EmbeddedPostgres postgres, String sql, int wanted, long fromNanos)
            throws SQLException, InterruptedException {
        String seen = "";
        while (!seen.equals(Integer.toString(wanted))) {
            assertThat(Duration.ofNanos(System.nanoTime() - fromNanos))
                    .as("%s of %d are completed", seen, wanted)
                    .isLessThan(Duration.ofSeconds(30));
            TimeUnit.MILLISECONDS.sleep(50);
            seen = query(postgres, sql);
        }
    }

    private static Process node(EmbeddedPostgres postgres) throws IOException {
        return ChildJvm.start(
                SleepersToBeKilled.class,
                postgres.jdbcUrl(),
                postgres.user(),
                postgres.password(),
                Integer.toString(SLEEPERS),
                Integer.toString(WORKERS));
    }

    private static void killWhenReady(Process node) throws IOException, InterruptedException {
        try (BufferedReader output = node.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("ready");
        } finally {
            node.destroyForcibly().waitFor();
        }
    }

    private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
