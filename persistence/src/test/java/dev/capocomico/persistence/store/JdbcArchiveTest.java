package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.completed;
import static dev.capocomico.persistence.store.JournalFixture.dispatched;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.Archive;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Fact;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcArchiveTest {
    private static final Instant LATER = Instant.ofEpochMilli(1_000_000);
    private static final ExecutionKey OLD = new ExecutionKey("t", "old");
    private static final String ROWS_OF_OLD =
            "SELECT sequence_number || CASE WHEN deleted THEN ' deleted' ELSE '' END FROM event_journal"
                    + " WHERE persistence_id = 'execution|t/old' ORDER BY sequence_number";

    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private final JdbcArchive archive = new JdbcArchive(journal.database());

    @BeforeEach
    void an_execution_has_ended() throws SQLException {
        journal.write("old", 1, started("old"), dispatched(0));
        journal.write("old", 2, completed());
    }

    /** The node dated the end a week early. */
    @Test
    void what_a_node_with_a_clock_of_last_week_has_ended_is_as_old_as_the_database_says() throws SQLException {
        new JdbcProjection(journal.database(), Probe.NONE).advance();
        assertThat(journal.query("SELECT ended_at < now() - interval '7 days' FROM execution"))
                .isEqualTo("t");
        assertThat(archive.removeEndedBefore(archive.now().minus(Duration.ofHours(1)), 10))
                .as("it ended a moment ago")
                .isZero();
        assertThat(archive.removeEndedBefore(archive.now().plus(Duration.ofHours(1)), 10))
                .isEqualTo(1);
    }

    @Test
    void what_ended_long_ago_leaves_a_summary_and_a_mark() throws SQLException {
        new JdbcPayloadStore(journal.database()).keep(OLD, List.of(TextNode.valueOf("x".repeat(20_000))));
        journal.execute("INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot_ser_id,"
                + " snapshot_ser_manifest, snapshot_payload) VALUES ('execution|t/old', 1, 1, 1, 'state/1', '')");
        journal.write("young", 1, started("young"));
        journal.write("young", 2_000, completed());
        project();
        assertThat(archive.removeEndedBefore(LATER, 10)).isEqualTo(1);
        assertThat(journal.query(ROWS_OF_OLD)).isEqualTo("3 deleted");
        assertThat(journal.query("SELECT count(*) FROM payload")).isEqualTo("0");
        assertThat(journal.query("SELECT count(*) FROM snapshot")).isEqualTo("0");
        assertThat(journal.query("SELECT count(*) FROM event_journal WHERE persistence_id = 'execution|t/young'"))
                .isEqualTo("2");
        assertThat(archive.find(OLD))
                .contains(new Archive.Summary(
                        JournalFixture.DIGEST,
                        Ending.Kind.COMPLETED,
                        "COMPLETED",
                        "every task is done",
                        null,
                        IntNode.valueOf(7)));
        assertThat(archive.removeEndedBefore(LATER, 10)).as("the second time").isZero();
    }

    @Test
    void what_ended_later_or_goes_on_is_left_alone() throws SQLException {
        project();
        assertThat(archive.removeEndedBefore(Instant.ofEpochMilli(2_000), 10)).isZero();
        journal.write("old", 3, new Fact.Retried(Long.MAX_VALUE, null));
        project();
        assertThat(archive.removeEndedBefore(LATER, 10)).isZero();
        assertThat(journal.query(ROWS_OF_OLD)).isEqualTo("1,2,3");
    }

    @Test
    void what_the_projection_has_not_read_is_left_alone() throws SQLException {
        assertThat(archive.removeEndedBefore(LATER, 10)).isZero();
        project();
        journal.execute("UPDATE projection_offset SET tx = '0', ordering = 0 WHERE projection = 'execution'");
        assertThat(archive.removeEndedBefore(LATER, 10)).isZero();
        journal.execute("DELETE FROM projection_offset");
        assertThat(archive.removeEndedBefore(LATER, 10)).isZero();
        assertThat(journal.query(ROWS_OF_OLD)).isEqualTo("1,2");
    }

    @Test
    void any_other_reader_of_the_journal_holds_it_back() throws SQLException {
        project();
        journal.execute("INSERT INTO projection_offset (projection, tx, ordering) VALUES ('slow', '0', 0)");
        assertThat(archive.removeEndedBefore(LATER, 10)).isZero();
    }

    @Test
    void an_execution_that_is_retried_at_that_moment_keeps_its_history() throws Exception {
        project();
        try (Connection retrying = journal.database().getConnection()) {
            retrying.setAutoCommit(false);
            JournalFixture.write(retrying, "old", 3, new Fact.Retried(Long.MAX_VALUE, null));
            CompletableFuture<Integer> removed =
                    CompletableFuture.supplyAsync(() -> archive.removeEndedBefore(LATER, 10));
            while (!removed.isDone()
                    && journal.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                            .equals("0")) {
                Thread.onSpinWait();
            }
            retrying.commit();
            assertThat(removed.join()).isZero();
        }
        assertThat(journal.query(ROWS_OF_OLD)).isEqualTo("1,2,3");
    }

    @Test
    void the_mark_changes_nothing_in_the_table_of_executions() throws SQLException {
        project();
        archive.removeEndedBefore(LATER, 10);
        String before = journal.query("SELECT e::text FROM execution e");
        project();
        assertThat(journal.query("SELECT e::text FROM execution e")).isEqualTo(before);
        assertThat(journal.query("SELECT count(*) FROM projection_failure")).isEqualTo("0");
        journal.execute("UPDATE projection_offset SET tx = '0', ordering = 0 WHERE projection = 'execution'");
        project();
        assertThat(journal.query("SELECT e::text FROM execution e")).isEqualTo(before);
    }

    /** As if the database had heard of each end when it came: the steps of these tests are from 1970. */
    private static void project() throws SQLException {
        JdbcProjection projection = new JdbcProjection(journal.database(), Probe.NONE);
        int rows;
        do {
            rows = projection.advance().rows();
        } while (rows > 0);
        journal.execute("UPDATE execution SET end_listed_at = ended_at WHERE archived_at IS NULL");
    }
}
