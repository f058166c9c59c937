package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.completed;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.WorkflowRuns.Run;
import dev.capocomico.engine.store.WorkflowRuns.Which;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.persistence.wire.StepCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcWorkflowRunsTest {
    private static final Which FLOW = new Which("t", "flow", null);

    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private final JdbcWorkflowRuns runs = new JdbcWorkflowRuns(journal.database());

    private void project() {
        new JdbcProjection(journal.database(), Probe.NONE).advance();
    }

    private List<String> newest() {
        return ids(runs.newest(FLOW, 9));
    }

    private List<String> open() {
        return ids(runs.open(FLOW, 9));
    }

    private static List<String> ids(List<Run> found) {
        return found.stream().map(run -> run.key().id()).toList();
    }

    @Test
    void an_execution_is_found_before_the_table_knows_of_it_and_after() throws SQLException {
        journal.write("a", 1, started("a"));
        assertThat(newest()).containsExactly("a");
        project();
        assertThat(newest()).containsExactly("a");
        journal.write("b", 1, started("b"));
        assertThat(newest()).containsExactly("b", "a");
        assertThat(ids(runs.newest(FLOW, 1))).containsExactly("b");
        assertThat(runs.newest(new Which("t", "flow", "2"), 9)).isEmpty();
        assertThat(runs.newest(new Which("t", "flaw", null), 9)).isEmpty();
        assertThat(runs.newest(new Which("other", "flow", null), 9)).isEmpty();
        assertThat(runs.newest(new Which("t", "flow", "1"), 9)).hasSize(2).allMatch(run -> run.version()
                .equals("1"));
    }

    /** In the order of their beginnings, and of their ids where that says nothing, by whoever they are found. */
    @Test
    void the_newest_come_first_whether_the_table_knows_of_them_or_not() throws SQLException {
        begin("old", 1_000);
        begin("new", 9_000);
        begin("mid", 5_000);
        begin("same-b", 7_000);
        begin("same-a", 7_000);
        begin("same-c", 7_000);
        List<String> inOrder = List.of("new", "same-c", "same-b", "same-a", "mid", "old");
        for (int round = 0; round < 2; round++) {
            assertThat(newest()).isEqualTo(inOrder);
            for (int limit = 1; limit < 6; limit++) {
                assertThat(ids(runs.newest(FLOW, limit))).isEqualTo(inOrder.subList(0, limit));
                assertThat(ids(runs.open(FLOW, limit))).isEqualTo(inOrder.subList(0, limit));
            }
            project();
        }
        begin("newest-same", 9_000);
        assertThat(ids(runs.newest(FLOW, 2))).containsExactly("newest-same", "new");
    }

    private static void begin(String id, long atMillis) throws SQLException {
        try (Connection connection = journal.database().getConnection()) {
            byte[] step = StepCodec.encode(new Step(1, atMillis, List.of(started(id))));
            JournalFixture.writeBytes(connection, id, 1, step);
        }
    }

    @Test
    void one_that_a_transaction_under_way_keeps_from_the_table_is_found() throws SQLException {
        try (Connection other = journal.database().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT pg_current_xact_id()");
            journal.write("a", 1, started("a"));
            project();
            assertThat(journal.query("SELECT count(*) FROM execution")).isEqualTo("0");
            assertThat(newest()).containsExactly("a");
            other.rollback();
        }
    }

    @Test
    void what_has_ended_is_not_open_until_it_is_brought_back() throws SQLException {
        journal.write("a", 1, started("a"));
        journal.write("a", 2, completed());
        project();
        assertThat(open()).isEmpty();
        assertThat(newest()).containsExactly("a");
        journal.write("a", 3, new Fact.Retried(Long.MAX_VALUE, null));
        assertThat(open()).containsExactly("a");
        assertThat(newest()).as("found in the table and in the journal").containsExactly("a");
        project();
        assertThat(open()).containsExactly("a");
    }

    @Test
    void one_that_is_paused_or_undoes_what_it_did_is_open() throws SQLException {
        journal.write("a", 1, started("a"));
        journal.write("a", 2, new Fact.Paused(null));
        journal.write("b", 1, started("b"));
        journal.write("b", 2, new Fact.CompensationBegan(Long.MAX_VALUE));
        project();
        assertThat(journal.query("SELECT status FROM execution ORDER BY execution_id"))
                .isEqualTo("paused,compensating");
        assertThat(open()).containsExactly("b", "a");
    }

    @Test
    void what_is_another_tenants_removed_or_unreadable_is_not_found_and_hides_nothing() throws SQLException {
        for (String id : List.of("theirs", "removed", "damaged", "mine")) {
            journal.write(id, 1, started(id));
        }
        journal.execute(
                "UPDATE event_journal SET persistence_id = 'execution|u/theirs' WHERE persistence_id LIKE '%theirs'");
        journal.execute("UPDATE event_journal SET deleted = true WHERE persistence_id LIKE '%removed'");
        journal.execute("UPDATE event_journal SET event_payload = '\\x00' WHERE persistence_id LIKE '%damaged'");
        assertThat(newest()).containsExactly("mine");
        assertThat(open()).containsExactly("mine");
    }

    /** The lists stand still; more begin and end than are asked for, and than were ever looked at. */
    @Test
    void one_that_runs_is_found_however_many_began_and_ended_since_the_lists_stand_still() throws SQLException {
        journal.write("old", 1, started("old"));
        beginMany("listed", 3_000);
        project();
        assertThat(open()).as("the table says of all that they run").hasSize(9);
        endMany("listed", 3_000);
        assertThat(open()).containsExactly("old");
        journal.write("unlisted", 1, started("unlisted"));
        beginMany("ended", 12_000);
        endMany("ended", 12_000);
        assertThat(open()).containsExactlyInAnyOrder("unlisted", "old");
        assertThat(ids(runs.alone(FLOW, 2, Supplier::get))).containsExactlyInAnyOrder("unlisted", "old");
        assertThat(ids(runs.newest(FLOW, 1))).isNotEmpty();
        journal.write("unlisted", 2, completed());
        journal.write("old", 2, completed());
        assertThat(open()).isEmpty();
        journal.write("ended-77", 3, new Fact.Retried(Long.MAX_VALUE, null));
        assertThat(open()).containsExactly("ended-77");
    }

    private static void beginMany(String prefix, int count) throws SQLException {
        many(prefix, count, 1, started("any"));
    }

    private static void endMany(String prefix, int count) throws SQLException {
        many(prefix, count, 2, completed());
    }

    private static void many(String prefix, int count, long number, Fact fact) throws SQLException {
        String sql = """
                INSERT INTO event_journal (persistence_id, sequence_number, deleted, writer, write_timestamp, adapter_manifest,
                  event_payload, event_ser_id, event_ser_manifest)
                SELECT 'execution|t/' || ? || '-' || n, ?, false, 'w', 0, '', ?, 1667330159, ? FROM generate_series(1, ?) n""";
        try (Connection connection = journal.database().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, prefix);
            statement.setLong(2, number);
            statement.setBytes(3, StepCodec.encode(new Step(number, 1_000 * number, List.of(fact))));
            statement.setString(4, StepCodec.manifest());
            statement.setInt(5, count);
            statement.executeUpdate();
        }
    }

    @Test
    void who_wants_another_workflow_alone_does_not_wait() throws Exception {
        CountDownLatch other = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> waits = threads.submit(() -> runs.alone(FLOW, 9, open -> {
                try {
                    return other.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
            threads.submit(() -> runs.alone(new Which("t", "another", null), 9, open -> {
                        other.countDown();
                        return true;
                    }))
                    .get(20, TimeUnit.SECONDS);
            assertThat(waits.get(20, TimeUnit.SECONDS))
                    .as("the other did not wait")
                    .isTrue();
        }
    }

    @Test
    void who_was_alone_makes_room_for_the_next_also_when_it_failed() {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> runs.alone(FLOW, 9, open -> {
                        throw new IllegalArgumentException("it failed");
                    }))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        int count = runs.alone(FLOW, 9, open -> open.get().size());
        assertThat(count).isZero();
    }

    @Test
    void two_are_never_alone_at_once() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        // Each as on a node of its own.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> {
                        go.await();
                        return new JdbcWorkflowRuns(journal.database()).alone(FLOW, 9, open -> {
                            List<Run> seen = open.get();
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            try {
                                journal.write("e" + i, 1, started("e" + i));
                            } catch (SQLException e) {
                                throw new IllegalStateException(e);
                            }
                            inside.decrementAndGet();
                            return seen.size();
                        });
                    }))
                    .toList();
            go.countDown();
            List<Integer> seen = new ArrayList<>();
            for (Future<Integer> one : all) {
                seen.add(one.get());
            }
            assertThat(most).hasValue(1);
            // Each has seen what all before it had begun.
            assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
        }
    }
}
