package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.completed;
import static dev.capocomico.persistence.store.JournalFixture.dispatched;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.Archive;
import dev.capocomico.engine.store.ExecutionList;
import dev.capocomico.engine.store.ExecutionList.Entry;
import dev.capocomico.engine.store.ExecutionList.Filter;
import dev.capocomico.engine.store.JournalTail;
import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.engine.store.WorkflowRuns;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Step;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever reads the tables meets a row that cannot be read: that row is told as far as it can be, and the others wholly. */
class UnreadableRowsTest {
    private static final Instant LATER = Instant.ofEpochMilli(1_000_000);
    private static final ExecutionKey SICK = new ExecutionKey("t", "sick");
    private static final ExecutionKey WELL = new ExecutionKey("t", "well");
    private static final String OF_SICK = "execution_id = 'sick'";

    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private final JdbcExecutionList list = new JdbcExecutionList(journal.database());
    private final JdbcArchive archive = new JdbcArchive(journal.database());
    private final JdbcHistory history = new JdbcHistory(journal.database());

    private void bothEnd() throws SQLException {
        for (String id : List.of("sick", "well")) {
            journal.write(id, 1, started(id), completed());
        }
        project();
    }

    private List<Entry> listed() {
        ExecutionList.Page page = list.list("t", Filter.ALL, null, 2);
        assertThat(page.next()).isNull();
        return page.entries();
    }

    /** The summary is kept outside of its row, and is gone there. */
    private static void loseSummaryOfSick() throws SQLException {
        journal.execute("ALTER TABLE execution ALTER summary SET STORAGE EXTERNAL; UPDATE execution SET summary ="
                + " ('{\"kind\": \"completed\", \"output\": \"' || repeat('x', 10000) || '\"}')::json WHERE "
                + OF_SICK);
        journal.loseStoredValue("execution", "summary", OF_SICK);
    }

    @Test
    void an_execution_whose_summary_the_database_cannot_read_is_listed_without_it_and_others_with_theirs()
            throws SQLException {
        bothEnd();
        loseSummaryOfSick();
        assertThat(listed()).extracting(entry -> entry.key().id()).containsExactly("well", "sick");
        assertThat(listed()).extracting(entry -> entry.summary() != null).containsExactly(true, false);
        assertThat(list.find(SICK).orElseThrow().workflow()).isEqualTo("flow");
        assertThat(archive.find(SICK)).isEmpty();
        assertThat(archive.find(WELL)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "labels = '{\"a\": {\"b\": [1]}}'",
                "labels = '[]'",
                "priority = 77",
                "summary = '[1]'",
                "summary = '\"text\"'",
                "summary = '{\"kind\": \"vanished\"}'"
            })
    void an_execution_with_a_value_that_none_can_have_is_listed_and_so_are_others(String damage) throws SQLException {
        bothEnd();
        journal.execute("UPDATE execution SET " + damage + " WHERE " + OF_SICK);
        assertThat(listed()).extracting(entry -> entry.key().id()).containsExactly("well", "sick");
        assertThat(listed().getFirst().summary()).isNotNull();
        assertThat(listed().getFirst().priority()).isEqualTo(Priority.HIGH);
        if (damage.startsWith("summary")) {
            assertThat(archive.find(SICK)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "XX001", "XX000"})
    void what_cannot_be_removed_keeps_nobody_else_from_being_removed(String state) throws SQLException {
        bothEnd();
        journal.execute("UPDATE execution SET end_listed_at = ended_at");
        journal.execute("""
                CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  RAISE EXCEPTION 'a broken page' USING ERRCODE = '%s';
                END $$;
                CREATE TRIGGER broken BEFORE DELETE ON event_journal
                  FOR EACH ROW WHEN (OLD.persistence_id = 'execution|t/sick') EXECUTE FUNCTION broken()""".formatted(state));
        assertThat(archive.removeEndedBefore(LATER, 10)).isEqualTo(1);
        assertThat(archive.removeEndedBefore(LATER, 10)).isZero();
        assertThat(journal.query("SELECT execution_id FROM execution WHERE archived_at IS NOT NULL"))
                .isEqualTo("well");
        assertThat(archive.find(SICK)).map(Archive.Summary::code).contains("COMPLETED");
    }

    @Test
    void a_step_that_the_database_cannot_read_keeps_no_other_history_from_being_removed() throws SQLException {
        bothEnd();
        journal.execute("UPDATE execution SET end_listed_at = ended_at; UPDATE event_journal SET event_payload ="
                + " convert_to(repeat('x', 20000), 'UTF8') WHERE persistence_id = 'execution|t/sick'");
        journal.loseStoredValue("event_journal", "event_payload", "persistence_id = 'execution|t/sick'");
        assertThat(archive.removeEndedBefore(LATER, 10)).isPositive();
        assertThat(journal.query("SELECT archived_at IS NOT NULL FROM execution WHERE execution_id = 'well'"))
                .isEqualTo("t");
    }

    @Test
    void a_history_has_the_steps_before_one_that_cannot_be_decoded() throws SQLException {
        threeSteps();
        journal.execute("UPDATE event_journal SET event_payload = '\\x00' WHERE sequence_number = 2");
        assertThat(history.read(SICK, 0, 10)).extracting(Step::number).containsExactly(1L);
        assertThatThrownBy(() -> history.read(SICK, 1, 10)).isInstanceOf(UnreadableException.class);
        assertThat(history.read(SICK, 2, 10)).extracting(Step::number).containsExactly(3L);
    }

    @Test
    void a_history_has_the_steps_before_one_that_the_database_cannot_read() throws SQLException {
        threeSteps();
        journal.execute("UPDATE event_journal SET event_payload = convert_to(repeat('x', 20000), 'UTF8')"
                + " WHERE sequence_number = 2");
        journal.loseStoredValue("event_journal", "event_payload", "sequence_number = 2");
        assertThat(history.read(SICK, 0, 10)).extracting(Step::number).containsExactly(1L);
        assertThatThrownBy(() -> history.read(SICK, 1, 10)).isInstanceOf(UnreadableException.class);
        assertThat(history.read(SICK, 2, 10)).extracting(Step::number).containsExactly(3L);
        assertThat(history.read(WELL, 0, 10)).hasSize(1);
    }

    private static void threeSteps() throws SQLException {
        journal.write("sick", 1, started("sick"));
        journal.write("sick", 2, dispatched(0));
        journal.write("sick", 3, dispatched(1));
        journal.write("well", 1, started("well"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"execution|no slash", "execution|t/", "execution|T/x", "execution|t/a b", "execution|"})
    void a_row_under_a_name_that_no_execution_can_have_stops_no_reader(String name) throws SQLException {
        JdbcJournalTail tail = new JdbcJournalTail(journal.database());
        JournalTail.Position before = tail.end();
        journal.write("x", 1, started("x"));
        journal.execute("UPDATE event_journal SET persistence_id = '" + name + "'");
        journal.write("well", 1, started("well"));
        WorkflowRuns.Which which = new WorkflowRuns.Which("t", "flow", null);
        assertThat(new JdbcWorkflowRuns(journal.database()).open(which, 10))
                .as("before it is listed")
                .extracting(WorkflowRuns.Run::key)
                .containsExactly(WELL);
        project();
        assertThat(tail.news(before, 10).executions()).containsExactly(WELL);
        assertThat(tail.listedSince(JournalTail.Position.START, 10).owners())
                .extracting(JournalTail.StepOwner::key)
                .containsExactly(WELL);
        assertThat(tail.steps(which, null, JournalTail.Position.START, 10).places())
                .extracting(JournalTail.StepPlace::key)
                .containsExactly(WELL);
        assertThat(list.find(WELL)).isPresent();
    }

    private static void project() {
        JdbcProjection projection = new JdbcProjection(journal.database(), Probe.NONE);
        while (projection.advance().more()) {
            // goes on
        }
    }
}
