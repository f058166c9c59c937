package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.completed;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.WorkflowRuns.Run;
import dev.capocomico.engine.store.WorkflowRuns.Which;
import dev.capocomico.model.execution.Fact;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
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
        project();
        assertThat(open()).containsExactly("a");
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
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            try {
                                journal.write("e" + i, 1, started("e" + i));
                            } catch (SQLException e) {
                                throw new IllegalStateException(e);
                            }
                            inside.decrementAndGet();
                            return open.size();
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
