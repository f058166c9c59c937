package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.completed;
import static dev.capocomico.persistence.store.JournalFixture.dispatched;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.EventLog.Event;
import dev.capocomico.engine.store.EventLog.Page;
import dev.capocomico.engine.store.EventLog.Position;
import dev.capocomico.engine.store.EventLog.Start;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Fact;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcWakingTest {
    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private JdbcProjection projection = new JdbcProjection(journal.database(), Probe.NONE);
    private JdbcWaking waking = new JdbcWaking(journal.database());
    private JdbcEventLog events = new JdbcEventLog(journal.database());

    @Test
    void what_has_neither_ended_nor_been_parked_should_be_awake_page_by_page() throws SQLException {
        for (String id : List.of("a", "b", "c", "parked", "z")) {
            journal.write(id, 1, started(id));
        }
        journal.write("parked", 2, new Fact.Parked(9));
        journal.write("z", 2, completed());
        projection.advance();
        assertThat(waking.shouldBeAwake(null, 2)).containsExactly(key("a"), key("b"));
        assertThat(waking.shouldBeAwake(key("b"), 2)).containsExactly(key("c"));
        assertThat(waking.shouldBeAwakeOf(List.of(key("z"), key("c"), key("parked"), key("a"), key("unknown"))))
                .containsExactlyInAnyOrder(key("a"), key("c"));
    }

    @Test
    void a_parked_execution_that_is_due_is_claimed_once_for_a_lease() throws SQLException {
        journal.write("soon", 1, started("soon"), new Fact.Parked(10_000));
        journal.write("sooner", 1, started("sooner"), new Fact.Parked(5_000));
        journal.write("later", 1, started("later"), new Fact.Parked(10_001));
        projection.advance();
        Duration lease = Duration.ofSeconds(30);
        assertThat(waking.claimDue(at(10_000), lease, 1)).containsExactly(key("sooner"));
        assertThat(waking.claimDue(at(10_000), lease, 5)).containsExactly(key("soon"));
        assertThat(waking.claimDue(at(10_000), lease, 5)).isEmpty();
        assertThat(waking.claimDue(at(40_000), lease, 5))
                .containsExactlyInAnyOrder(key("sooner"), key("soon"), key("later"));
    }

    @Test
    void two_that_claim_at_once_share_what_is_due() throws Exception {
        for (int i = 0; i < 200; i++) {
            journal.write("p" + i, 1, started("p" + i), new Fact.Parked(1));
        }
        projection.advance();
        List<ExecutionKey> claimed = new ArrayList<>();
        try (ExecutorService two = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<ExecutionKey>>> claims = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                claims.add(two.submit(() -> waking.claimDue(at(1_000), Duration.ofHours(1), 10)));
            }
            for (Future<List<ExecutionKey>> claim : claims) {
                claimed.addAll(claim.get());
            }
        }
        claimed.addAll(waking.claimDue(at(1_000), Duration.ofHours(1), 200));
        assertThat(claimed).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void an_event_counts_once_and_is_read_by_its_topic_page_by_page() {
        assertThat(events.publish("t", "paid", "1", IntNode.valueOf(1))).isTrue();
        assertThat(events.publish("t", "paid", "1", IntNode.valueOf(2))).isFalse();
        assertThat(events.publish("other", "paid", "1", IntNode.valueOf(3))).isTrue();
        assertThat(events.publish("t", "sent", "2", IntNode.valueOf(4))).isTrue();
        assertThat(events.publish("t", "paid", "3", TextNode.valueOf("zero \0")))
                .isTrue();
        Page first = events.read("t", "paid", null, Position.START, 0, 1);
        assertThat(first.events()).extracting(Event::payload).containsExactly(IntNode.valueOf(1));
        assertThat(first.more()).isTrue();
        Page second = events.read("t", "paid", null, first.next(), 0, 10);
        assertThat(second.events()).extracting(Event::payload).containsExactly(TextNode.valueOf("zero \0"));
        assertThat(second.more()).isFalse();
        assertThat(events.read("t", "paid", null, second.next(), 0, 10))
                .isEqualTo(new Page(List.of(), second.next(), false));
        long later = System.currentTimeMillis() + 60_000;
        assertThat(events.read("t", "paid", null, Position.START, later, 10).events())
                .isEmpty();
    }

    /** One transaction began before the execution and is committed after it. */
    @Test
    void an_event_that_is_committed_after_the_start_lies_behind_it_whatever_number_it_has() throws SQLException {
        events.publish("t", "paid", "before", IntNode.valueOf(1));
        try (Connection slow = journal.database().getConnection()) {
            slow.setAutoCommit(false);
            slow.createStatement()
                    .execute(
                            "INSERT INTO event_log (tenant, topic, event_id, payload) VALUES ('t', 'paid', 'slow', '2')");
            for (int i = 0; i < 5; i++) {
                journal.write("other-" + i, 1, started("other-" + i));
            }
            journal.write("run", 1, started("run"));
            slow.commit();
        }
        events.publish("t", "paid", "after", IntNode.valueOf(3));
        journal.write("run", 2, dispatched(0));
        Position beginning =
                Objects.requireNonNull(events.start(key("run"), 1, 2).beginning());
        assertThat(events.read("t", "paid", null, beginning, 0, 10).events())
                .extracting(Event::id)
                .containsExactly("slow", "after");
    }

    @Test
    void of_an_execution_of_an_older_program_nobody_knows_where_it_began() throws SQLException {
        journal.write("run", 1, started("run"));
        journal.execute("UPDATE event_journal SET horizon = NULL");
        assertThat(events.start(key("run"), 1, 1).beginning()).isNull();
        assertThat(events.start(key("unknown"), 1, 1)).isEqualTo(new Start(null, null, Start.NOT_LISTED));
    }

    @Test
    void a_page_of_events_ends_with_a_large_one() {
        TextNode large = TextNode.valueOf("x".repeat(100_000));
        events.publish("t", "paid", "1", IntNode.valueOf(1));
        events.publish("t", "paid", "2", large);
        events.publish("t", "paid", "3", large);
        events.publish("t", "paid", "4", IntNode.valueOf(4));
        List<List<JsonNode>> pages = new ArrayList<>();
        Page page = new Page(List.of(), Position.START, true);
        while (page.more()) {
            page = events.read("t", "paid", null, page.next(), 0, 10);
            pages.add(page.events().stream().map(Event::payload).toList());
        }
        assertThat(pages)
                .containsExactly(List.of(IntNode.valueOf(1), large), List.of(large), List.of(IntNode.valueOf(4)));
    }

    @Test
    void who_waits_is_told_when_its_wait_is_listed_and_when_something_is_published() throws SQLException {
        journal.write("a", 1, started("a"), new Fact.EventAwaited(1, 9));
        journal.write("b", 1, started("b"), dispatched(0));
        projection.advance();
        assertThat(waking.claimConcerned(10)).containsExactly(key("a"));
        assertThat(waking.claimConcerned(10)).isEmpty();
        events.publish("t", "other", "1", IntNode.valueOf(1));
        events.publish("elsewhere", "paid", "1", IntNode.valueOf(1));
        assertThat(waking.claimConcerned(10)).isEmpty();
        events.publish("t", "paid", "2", IntNode.valueOf(1));
        assertThat(waking.claimConcerned(10)).containsExactly(key("a"));
        assertThat(waking.claimConcerned(10)).isEmpty();
        waking.tellAgain(Duration.ofMinutes(1));
        assertThat(waking.claimConcerned(10)).containsExactly(key("a"));
    }

    @Test
    void there_is_news_exactly_while_somebody_would_find_some() throws SQLException {
        assertThat(waking.hasNews(at(0))).isFalse();
        journal.write("a", 1, started("a"), new Fact.EventAwaited(1, 9), new Fact.Parked(5_000));
        assertThat(waking.hasNews(at(0))).isTrue();
        projection.advance();
        assertThat(waking.hasNews(at(0))).isTrue();
        waking.claimConcerned(10);
        assertThat(waking.hasNews(at(4_999))).isFalse();
        assertThat(waking.hasNews(at(5_000))).isTrue();
        waking.claimDue(at(5_000), Duration.ofMinutes(1), 10);
        assertThat(waking.hasNews(at(5_000))).isFalse();
        events.publish("t", "nobody_waits", "1", IntNode.valueOf(1));
        assertThat(waking.hasNews(at(5_000))).isTrue();
        waking.claimConcerned(10);
        assertThat(waking.hasNews(at(5_000))).isFalse();
    }

    @Test
    void nobody_is_told_of_an_event_before_it_can_be_read() throws SQLException {
        journal.write("a", 1, started("a"), new Fact.EventAwaited(1, 9));
        projection.advance();
        waking.claimConcerned(10);
        try (Connection open = journal.database().getConnection()) {
            open.setAutoCommit(false);
            open.createStatement().execute("SELECT pg_current_xact_id()");
            events.publish("t", "paid", "1", IntNode.valueOf(1));
            assertThat(waking.claimConcerned(10)).isEmpty();
            assertThat(events.read("t", "paid", null, Position.START, 0, 10).events())
                    .isEmpty();
            open.rollback();
        }
        assertThat(waking.claimConcerned(10)).containsExactly(key("a"));
        assertThat(events.read("t", "paid", null, Position.START, 0, 10).events())
                .hasSize(1);
    }

    /** Events get their numbers when they are written, and transactions theirs when they begin to write. */
    @Test
    void an_event_that_is_committed_later_under_a_smaller_number_is_not_passed_over() throws SQLException {
        Page page;
        try (Connection first = journal.database().getConnection();
                Connection second = journal.database().getConnection()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            first.createStatement().execute("SELECT pg_current_xact_id()");
            insert(second, "a");
            insert(first, "b");
            first.commit();
            page = events.read("t", "paid", null, Position.START, 0, 10);
            assertThat(page.events()).extracting(Event::id).containsExactly("b");
            second.commit();
        }
        assertThat(events.read("t", "paid", null, page.next(), 0, 10).events())
                .extracting(Event::id)
                .containsExactly("a");
    }

    @Test
    void a_page_may_end_between_events_whose_numbers_and_transactions_are_in_different_orders() throws SQLException {
        try (Connection first = journal.database().getConnection();
                Connection second = journal.database().getConnection()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            first.createStatement().execute("SELECT pg_current_xact_id()");
            insert(second, "a");
            insert(first, "b");
            second.commit();
            first.commit();
        }
        Page page = events.read("t", "paid", null, Position.START, 0, 1);
        assertThat(page.events()).extracting(Event::id).containsExactly("b");
        page = events.read("t", "paid", null, page.next(), 0, 1);
        assertThat(page.events()).extracting(Event::id).containsExactly("a");
    }

    @Test
    void the_oldest_events_go_first_and_large_ones_are_their_tenants_own() throws SQLException {
        TextNode large = TextNode.valueOf("x".repeat(100_000));
        events.publish("a", "paid", "1", TextNode.valueOf("y".repeat(100_000)));
        events.publish("t", "paid", "1", large);
        events.publish("z", "paid", "1", TextNode.valueOf("z".repeat(100_000)));
        assertThat(events.read("t", "paid", null, Position.START, 0, 10).events())
                .extracting(Event::payload)
                .containsExactly(large);
        waking.claimConcerned(10);
        journal.execute("UPDATE event_log SET published_at = published_at - interval '1 hour' WHERE tenant = 'z'");
        assertThat(events.removePublishedBefore(Instant.now().plusSeconds(60), 1))
                .isEqualTo(1);
        assertThat(journal.query("SELECT tenant FROM event_log ORDER BY tenant"))
                .isEqualTo("a,t");
    }

    @Test
    void old_events_go_but_not_before_their_waiters_were_told() throws SQLException {
        for (int i = 0; i < 3; i++) {
            events.publish("t", "paid", "" + i, IntNode.valueOf(i));
        }
        Instant later = Instant.now().plusSeconds(60);
        assertThat(events.removePublishedBefore(later, 10)).isZero();
        waking.claimConcerned(10);
        assertThat(events.removePublishedBefore(Instant.now().minusSeconds(60), 10))
                .isZero();
        assertThat(events.removePublishedBefore(later, 2)).isEqualTo(2);
        assertThat(events.removePublishedBefore(later, 2)).isEqualTo(1);
    }

    /**
     * Publishers, executions that begin to wait, the projection and the daemon's claims, all at once. Each execution looks at the log
     * when it is told and at no other time; at the end each must have looked after its event could be read.
     */
    @Test
    void an_event_and_a_wait_that_cross_each_other_do_not_miss_each_other() throws Exception {
        long seed = Long.getLong("capocomico.seed", 20261121L);
        SplittableRandom random = new SplittableRandom(seed);
        int executions = 150;
        Set<ExecutionKey> found = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                SplittableRandom own = random.split();
                int first = writer;
                writers.add(threads.submit(() -> {
                    for (int i = first; i < executions; i += 4) {
                        String id = "x" + i;
                        if (own.nextBoolean()) {
                            waitFor(id, own);
                            publish(id, own);
                        } else {
                            publish(id, own);
                            waitFor(id, own);
                        }
                    }
                    return null;
                }));
            }
            while (writers.stream().anyMatch(writer -> !writer.isDone())) {
                look(found);
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        boolean someWereTold = true;
        while (someWereTold) {
            someWereTold = look(found);
        }
        assertThat(found).as("-Dseed=" + seed).hasSize(executions);
    }

    /** In a transaction that lasts a moment, as under load. */
    private void waitFor(String id, SplittableRandom random) throws SQLException {
        try (Connection connection = journal.database().getConnection()) {
            connection.setAutoCommit(false);
            JournalFixture.write(connection, id, 1, started(id), new Fact.EventAwaited(1, 9));
            connection.createStatement().execute("SELECT pg_sleep(" + random.nextInt(4) / 1000.0 + ")");
            connection.commit();
        }
    }

    private void publish(String id, SplittableRandom random) throws SQLException {
        try (Connection connection = journal.database().getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, id);
            connection.createStatement().execute("SELECT pg_sleep(" + random.nextInt(4) / 1000.0 + ")");
            connection.commit();
        }
    }

    private static void insert(Connection connection, String id) throws SQLException {
        connection
                .createStatement()
                .execute("INSERT INTO event_log (tenant, topic, event_id, payload) VALUES ('t', 'paid', '" + id
                        + "', '1')");
    }

    /** What the daemon does, and what those do who are told. */
    private boolean look(Set<ExecutionKey> found) {
        projection.advance();
        List<ExecutionKey> told = waking.claimConcerned(20);
        for (ExecutionKey key : told) {
            Position position = Position.START;
            boolean more = true;
            while (more) {
                Page page = events.read("t", "paid", null, position, 0, 50);
                if (page.events().stream().anyMatch(event -> event.id().equals(key.id()))) {
                    found.add(key);
                }
                position = page.next();
                more = page.more();
            }
        }
        return !told.isEmpty();
    }

    @Test
    void an_event_that_cannot_be_read_is_passed_over_and_those_after_it_are_heard() throws SQLException {
        events.publish("t", "paid", "before", IntNode.valueOf(1));
        events.publish("t", "paid", "lost", noise(new SplittableRandom(3)));
        events.publish("t", "paid", "large", noise(new SplittableRandom(4)));
        events.publish("t", "paid", "after", IntNode.valueOf(2));
        journal.loseStoredValue("event_log", "payload", "event_id = 'lost'");
        List<String> heard = new ArrayList<>();
        Position next = Position.START;
        boolean more = true;
        while (more) {
            Page page = events.read("t", "paid", null, next, 0, 100);
            page.events().forEach(event -> heard.add(event.id()));
            next = page.next();
            more = page.more();
        }
        assertThat(heard).containsExactly("before", "large", "after");
        assertThat(UnreadableRows.count()).isPositive();
    }

    /** Text that does not become short by compression. */
    private static JsonNode noise(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        random.ints(20_000, ' ', '~').forEach(c -> text.append((char) c));
        return TextNode.valueOf(text.toString());
    }

    private static ExecutionKey key(String id) {
        return new ExecutionKey("t", id);
    }

    private static Instant at(long millis) {
        return Instant.ofEpochMilli(millis);
    }
}
