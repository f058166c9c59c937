package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.definition.CoordinationType;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clocks of node and database are far apart; the database dates the events. */
class EventClockTest {
    private static final Definition WAITER = Workflow.named("waiter")
            .events(CoordinationType.HYBRID, List.of("orders.paid"))
            .agent("w", role -> role.type("worker"))
            .task(
                    "work",
                    task -> task.agent("w").input("${event.amount}").onEvent(new EventWait("orders.paid", null, null)))
            .output("${tasks.work.output}")
            .build();

    @TempDir
    Path temporary;

    @Test
    void a_node_whose_clock_leads_or_lags_by_ten_seconds_misses_no_event_and_takes_none_of_before() throws Exception {
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent())) {
            for (int seconds : new int[] {10, -10}) {
                Duration ahead = Duration.ofSeconds(seconds);
                try (Capocomico capo = Capocomico.builder()
                        .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                        .clock(() -> Instant.now().plus(ahead))
                        .agent("worker", task -> task.input())
                        .start()) {
                    capo.publish("orders.paid", "before-" + seconds, Map.of("amount", -1));
                    awaitThatNothingOlderIsUnderWay(postgres);
                    Execution waiter =
                            capo.execute(capo.register(WAITER), null, ExecutionOptions.id("waiter" + seconds));
                    capo.publish("orders.paid", "after-" + seconds, Map.of("amount", 7));
                    JsonNode output = waiter.await(Duration.ofSeconds(20));
                    assertThat(output.asInt()).as("%+d seconds", seconds).isEqualTo(7);
                }
            }
        }
    }

    /** What is published while a transaction is under way that began before it may count as published after the start. */
    private static void awaitThatNothingOlderIsUnderWay(EmbeddedPostgres postgres) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        String sql = "SELECT bool_and(tx < pg_snapshot_xmin(pg_current_snapshot())) FROM event_log";
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            boolean over = false;
            while (!over) {
                assertThat(System.nanoTime()).as("a transaction does not end").isLessThan(deadline);
                try (ResultSet row = statement.executeQuery(sql)) {
                    over = row.next() && row.getBoolean(1);
                }
            }
        }
    }
}
