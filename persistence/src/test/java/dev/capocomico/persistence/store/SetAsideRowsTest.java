package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.dispatched;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.ExecutionList;
import dev.capocomico.engine.store.QuarantineStore.Cancellation;
import dev.capocomico.engine.store.QuarantineStore.Release;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.execution.Step;
import dev.capocomico.persistence.wire.StepCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows that the projection could not take in, after they were mended and their execution was released. */
class SetAsideRowsTest {
    private static final ExecutionKey SICK = new ExecutionKey("t", "sick");
    private static final Origin ANN = new Origin("pauseExecution", null, "ann", "192.0.2.1", "trace-1");
    private static final Origin BOB = new Origin("signalExecution", "paid", "bob", "192.0.2.2", "trace-2");

    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private final JdbcQuarantineStore quarantine = new JdbcQuarantineStore(journal.database());
    private final JdbcExecutionList list = new JdbcExecutionList(journal.database());
    private final JdbcWaking waking = new JdbcWaking(journal.database());

    @Test
    void after_a_release_lists_timers_waits_and_audit_have_what_was_set_aside() throws SQLException {
        journal.write("sick", 1, started("sick"));
        damaged(2);
        journal.write("sick", 3, new Fact.Parked(5_000));
        project();
        quarantine.note(SICK, "step 2 is damaged");
        assertThat(entry().status()).isEqualTo(ExecutionStatus.EXECUTING);
        assertThat(failures()).isEqualTo("2");

        mend(2, new Fact.Called(ANN), new Fact.Paused("ann"), new Fact.EventAwaited(1, Long.MAX_VALUE));
        assertThat(quarantine.release(SICK, null)).isEqualTo(Release.RELEASED);
        assertThat(entry().status()).isEqualTo(ExecutionStatus.PAUSED);
        assertThat(entry().steps()).isEqualTo(3);
        assertThat(entry().quarantined()).isNull();
        assertThat(journal.query("SELECT topic FROM event_wait")).isEqualTo("paid");
        assertThat(waking.claimDue(Instant.ofEpochMilli(6_000), Duration.ofSeconds(30), 10))
                .containsExactly(SICK);
        assertThat(audit()).isEqualTo("pauseExecution ann flow");
        assertThat(failures()).isEmpty();
    }

    @Test
    void what_the_projection_has_read_or_is_to_read_is_told_once() throws SQLException {
        journal.write("sick", 1, started("sick"), new Fact.Called(ANN));
        damaged(2);
        project();
        quarantine.note(SICK, "step 2 is damaged");
        mend(2, new Fact.Called(BOB));
        journal.write("sick", 3, new Fact.Called(ANN), new Fact.Paused("ann"));
        quarantine.release(SICK, null);
        assertThat(entry().steps()).isEqualTo(2);
        assertThat(audit()).isEqualTo("pauseExecution ann flow,signalExecution bob flow");
        project();
        assertThat(entry().status()).isEqualTo(ExecutionStatus.PAUSED);
        assertThat(audit()).isEqualTo("pauseExecution ann flow,signalExecution bob flow,pauseExecution ann flow");
    }

    @Test
    void one_whose_definition_was_missing_is_listed_as_what_it_is() throws SQLException {
        String definition = journal.query("SELECT tree FROM definition");
        journal.execute("DELETE FROM definition");
        journal.write("sick", 1, started("sick"), new Fact.Called(ANN));
        journal.write("sick", 2, new Fact.EventAwaited(1, Long.MAX_VALUE), new Fact.Parked(5_000));
        project();
        quarantine.note(SICK, "its definition is not kept");
        assertThat(entry().workflow()).isEqualTo("(unknown)");

        new JdbcDefinitionStore(journal.database())
                .keep("t", new DefinitionStore.Stored(JournalFixture.DIGEST, "flow", "1", definition));
        quarantine.release(SICK, null);
        assertThat(entry().workflow()).isEqualTo("flow");
        assertThat(entry().parked()).isTrue();
        assertThat(journal.query("SELECT topic FROM event_wait")).isEqualTo("paid");
        assertThat(journal.query("SELECT count(*) FROM audit")).isEqualTo("1");
    }

    @Test
    void what_still_cannot_be_read_stays_aside_and_the_rest_is_taken_in() throws SQLException {
        journal.write("sick", 1, started("sick"));
        damaged(2);
        damaged(3);
        journal.write("sick", 4, dispatched(0));
        project();
        quarantine.note(SICK, "step 2 is damaged");
        mend(2, new Fact.Paused("ann"));
        assertThat(quarantine.release(SICK, null)).isEqualTo(Release.RELEASED);
        assertThat(entry().status()).isEqualTo(ExecutionStatus.PAUSED);
        assertThat(failures()).isEqualTo("3");
    }

    /** Nobody else's rows are read, and a release that has nothing to take in changes nothing. */
    @Test
    void one_of_which_nothing_was_set_aside_is_released_as_it_is() throws SQLException {
        journal.write("sick", 1, started("sick"));
        try (Connection connection = journal.database().getConnection()) {
            JournalFixture.writeBytes(connection, "other", 1, new byte[] {1});
        }
        project();
        quarantine.note(SICK, "a large value is damaged");
        journal.write("sick", 2, new Fact.Paused("ann"));
        quarantine.release(SICK, null);
        assertThat(entry().steps()).isEqualTo(1);
        assertThat(failures()).isEqualTo("1");
    }

    @Test
    void who_released_or_cancelled_one_is_in_the_audit_once() throws SQLException {
        journal.write("sick", 1, started("sick"));
        project();
        Origin release = new Origin("releaseExecution", null, "ann", "192.0.2.1", "trace-1");
        Origin cancel = new Origin("cancelExecution", null, "bob", "192.0.2.2", "trace-2");
        assertThat(quarantine.release(SICK, release)).isEqualTo(Release.NOT_QUARANTINED);
        assertThat(audit()).as("nothing was changed").isEmpty();
        quarantine.note(SICK, "damaged");
        quarantine.release(SICK, release);
        quarantine.note(SICK, "damaged");
        assertThat(quarantine.cancel(SICK, 7_000, null, cancel)).isEqualTo(Cancellation.CANCELLED);
        assertThat(quarantine.cancel(SICK, 7_000, null, cancel)).isEqualTo(Cancellation.NOT_QUARANTINED);
        project();
        assertThat(audit()).isEqualTo("releaseExecution ann flow,cancelExecution bob flow");
        assertThat(journal.query("SELECT address || ' ' || trace_id FROM audit ORDER BY audit_id"))
                .isEqualTo("192.0.2.1 trace-1,192.0.2.2 trace-2");
        assertThat(journal.query("SELECT bool_and(at BETWEEN now() - interval '1 minute' AND now()) FROM audit"
                        + " WHERE action = 'releaseExecution'"))
                .isEqualTo("t");
    }

    private static void damaged(long step) throws SQLException {
        try (Connection connection = journal.database().getConnection()) {
            JournalFixture.writeBytes(connection, "sick", step, new byte[] {1, 2, 3});
        }
    }

    private static void mend(long step, Fact... facts) throws SQLException {
        byte[] bytes = StepCodec.encode(new Step(step, 1_000 * step, List.of(facts)));
        try (Connection connection = journal.database().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE event_journal SET event_payload = ? WHERE persistence_id = ? AND sequence_number = ?")) {
            statement.setBytes(1, bytes);
            statement.setString(2, "execution|t/sick");
            statement.setLong(3, step);
            assertThat(statement.executeUpdate())
                    .as(HexFormat.of().formatHex(bytes))
                    .isEqualTo(1);
        }
    }

    private ExecutionList.Entry entry() {
        return list.find(SICK).orElseThrow();
    }

    private static String failures() throws SQLException {
        return journal.query("SELECT sequence_number FROM projection_failure ORDER BY 1");
    }

    private static String audit() throws SQLException {
        return journal.query("SELECT action || ' ' || subject || ' ' || workflow FROM audit ORDER BY audit_id");
    }

    private static void project() {
        JdbcProjection projection = new JdbcProjection(journal.database(), Probe.NONE);
        while (projection.advance().more()) {
            // goes on
        }
    }
}
