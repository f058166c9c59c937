package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.completed;
import static dev.capocomico.persistence.store.JournalFixture.dispatched;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.JournalTail.Listed;
import dev.capocomico.engine.store.JournalTail.News;
import dev.capocomico.engine.store.JournalTail.Position;
import dev.capocomico.engine.store.JournalTail.StepOwner;
import dev.capocomico.engine.store.JournalTail.StepPlace;
import dev.capocomico.engine.store.JournalTail.Steps;
import dev.capocomico.engine.store.WorkflowRuns.Which;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.StartOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcJournalTailTest {
    private static final Which FLOW = new Which("t", "flow", null);

    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private final JdbcJournalTail tail = new JdbcJournalTail(journal.database());

    private static void project() {
        new JdbcProjection(journal.database(), Probe.NONE).advance();
    }

    private static Set<String> ids(News news) {
        Set<String> ids = new TreeSet<>();
        news.executions().forEach(key -> ids.add(key.tenant() + "/" + key.id()));
        return ids;
    }

    private List<String> steps(Which which, @Nullable String executionId, Position after, int limit) {
        return tail.steps(which, executionId, after, limit).places().stream()
                .map(place -> place.key().id() + place.number())
                .toList();
    }

    private List<String> steps(Which which) {
        return steps(which, null, Position.START, 99);
    }

    private static void keep(String tenant, String digest, String name, String version) {
        String tree = """
                {"workflow": {"name": "%s", "version": "%s", "tasks": [{"id": "first", "agent": "a"}]}}""".formatted(name, version);
        new JdbcDefinitionStore(journal.database())
                .keep(tenant, new DefinitionStore.Stored(digest, name, version, tree));
    }

    private static Fact.Started startedOf(String digest, String id) {
        return new Fact.Started(id, digest, IntNode.valueOf(1), StartOptions.NONE, Long.MAX_VALUE, null);
    }

    @Test
    void news_begin_after_a_position_come_page_by_page_and_each_once() throws SQLException {
        Position end = tail.end();
        assertThat(tail.news(end, 9)).isEqualTo(new News(Set.of(), end, false));
        journal.write("a", 1, started("a"));
        journal.write("b", 1, started("b"));
        journal.write("a", 2, dispatched(0));
        News first = tail.news(end, 2);
        assertThat(ids(first)).containsExactly("t/a", "t/b");
        assertThat(first.more()).isTrue();
        assertThat(first.next()).isGreaterThan(end);
        News second = tail.news(first.next(), 2);
        assertThat(ids(second)).containsExactly("t/a");
        assertThat(second.more()).isFalse();
        assertThat(second.next()).isGreaterThan(first.next());
        assertThat(tail.news(second.next(), 2).executions()).isEmpty();
        assertThat(tail.news(second.next(), 2).next()).isEqualTo(second.next());
        assertThat(ids(tail.news(Position.START, 99))).containsExactly("t/a", "t/b");
    }

    @Test
    void what_was_there_is_behind_the_end_and_what_was_under_way_is_not() throws SQLException {
        journal.write("before", 1, started("before"));
        try (Connection slow = journal.database().getConnection()) {
            slow.setAutoCommit(false);
            JournalFixture.write(slow, "slow", 1, started("slow"));
            journal.write("fast", 1, started("fast"));
            Position end = tail.end();
            journal.write("after", 1, started("after"));
            assertThat(tail.news(end, 99).executions())
                    .as("one that is under way comes before them")
                    .isEmpty();
            slow.commit();
            assertThat(ids(tail.news(end, 99))).containsExactly("t/after", "t/fast", "t/slow");
        }
        assertThat(tail.news(tail.end(), 99).executions()).isEmpty();
    }

    @Test
    void rows_of_others_in_the_journal_move_the_position_and_are_no_news() throws SQLException {
        Position end = tail.end();
        journal.write("a", 1, started("a"));
        journal.execute("UPDATE event_journal SET persistence_id = 'something|else'");
        News news = tail.news(end, 1);
        assertThat(news.executions()).isEmpty();
        assertThat(news.more()).isTrue();
        assertThat(news.next()).isGreaterThan(end);
    }

    /** Who asks again and again where it stood hears of every step, however commits overtake each other. */
    @Test
    void no_step_is_missed_while_many_write() throws Exception {
        long seed = Long.getLong("capocomico.seed", 4_711);
        int writers = 4;
        int each = 60;
        Position at = tail.end();
        Set<String> heard = new TreeSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                SplittableRandom random = new SplittableRandom(seed + writer);
                String name = "w" + writer + "-";
                all.add(threads.submit(() -> {
                    for (int i = 0; i < each; ) {
                        try (Connection connection = journal.database().getConnection()) {
                            connection.setAutoCommit(false);
                            for (int left = random.nextInt(1, 4); left > 0 && i < each; left--, i++) {
                                JournalFixture.write(connection, name + i, 1, started(name + i));
                                // So that transactions overlap.
                                connection
                                        .createStatement()
                                        .execute("SELECT pg_sleep(0.001 * " + random.nextInt(3) + ")");
                            }
                            connection.commit();
                        }
                    }
                    return null;
                }));
            }
            boolean done = false;
            for (boolean last = false; !done; last = all.stream().allMatch(Future::isDone)) {
                News news = tail.news(at, 7);
                heard.addAll(ids(news));
                at = news.next();
                done = last && !news.more();
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(heard).as("seed %d", seed).hasSize(writers * each);
    }

    @Test
    void the_steps_of_a_workflow_come_as_far_as_the_table_of_executions_goes_in_the_order_of_their_commits()
            throws SQLException {
        journal.write("b", 1, started("b"));
        journal.write("a", 1, started("a"));
        journal.write("b", 2, dispatched(0));
        assertThat(steps(FLOW)).as("the table knows of none").isEmpty();
        assertThat(tail.listed()).isEqualTo(Position.START);
        project();
        journal.write("a", 2, completed());
        assertThat(steps(FLOW)).containsExactly("b1", "a1", "b2");
        List<StepPlace> places = tail.steps(FLOW, null, Position.START, 2).places();
        assertThat(places)
                .hasSize(2)
                .allMatch(place -> place.version().equals("1")
                        && place.digest().equals(JournalFixture.DIGEST)
                        && place.key().tenant().equals("t"));
        assertThat(places.get(0).position()).isLessThan(places.get(1).position());
        assertThat(steps(FLOW, null, places.get(1).position(), 99)).containsExactly("b2");
        Position listed = tail.listed();
        assertThat(steps(FLOW, null, listed, 99)).isEmpty();
        project();
        assertThat(steps(FLOW, null, listed, 99)).containsExactly("a2");
        assertThat(tail.listed()).isGreaterThan(listed);
    }

    @Test
    void only_the_steps_are_told_of_what_is_asked_for() throws SQLException {
        keep("t", "digest-of-other", "other", "1");
        keep("t", "digest-of-flow-2", "flow", "2");
        keep("u", "digest-of-theirs", "flow", "1");
        journal.write("a", 1, started("a"));
        journal.write("a2", 1, startedOf("digest-of-flow-2", "a2"));
        journal.write("other", 1, startedOf("digest-of-other", "other"));
        journal.write("theirs", 1, startedOf("digest-of-theirs", "theirs"));
        journal.execute(
                "UPDATE event_journal SET persistence_id = 'execution|u/a' WHERE persistence_id LIKE '%theirs'");
        project();
        assertThat(steps(FLOW)).containsExactly("a1", "a21");
        assertThat(steps(new Which("t", "flow", "1"))).containsExactly("a1");
        assertThat(steps(new Which("t", "flow", "2"))).containsExactly("a21");
        assertThat(steps(new Which("t", "other", null))).containsExactly("other1");
        assertThat(tail.steps(new Which("u", "flow", null), null, Position.START, 9)
                        .places())
                .extracting(StepPlace::key)
                .containsExactly(new ExecutionKey("u", "a"));
        assertThat(steps(FLOW, "a", Position.START, 9)).containsExactly("a1");
        assertThat(steps(FLOW, "a_", Position.START, 9)).isEmpty();
        assertThat(steps(FLOW, "%", Position.START, 9)).isEmpty();
        assertThat(steps(new Which("t", "other", null), "a", Position.START, 9)).isEmpty();
        assertThat(steps(new Which("%", "flow", null))).isEmpty();
    }

    @Test
    void what_was_removed_is_not_told() throws SQLException {
        journal.write("a", 1, started("a"));
        journal.write("a", 2, completed());
        journal.write("b", 1, started("b"));
        project();
        journal.execute("UPDATE event_journal SET deleted = true WHERE persistence_id LIKE '%/b'");
        assertThat(steps(FLOW)).containsExactly("a1", "a2");
        journal.execute("UPDATE execution SET archived_at = now() WHERE execution_id = 'a'");
        assertThat(steps(FLOW)).isEmpty();
    }

    @Test
    void what_is_listed_since_a_place_says_of_which_workflows_it_is_page_by_page() throws SQLException {
        keep("t", "digest-of-other", "other", "1");
        journal.write("a", 1, started("a"));
        journal.write("a", 2, dispatched(0));
        journal.write("b", 1, startedOf("digest-of-other", "b"));
        assertThat(tail.listedSince(Position.START, 9)).isEqualTo(new Listed(Set.of(), Position.START, false));
        project();
        StepOwner a = new StepOwner(new ExecutionKey("t", "a"), "flow", "1");
        StepOwner b = new StepOwner(new ExecutionKey("t", "b"), "other", "1");
        assertThat(tail.listedSince(Position.START, 9)).isEqualTo(new Listed(Set.of(a, b), tail.listed(), false));
        Listed first = tail.listedSince(Position.START, 2);
        assertThat(first.owners()).containsExactly(a);
        assertThat(first.more()).isTrue();
        assertThat(tail.listedSince(first.next(), 9)).isEqualTo(new Listed(Set.of(b), tail.listed(), false));
        assertThat(tail.listedSince(tail.listed(), 9).owners()).isEmpty();
    }

    /** Counted by the database, in rows of the journal that its indexes have led to, or that it has gone through. */
    @Test
    void who_has_read_to_the_end_does_not_read_the_steps_of_others_again() throws SQLException {
        keep("t", "digest-of-busy", "busy", "1");
        journal.write("idle", 1, started("idle"));
        int others = 1_000;
        try (Connection connection = journal.database().getConnection()) {
            for (int i = 0; i < others; i++) {
                JournalFixture.write(connection, "busy-" + i, 1, startedOf("digest-of-busy", "busy-" + i));
            }
        }
        project();
        journal.execute("ANALYZE event_journal; ANALYZE execution");
        Position from = tail.listed();
        Steps none = tail.steps(FLOW, null, from, 200);
        assertThat(none.places()).isEmpty();
        long before = journalRowsRead();
        for (int round = 0; round < 20; round++) {
            journal.write("more-" + round, 1, startedOf("digest-of-busy", "more-" + round));
            project();
            Listed news = tail.listedSince(from, 10_000);
            none = tail.steps(FLOW, null, none.through(), 200);
            assertThat(news.owners()).hasSize(1);
            from = news.next();
            assertThat(none.through()).isEqualTo(from);
        }
        assertThat(journalRowsRead() - before)
                .as("rows read for twenty new ones, which is less than those of others that are there")
                .isLessThan(others);
    }

    /** What a connection has read is counted when it has been closed for a moment. */
    private static long journalRowsRead() throws SQLException {
        String sql = """
                SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'event_journal')
                  + (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'event_journal')""";
        long last = -1;
        for (long now = Long.parseLong(journal.query(sql)); now != last; now = Long.parseLong(journal.query(sql))) {
            last = now;
            journal.query("SELECT pg_sleep(0.3)");
        }
        return last;
    }
}
