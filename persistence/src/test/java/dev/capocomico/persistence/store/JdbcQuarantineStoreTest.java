package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.completed;
import static dev.capocomico.persistence.store.JournalFixture.dispatched;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.Archive;
import dev.capocomico.engine.store.ExecutionList;
import dev.capocomico.engine.store.QuarantineStore.Cancellation;
import dev.capocomico.engine.store.QuarantineStore.Entry;
import dev.capocomico.engine.store.QuarantineStore.Release;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Fact;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcQuarantineStoreTest {
    private static final ExecutionKey SICK = new ExecutionKey("t", "sick");
    private static final Instant LATER = Instant.ofEpochMilli(1_000_000);

    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private final JdbcQuarantineStore quarantine = new JdbcQuarantineStore(journal.database());
    private final JdbcWaking waking = new JdbcWaking(journal.database());
    private final JdbcExecutionList list = new JdbcExecutionList(journal.database());
    private final JdbcArchive archive = new JdbcArchive(journal.database());

    @Test
    void a_quarantined_execution_keeps_its_status_says_why_and_is_woken_no_more() throws SQLException {
        journal.write("sick", 1, started("sick"));
        journal.write("well", 1, started("well"));
        project();
        assertThat(quarantine.note(SICK, "step 2 is damaged")).isTrue();
        assertThat(entry().status()).isEqualTo(ExecutionStatus.EXECUTING);
        assertThat(entry().quarantined().reason()).isEqualTo("step 2 is damaged");
        assertThat(list.find(new ExecutionKey("t", "well")).orElseThrow().quarantined())
                .isNull();
        assertThat(waking.shouldBeAwake(null, 10)).containsExactly(new ExecutionKey("t", "well"));
        assertThat(quarantine.newest(10)).extracting(Entry::key).containsExactly(SICK);
        assertThat(quarantine.release(SICK, null)).isEqualTo(Release.RELEASED);
        assertThat(quarantine.release(SICK, null)).as("the second time").isEqualTo(Release.NOT_QUARANTINED);
        assertThat(quarantine.release(new ExecutionKey("other", "sick"), null)).isEqualTo(Release.UNKNOWN);
        assertThat(entry().quarantined()).isNull();
        assertThat(waking.shouldBeAwake(null, 10)).hasSize(2);
        assertThat(quarantine.newest(10)).isEmpty();
    }

    @Test
    void one_that_is_parked_and_due_is_no_news_for_who_wakes() throws SQLException {
        journal.write("sick", 1, started("sick"), new Fact.Parked(5_000));
        project();
        assertThat(waking.hasNews(LATER)).isTrue();
        quarantine.note(SICK, "damaged");
        assertThat(waking.hasNews(LATER)).isFalse();
        assertThat(waking.claimDue(LATER, Duration.ofSeconds(30), 10)).isEmpty();
        quarantine.release(SICK, null);
        assertThat(waking.claimDue(LATER, Duration.ofSeconds(30), 10)).containsExactly(SICK);
    }

    @Test
    void one_whose_first_step_was_never_read_is_listed_and_named_when_it_is() throws SQLException {
        try (Connection connection = journal.database().getConnection()) {
            JournalFixture.writeBytes(connection, "sick", 1, new byte[] {1, 2, 3});
        }
        project();
        assertThat(quarantine.note(SICK, "step 1 is damaged")).isTrue();
        assertThat(entry().workflow()).isEqualTo("(unknown)");
        assertThat(entry().status()).isEqualTo(ExecutionStatus.PLANNING);

        journal.execute("DELETE FROM event_journal");
        journal.write("sick", 1, started("sick"));
        project();
        assertThat(entry().workflow()).isEqualTo("flow");
        assertThat(entry().quarantined().reason()).isEqualTo("step 1 is damaged");
    }

    @Test
    void of_an_execution_that_never_was_nothing_is_noted() {
        assertThat(quarantine.note(SICK, "there is nothing")).isFalse();
        assertThat(list.find(SICK)).isEmpty();
    }

    @Test
    void one_is_cancelled_though_nobody_can_read_it_and_answers_as_cancelled_from_then_on() throws SQLException {
        journal.write("sick", 1, started("sick"), dispatched(0));
        project();
        journal.write("sick", 2, new Fact.Parked(9));
        quarantine.note(SICK, "damaged");
        assertThat(quarantine.cancel(SICK, 7_000, "nobody mends it", null)).isEqualTo(Cancellation.CANCELLED);
        project();
        assertThat(entry().status()).isEqualTo(ExecutionStatus.CANCELLED);
        assertThat(entry().quarantined()).isNull();
        assertThat(entry().endedAt()).isEqualTo(Instant.ofEpochMilli(7_000));
        assertThat(archive.find(SICK))
                .contains(new Archive.Summary(
                        JournalFixture.DIGEST, Ending.Kind.CANCELLED, "CANCELLED", "nobody mends it", null, null));
        assertThat(waking.shouldBeAwake(null, 10)).isEmpty();
        // Its next step is taken: who carries it after all is refused.
        assertThatThrownBy(() -> journal.write("sick", 3, dispatched(1))).isInstanceOf(SQLException.class);
        assertThat(journal.query("SELECT count(*) FROM event_journal WHERE NOT deleted"))
                .isEqualTo("0");
        assertThat(quarantine.cancel(SICK, 8_000, null, null))
                .as("the second time")
                .isEqualTo(Cancellation.NOT_QUARANTINED);
    }

    @Test
    void the_steps_of_one_that_was_cancelled_stay_as_long_as_those_of_others() throws SQLException {
        journal.write("sick", 1, started("sick"));
        project();
        quarantine.note(SICK, "damaged");
        quarantine.cancel(SICK, 7_000, null, null);
        project();
        assertThat(archive.removeEndedBefore(Instant.ofEpochMilli(6_999), 10)).isZero();
        assertThat(journal.query("SELECT sequence_number FROM event_journal ORDER BY 1"))
                .isEqualTo("1,2");
        assertThat(archive.removeEndedBefore(LATER, 10)).isEqualTo(1);
        assertThat(journal.query("SELECT sequence_number FROM event_journal ORDER BY 1"))
                .isEqualTo("3");
        assertThat(archive.find(SICK)).map(Archive.Summary::kind).contains(Ending.Kind.CANCELLED);
    }

    @Test
    void one_that_had_ended_is_not_cancelled() throws SQLException {
        journal.write("sick", 1, started("sick"), completed());
        project();
        quarantine.note(SICK, "damaged");
        assertThat(quarantine.cancel(SICK, 7_000, null, null)).isEqualTo(Cancellation.ENDED);
        assertThat(entry().status()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void one_whose_history_was_removed_is_not_quarantined() throws SQLException {
        journal.write("sick", 1, started("sick"), completed());
        project();
        journal.execute("UPDATE execution SET end_listed_at = ended_at");
        assertThat(archive.removeEndedBefore(LATER, 10)).isEqualTo(1);
        assertThat(quarantine.note(SICK, "a large value is missing")).isFalse();
        assertThat(entry().quarantined()).isNull();
    }

    private ExecutionList.Entry entry() {
        return list.find(SICK).orElseThrow();
    }

    private static void project() {
        JdbcProjection projection = new JdbcProjection(journal.database(), Probe.NONE);
        while (projection.advance().more()) {
            // goes on
        }
    }
}
