package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.completed;
import static dev.capocomico.persistence.store.JournalFixture.dispatched;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.Projection.Batch;
import dev.capocomico.engine.store.Projection.Lag;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.Usage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcProjectionTest {
    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private JdbcProjection projection = new JdbcProjection(journal.database(), Probe.NONE);

    @Test
    void steps_that_come_together_are_one_row_and_so_are_steps_that_come_later() throws SQLException {
        journal.write("a", 1, started("a"), dispatched(0));
        journal.write("a", 2, dispatched(1));
        assertThat(projection.advance()).isEqualTo(new Batch(2, false, java.util.List.of()));
        assertThat(row("a")).isEqualTo("executing 2 f null 1.000 null 2.000 flow 1 1");
        journal.write("a", 3, completed());
        projection.advance();
        assertThat(row("a")).isEqualTo("completed 3 f null 1.000 3.000 3.000 flow 1 1");
        assertThat(journal.query("SELECT summary FROM execution"))
                .isEqualTo(
                        "{\"kind\":\"completed\",\"code\":\"COMPLETED\",\"message\":\"every task is done\",\"task\":null,\"output\":7}");
        assertThat(projection.advance().rows()).isZero();
    }

    @Test
    void what_was_said_at_the_start_is_in_the_row() throws SQLException {
        journal.write("parent", 1, started("parent"));
        StartOptions options = new StartOptions(
                null,
                null,
                Priority.LOW,
                null,
                new StartOptions.Parent("parent", new Target.Element(1, 0), 4),
                Map.of("team", "a\0b"));
        journal.write("child", 1, started("child", options));
        projection.advance();
        assertThat(journal.query("SELECT concat_ws(' ', priority, parent_execution_id, parent_task_id, labels)"
                        + " FROM execution WHERE execution_id = 'child'"))
                .isEqualTo("3 parent second {\"team\": \"a\uFFFDb\"}");
    }

    @Test
    void a_pause_hides_a_compensation_and_a_resume_shows_it_again_even_batches_later() throws SQLException {
        journal.write("a", 1, started("a"));
        journal.write("a", 2, new Fact.CompensationBegan(9), new Fact.Paused(null));
        projection.advance();
        assertThat(status("a")).isEqualTo("paused");
        journal.write("a", 3, dispatched(0));
        projection.advance();
        assertThat(status("a")).isEqualTo("paused");
        journal.write("a", 4, new Fact.Resumed(null));
        projection.advance();
        assertThat(status("a")).isEqualTo("compensating");
        journal.write("a", 5, failed(1, JsonNodeFactory.instance.objectNode()));
        projection.advance();
        assertThat(status("a")).isEqualTo("failed");
        assertThat(journal.query("SELECT summary FROM execution")).contains("\"task\":\"second\"");
        journal.write("a", 6, new Fact.Retried(9, null));
        projection.advance();
        assertThat(row("a")).isEqualTo("executing 6 f null 1.000 null 6.000 flow 1 1");
        assertThat(journal.query("SELECT count(summary) FROM execution")).isEqualTo("0");
    }

    @Test
    void an_execution_is_parked_until_a_step_that_does_not_say_so() throws SQLException {
        journal.write("a", 1, started("a"), new Fact.Parked(90_000));
        journal.write("b", 1, started("b"), new Fact.Parked(ExecutionState.NEVER));
        projection.advance();
        assertThat(row("a")).isEqualTo("executing 1 t 90.000 1.000 null 1.000 flow 1 1");
        assertThat(row("b")).isEqualTo("executing 1 t null 1.000 null 1.000 flow 1 1");
        journal.write("a", 2, dispatched(0));
        projection.advance();
        assertThat(row("a")).isEqualTo("executing 2 f null 1.000 null 2.000 flow 1 1");
    }

    @Test
    void a_summary_has_no_output_that_is_large_or_kept_elsewhere() throws SQLException {
        ObjectNode elsewhere = JsonNodeFactory.instance.objectNode().set("in", BinaryNode.valueOf(new byte[32]));
        journal.write("a", 1, started("a"), failed(0, elsewhere));
        journal.write("b", 1, started("b"), failed(0, TextNode.valueOf("x".repeat(16 * 1024))));
        journal.write("c", 1, started("c"), failed(0, TextNode.valueOf("x".repeat(16 * 1024 - 100))));
        journal.write("d", 1, started("d"), failed(0, TextNode.valueOf("x".repeat(500_000))));
        projection.advance();
        assertThat(journal.query("SELECT execution_id FROM execution WHERE summary::text LIKE '%\"output\"%'"))
                .isEqualTo("c");
        assertThat(journal.query("SELECT count(*) FROM execution WHERE status = 'failed'"))
                .isEqualTo("4");
    }

    @Test
    void what_a_transaction_writes_that_began_first_and_committed_last_is_there_and_nothing_twice()
            throws SQLException {
        try (Connection early = journal.database().getConnection()) {
            early.setAutoCommit(false);
            JournalFixture.write(early, "a", 1, started("a"));
            journal.write("b", 1, started("b"));
            assertThat(projection.advance().rows()).isZero();
            early.commit();
        }
        journal.write("c", 1, started("c"));
        assertThat(projection.advance().rows()).isEqualTo(3);
        assertThat(journal.query("SELECT execution_id FROM execution ORDER BY 1"))
                .isEqualTo("a,b,c");
        assertThat(projection.advance().rows()).isZero();
    }

    /** Rows get their numbers when they are written, and transactions theirs when they begin to write. */
    @Test
    void what_is_committed_later_under_a_smaller_number_is_not_passed_over() throws SQLException {
        try (Connection first = journal.database().getConnection();
                Connection second = journal.database().getConnection()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            first.createStatement().execute("SELECT pg_current_xact_id()");
            JournalFixture.write(second, "a", 1, started("a"));
            JournalFixture.write(first, "b", 1, started("b"));
            first.commit();
            assertThat(projection.advance().rows()).isEqualTo(1);
            second.commit();
        }
        assertThat(projection.advance().rows()).isEqualTo(1);
        assertThat(journal.query("SELECT execution_id FROM execution ORDER BY 1"))
                .isEqualTo("a,b");
    }

    @Test
    void the_lag_says_when_an_open_transaction_holds_the_reader_back() throws SQLException {
        assertThat(projection.lag()).isEqualTo(new Lag(0, 0, Duration.ZERO));
        journal.write("a", 1, started("a"));
        try (Connection open = journal.database().getConnection()) {
            open.setAutoCommit(false);
            open.createStatement().execute("SELECT pg_current_xact_id()");
            journal.write("b", 1, started("b"));
            assertThat(projection.lag()).returns(1L, Lag::ready).returns(1L, Lag::heldBack);
            assertThat(projection.advance().rows()).isEqualTo(1);
            assertThat(projection.lag()).returns(0L, Lag::ready).returns(1L, Lag::heldBack);
            open.rollback();
        }
        assertThat(projection.lag()).returns(1L, Lag::ready).returns(0L, Lag::heldBack);
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            names = {"BEFORE_PROJECTION", "AFTER_PROJECTION", "BEFORE_OFFSET", "AFTER_OFFSET"})
    void a_crash_leaves_neither_a_gap_nor_a_double(CrashPoint crashPoint) throws SQLException {
        journal.write("a", 1, started("a"), new Fact.EventAwaited(1, 9));
        JdbcProjection crashing = new JdbcProjection(journal.database(), point -> {
            if (point == crashPoint) {
                throw new AssertionError("crash");
            }
        });
        assertThatExceptionOfType(AssertionError.class).isThrownBy(crashing::advance);
        String tables = "SELECT (SELECT count(*) FROM execution) + (SELECT count(*) FROM event_wait)"
                + " + (SELECT count(*) FROM projection_offset WHERE ordering > 0)";
        assertThat(journal.query(tables)).isEqualTo(crashPoint == CrashPoint.AFTER_OFFSET ? "3" : "0");
        projection.advance();
        assertThat(journal.query(tables)).isEqualTo("3");
        assertThat(projection.advance().rows()).isZero();
    }

    @Test
    void a_connection_that_dies_between_the_write_and_the_offset_takes_both_with_it() throws SQLException {
        journal.write("a", 1, started("a"));
        JdbcProjection dying = new JdbcProjection(journal.database(), point -> {
            if (point == CrashPoint.BEFORE_OFFSET) {
                try {
                    journal.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE state = 'idle in transaction' AND datname = current_database()");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        assertThatExceptionOfType(StoreException.class).isThrownBy(dying::advance);
        assertThat(journal.query("SELECT count(*) FROM execution")).isEqualTo("0");
        assertThat(projection.advance().rows()).isEqualTo(1);
        assertThat(journal.query("SELECT count(*) FROM execution")).isEqualTo("1");
    }

    @Test
    void of_two_that_read_the_same_rows_one_writes_and_the_other_does_nothing() throws SQLException {
        journal.write("a", 1, started("a"));
        JdbcProjection other = new JdbcProjection(journal.database(), Probe.NONE);
        JdbcProjection first = new JdbcProjection(journal.database(), point -> {
            if (point == CrashPoint.BEFORE_PROJECTION) {
                assertThat(other.advance().rows()).isZero();
            }
        });
        assertThat(first.advance().rows()).isEqualTo(1);
        assertThat(other.advance().rows()).isZero();
    }

    @Test
    void older_steps_that_are_read_again_change_nothing() throws SQLException {
        journal.write("a", 1, started("a"));
        journal.write("a", 2, new Fact.Paused(null));
        journal.write("a", 3, completed());
        projection.advance();
        String before = journal.query("SELECT e::text FROM execution e");
        journal.execute("DELETE FROM event_journal WHERE sequence_number = 3");
        for (int read = 0; read < 2; read++) {
            journal.execute("UPDATE projection_offset SET (tx, ordering) = (SELECT coalesce(max(tx::text), '0')::xid8,"
                    + " coalesce(max(ordering), 0) FROM event_journal WHERE sequence_number <= " + read + ")");
            assertThat(projection.advance().rows()).isEqualTo(2 - read);
            assertThat(journal.query("SELECT e::text FROM execution e")).isEqualTo(before);
        }
    }

    @Test
    void a_row_that_cannot_be_read_is_set_aside_and_does_not_stop_the_rest() throws SQLException {
        journal.write("a", 1, started("a"));
        try (Connection connection = journal.database().getConnection()) {
            JournalFixture.writeBytes(connection, "a", 2, new byte[] {1, 2, 3});
        }
        journal.write("a", 3, completed());
        journal.write("b", 1, new Fact.Started("b", "unknown", TextNode.valueOf(""), StartOptions.NONE, 9, null));
        assertThat(projection.advance().setAside())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("step 2 of execution|t/a: "),
                        second -> assertThat(second).contains("step 1 of execution|t/b", "definition unknown"));
        assertThat(status("a")).isEqualTo("completed");
        assertThat(journal.query("SELECT persistence_id || sequence_number FROM projection_failure ORDER BY 1"))
                .isEqualTo("execution|t/a2,execution|t/b1");
    }

    @Test
    void a_row_that_the_database_does_not_take_is_found_among_the_others_and_set_aside() throws SQLException {
        journal.execute("ALTER TABLE execution ADD CHECK (execution_id <> 'c')");
        for (String id : new String[] {"a", "b", "c", "d"}) {
            journal.write(id, 1, started(id));
        }
        int rows = 0;
        boolean more = true;
        String setAside = "";
        for (int turn = 0; more && turn < 10; turn++) {
            Batch batch = projection.advance();
            rows += batch.rows();
            more = batch.more();
            setAside += batch.setAside();
        }
        assertThat(rows).isEqualTo(4);
        assertThat(setAside).contains("step 1 of execution|t/c");
        assertThat(journal.query("SELECT execution_id FROM execution ORDER BY 1"))
                .isEqualTo("a,b,d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"22012", "23514", "54000", "XX000", "XX001", "P0001", "21000", "40001", "55P03", "57014", "53200"
            })
    void a_row_that_always_fails_is_set_aside_whatever_the_sqlstate(String state) throws SQLException {
        failFor("NEW.execution_id = 'c'", state);
        for (String id : new String[] {"a", "b", "c", "d"}) {
            journal.write(id, 1, started(id));
        }
        assertThat(advanceUntilAllIsRead(60)).singleElement().asString().contains("step 1 of execution|t/c", "planted");
        assertThat(journal.query("SELECT execution_id FROM execution ORDER BY 1"))
                .isEqualTo("a,b,d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01", "57P03", "53300", "53100", "25006", "42501", "28000", "0A000"})
    void a_database_that_is_not_well_sets_nothing_aside_however_long_it_takes(String state) throws SQLException {
        failFor("true", state);
        journal.write("a", 1, started("a"));
        for (int turn = 0; turn < 40; turn++) {
            assertThatThrownBy(() -> projection.advance()).isInstanceOf(StoreException.class);
        }
        journal.execute("DROP TRIGGER planted ON execution");
        assertThat(advanceUntilAllIsRead(2)).isEmpty();
        assertThat(status("a")).isEqualTo("executing");
    }

    @Test
    void when_no_row_at_all_can_be_taken_in_the_reader_stops_and_goes_on_where_it_was() throws SQLException {
        failFor("true", "P0001");
        try (Connection connection = journal.database().getConnection()) {
            for (int i = 0; i < 130; i++) {
                JournalFixture.write(connection, "e" + i, 1, started("e" + i));
            }
        }
        assertThatThrownBy(() -> advanceUntilAllIsRead(0)).isInstanceOf(StoreException.class);
        assertThat(journal.query("SELECT count(*) FROM projection_failure")).isEqualTo("100");
        journal.execute("DROP TRIGGER planted ON execution");
        assertThat(advanceUntilAllIsRead(0)).isEmpty();
        assertThat(journal.query("SELECT count(*) FROM execution")).isEqualTo("30");
    }

    @Test
    void a_row_that_the_database_itself_cannot_read_is_set_aside() throws SQLException {
        for (String id : new String[] {"a", "b", "c"}) {
            journal.write(
                    id,
                    1,
                    new Fact.Started(
                            id,
                            JournalFixture.DIGEST,
                            TextNode.valueOf("x".repeat(20_000)),
                            StartOptions.NONE,
                            9,
                            null));
        }
        journal.loseStoredValue("event_journal", "event_payload", "persistence_id = 'execution|t/b'");
        assertThat(advanceUntilAllIsRead(0)).singleElement().asString().contains("step 1 of execution|t/b", "toast");
        assertThat(journal.query("SELECT execution_id FROM execution ORDER BY 1"))
                .isEqualTo("a,c");
    }

    @Test
    void a_definition_that_cannot_be_read_sets_aside_its_own_executions_alone() throws SQLException {
        journal.execute("INSERT INTO definition (registered, tenant, digest, name, version, tree)"
                + " VALUES (false, 't', 'odd', 'odd', '1', '{}')");
        journal.execute("ALTER TABLE definition ALTER COLUMN tree TYPE text");
        journal.execute("UPDATE definition SET tree = '{' WHERE digest = 'odd'");
        journal.write("a", 1, started("a"));
        journal.write("b", 1, new Fact.Started("b", "odd", TextNode.valueOf(""), StartOptions.NONE, 9, null));
        journal.write("c", 1, started("c"));
        assertThat(advanceUntilAllIsRead(0))
                .singleElement()
                .asString()
                .contains("step 1 of execution|t/b", "definition odd");
        assertThat(journal.query("SELECT execution_id FROM execution ORDER BY 1"))
                .isEqualTo("a,c");
    }

    private static void failFor(String condition, String state) throws SQLException {
        journal.execute("""
                CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF %s THEN RAISE EXCEPTION 'planted' USING ERRCODE = '%s'; END IF;
                  RETURN NEW;
                END $$;
                CREATE TRIGGER planted BEFORE INSERT ON execution FOR EACH ROW EXECUTE FUNCTION planted()""".formatted(condition, state));
    }

    /** What was set aside until nothing was left; so many failures may come in between. */
    private List<String> advanceUntilAllIsRead(int failuresMax) {
        List<String> setAside = new ArrayList<>();
        int failures = 0;
        while (true) {
            try {
                Batch batch = projection.advance();
                setAside.addAll(batch.setAside());
                if (!batch.more()) {
                    return setAside;
                }
            } catch (StoreException e) {
                if (++failures > failuresMax) {
                    throw e;
                }
            }
        }
    }

    @Test
    void rows_of_another_server_are_read_though_their_transactions_are_from_the_future() throws SQLException {
        journal.write("a", 1, started("a"));
        projection.advance();
        journal.write("a", 2, new Fact.Parked(9));
        journal.write("b", 1, started("b"));
        // What a restored dump looks like: numbers that this server has not come to.
        journal.execute(
                "UPDATE event_journal SET tx = (tx::text::int8 + 1000000)::text::xid8;"
                        + "UPDATE projection_offset SET tx = (tx::text::int8 + 1000000)::text::xid8 WHERE projection = 'execution'");
        assertThat(projection.advance().rows()).isZero();
        assertThat(TransactionNumbers.settle(journal.database())).isTrue();
        journal.write("a", 3, completed());
        projection.advance();
        assertThat(journal.query("SELECT execution_id || status || seq_nr FROM execution ORDER BY 1"))
                .isEqualTo("acompleted3,bexecuting1");
        assertThat(TransactionNumbers.settle(journal.database())).isFalse();
    }

    @Test
    void an_offset_from_the_future_alone_is_settled_too() throws SQLException {
        journal.execute("UPDATE projection_offset SET tx = '99999999' WHERE projection = 'execution'");
        assertThat(TransactionNumbers.settle(journal.database())).isTrue();
        journal.write("a", 1, started("a"));
        assertThat(projection.advance().rows()).isEqualTo(1);
    }

    @Test
    void waits_for_events_are_listed_until_they_are_over() throws SQLException {
        Target.Element second = new Target.Element(1, -1);
        for (String id : new String[] {"taken", "gave_up", "cancelled", "ending", "waiting"}) {
            journal.write(id, 1, started(id), new Fact.EventAwaited(1, 9));
        }
        projection.advance();
        assertThat(journal.query("SELECT DISTINCT count(*) || topic || task FROM event_wait GROUP BY topic, task"))
                .isEqualTo("5paid1");
        journal.write("taken", 2, new Fact.EventTaken(1, "e", TextNode.valueOf("")));
        journal.write("gave_up", 2, new Fact.GaveUp(second, new Failure("TIMEOUT", "", false), null, Usage.NONE));
        journal.write("cancelled", 2, new Fact.TaskCancelled(1, 9, null));
        journal.write("ending", 2, new Fact.EndingBegan(ending(0), 9, null));
        projection.advance();
        assertThat(journal.query("SELECT execution_id FROM event_wait")).isEqualTo("waiting");
        journal.write("waiting", 2, new Fact.EventTaken(1, "e", TextNode.valueOf("")), completed());
        projection.advance();
        assertThat(journal.query("SELECT execution_id FROM event_wait")).isEmpty();
    }

    private static Ending ending(int task) {
        return new Ending(Ending.Kind.FAILED, "BROKEN", "it \0 broke", task);
    }

    private static Fact.Ended failed(int task, com.fasterxml.jackson.databind.JsonNode output) {
        return new Fact.Ended(ending(task), output);
    }

    private String status(String id) throws SQLException {
        return journal.query("SELECT status FROM execution WHERE execution_id = '" + id + "'");
    }

    private String row(String id) throws SQLException {
        return journal.query("""
                SELECT concat_ws(' ', status, seq_nr, parked, %s, %s, %s, %s, workflow_name, workflow_version, priority)
                FROM execution WHERE execution_id = '%s'""".formatted(
                        seconds("wake_at"), seconds("started_at"), seconds("ended_at"), seconds("updated_at"), id));
    }

    private static String seconds(String column) {
        return "coalesce(round(extract(epoch FROM " + column + "), 3)::text, 'null')";
    }
}
