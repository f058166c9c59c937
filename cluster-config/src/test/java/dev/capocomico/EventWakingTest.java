package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.persistence.embedded.EmbeddedPostgres;
import dev.capocomico.persistence.embedded.EmbeddedPostgresSettings;
import dev.capocomico.persistence.embedded.Progress;
import dev.capocomico.persistence.store.JdbcEventLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Executions that wait for an event leave memory, and nobody but the daemon brings them back: nobody asks them for anything. */
class EventWakingTest {
    private static final int EACH = 10;
    private static final int OF_ANOTHER_TOPIC = 50;
    private static final Duration WAKING_MAX = Duration.ofSeconds(30);

    @TempDir
    Path temporary;

    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final AtomicInteger recoveries = new AtomicInteger();
    private EmbeddedPostgres postgres;

    @BeforeEach
    void start_a_database() {
        postgres = EmbeddedPostgres.start(EmbeddedPostgresSettings.in(temporary), Progress.silent());
    }

    @AfterEach
    void stop_it() {
        postgres.close();
    }

    @Test
    void an_execution_that_left_memory_is_woken_by_the_event_that_it_waits_for_and_others_stay_out() throws Exception {
        try (Capocomico capo = node()) {
            WaitersToBeKilled.begin(capo, "orders.paid", EACH);
            WaitersToBeKilled.begin(capo, "orders.lost", OF_ANOTHER_TOPIC);
            awaitTheirPlacesAreKept();
            WaitersToBeKilled.awaitAllHaveLeftMemory(capo);
            int begun = recoveries.get();

            capo.publish("orders.paid", "one", WaitersToBeKilled.event("orders.paid", 3));
            awaitCompleted(1);
            assertThat(calls).containsOnlyKeys(WaitersToBeKilled.execution("orders.paid", 3));
            WaitersToBeKilled.awaitAllHaveLeftMemory(capo);
            // One that has taken its event may be told of it once more. Others of its topic wait for another
            // execution's event.
            assertThat(recoveries.get() - begun).isBetween(1, 2);

            for (int i = 0; i < EACH; i++) {
                capo.publish(
                        "orders.paid",
                        WaitersToBeKilled.eventId("orders.paid", i),
                        WaitersToBeKilled.event("orders.paid", i));
            }
            awaitCompleted(EACH);
            assertThat(calls).hasSize(EACH);
            assertThat(calls.values()).containsOnly(1);
        }
    }

    @Test
    void after_kill_9_those_are_woken_who_were_told_in_vain_and_those_whose_event_came_while_nobody_was_there()
            throws Exception {
        Process node = nodeThatHalts(WaitersToBeKilled.Moment.TOLD);
        try {
            assertThat(node.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(node.exitValue()).isEqualTo(WaitersToBeKilled.HALTED);
        } finally {
            node.destroyForcibly().waitFor();
        }
        assertThat(completed()).isZero();
        // Who was told anything within a minute of the crash is told again. These have waited for longer, so that their
        // event alone counts.
        execute("UPDATE event_wait SET told_at = told_at - interval '1 hour' WHERE topic <> '%s'"
                .formatted(WaitersToBeKilled.TOLD_IN_VAIN));
        EventLog log = new JdbcEventLog(postgres.dataSource());
        for (int i = 0; i < EACH; i++) {
            String topic = WaitersToBeKilled.WHILE_DOWN;
            log.publish(
                    CapocomicoBuilder.TENANT,
                    topic,
                    WaitersToBeKilled.eventId(topic, i),
                    new ObjectMapper().valueToTree(WaitersToBeKilled.event(topic, i)));
        }

        try (Capocomico next = node()) {
            awaitCompleted(2 * EACH);
            WaitersToBeKilled.awaitAllHaveLeftMemory(next);
        }
        assertThat(calls).hasSize(2 * EACH);
        assertThat(calls.values()).containsOnly(1);
        assertThat(recoveries.get())
                .as("each was read back, perhaps twice, and of the others who still wait none")
                .isBetween(2 * EACH, 4 * EACH);
        assertThat(count("SELECT count(*) FROM execution WHERE ended_at IS NULL AND parked"))
                .isEqualTo(OF_ANOTHER_TOPIC);
    }

    /** Between the publishing of an event and the step of the one who takes it. */
    @ParameterizedTest
    @EnumSource
    void a_node_that_halts_anywhere_between_an_event_and_the_task_that_takes_it_loses_no_event(
            WaitersToBeKilled.Moment moment) throws Exception {
        Process node = nodeThatHalts(moment);
        try {
            assertThat(node.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(node.exitValue()).isEqualTo(WaitersToBeKilled.HALTED);
        } finally {
            node.destroyForcibly().waitFor();
        }
        assertThat(completed()).isZero();
        try (Capocomico next = node()) {
            awaitCompleted(EACH);
            WaitersToBeKilled.awaitAllHaveLeftMemory(next);
        }
        assertThat(calls.keySet())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, EACH)
                        .mapToObj(i -> WaitersToBeKilled.execution(WaitersToBeKilled.TOLD_IN_VAIN, i))
                        .toList());
        assertThat(calls.values()).containsOnly(1);
    }

    private Capocomico node() throws InterruptedException {
        return Capocomico.builder()
                .database(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .probe(point -> {
                    if (point == CrashPoint.DURING_RECOVERY) {
                        recoveries.incrementAndGet();
                    }
                })
                .agent("worker", task -> calls.merge(task.executionId(), 1, Integer::sum))
                .start();
    }

    private Process nodeThatHalts(WaitersToBeKilled.Moment moment) throws IOException {
        return ChildJvm.start(
                WaitersToBeKilled.class,
                postgres.jdbcUrl(),
                postgres.user(),
                postgres.password(),
                Integer.toString(EACH),
                Integer.toString(OF_ANOTHER_TOPIC),
                moment.name());
    }

    private void awaitTheirPlacesAreKept() throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + WAKING_MAX.toNanos();
        while (count("SELECT count(*) FROM event_wait WHERE key IS NOT NULL AND NOT untold")
                < EACH + OF_ANOTHER_TOPIC) {
            assertThat(System.nanoTime()).as("all have looked once").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void awaitCompleted(int wanted) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + WAKING_MAX.toNanos();
        for (int seen = completed(); seen != wanted; seen = completed()) {
            assertThat(System.nanoTime())
                    .as("%d of %d have completed", seen, wanted)
                    .isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private int completed() throws SQLException {
        return count("SELECT count(*) FROM execution WHERE status = 'completed'");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int count(String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
