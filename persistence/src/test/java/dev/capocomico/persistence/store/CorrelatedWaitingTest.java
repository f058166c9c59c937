package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.EventLog.Event;
import dev.capocomico.engine.store.EventLog.Page;
import dev.capocomico.engine.store.EventLog.Position;
import dev.capocomico.engine.store.EventLog.Start;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.expression.Correlation;
import dev.capocomico.persistence.schema.Schema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many who wait for events of one topic, each for those with a value of its own. Rows are counted by the database. */
class CorrelatedWaitingTest {
    private static final int MANY = 10_000;
    private static final int ROUNDS = 20;

    /** For an event and the one who waits for it, in all three tables. */
    private static final int ROWS_MAX = 20;

    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private final JdbcProjection projection = new JdbcProjection(journal.database(), Probe.NONE);
    private final JdbcWaking waking = new JdbcWaking(journal.database());
    private final JdbcEventLog events = new JdbcEventLog(journal.database());

    @BeforeEach
    void nobody_sees_what_the_test_before_has_left() {
        assertThat(waking.claimConcerned(9)).isEmpty();
    }

    @Test
    void of_ten_thousand_who_wait_for_their_own_event_one_is_told_and_few_rows_are_read() throws SQLException {
        list(MANY);
        publishInBulk(MANY, 2 * MANY);
        tellAll();
        analyze();
        long before = rowsRead();
        for (int i = 0; i < ROUNDS; i++) {
            events.publish("t", "paid", "event-" + i, event(i));
            assertThat(waking.claimConcerned(200)).containsExactly(key("w-" + i));
            Page page = events.read("t", "paid", order(i), Position.START, 0, 100);
            assertThat(page.events()).extracting(Event::id).containsExactly("event-" + i);
            assertThat(page.more()).isFalse();
        }
        assertThat(rowsRead() - before).as("rows read for %d events", ROUNDS).isLessThan(ROUNDS * (long) ROWS_MAX);
    }

    @Test
    void who_comes_back_beside_a_long_log_of_events_for_others_reads_a_few_rows() throws SQLException {
        journal.write("run", 1, started("run"), new Fact.EventAwaited(1, Long.MAX_VALUE));
        journal.write("any", 1, started("any"), new Fact.EventAwaited(1, Long.MAX_VALUE));
        projection.advance();
        tellAll();
        publishInBulk(0, MANY);
        Position end = Position.START;
        for (Page page = readAll(end); !page.events().isEmpty(); page = readAll(end)) {
            end = page.next();
        }
        long any = events.start(key("any"), 1, 1).listing();
        assertThat(events.keepPlace(key("any"), 1, "paid", any, end, null)).isTrue();
        analyze();
        long before = rowsRead();
        for (int i = 0; i < ROUNDS; i++) {
            Start correlated = events.start(key("run"), 1, 1);
            Position from = Objects.requireNonNull(correlated.beginning());
            assertThat(events.read("t", "paid", order(-1), from, 0, 100).events())
                    .isEmpty();
            Start all = events.start(key("any"), 1, 1);
            assertThat(events.read("t", "paid", null, Objects.requireNonNull(all.looked()), 0, 100)
                            .events())
                    .isEmpty();
        }
        assertThat(rowsRead() - before)
                .as("rows read by %d recoveries of two", ROUNDS)
                .isLessThan(ROUNDS * 10L);
    }

    private Page readAll(Position after) {
        return events.read("t", "paid", null, after, 0, 1_000);
    }

    @Test
    void how_far_a_task_has_looked_is_kept_for_this_wait_and_not_for_the_next() throws SQLException {
        journal.write("run", 1, started("run"), new Fact.EventAwaited(1, Long.MAX_VALUE));
        assertThat(events.start(key("run"), 1, 1).listing()).isEqualTo(Start.NOT_LISTED);
        projection.advance();
        long first = events.start(key("run"), 1, 1).listing();
        assertThat(first).isPositive();
        Position place = new Position(77, 5);
        assertThat(events.keepPlace(key("run"), 1, "paid", first, place, order(1)))
                .isTrue();
        assertThat(events.start(key("run"), 1, 1).looked()).isEqualTo(place);
        assertThat(events.start(key("run"), 1, 2))
                .as("the table does not know step 2 yet, so the row may be of an earlier wait")
                .returns(null, Start::looked)
                .returns(Start.NOT_LISTED, Start::listing);
        journal.write("run", 2, new Fact.EventTaken(1, "e", IntNode.valueOf(1)));
        journal.write("run", 3, new Fact.EventAwaited(1, Long.MAX_VALUE));
        projection.advance();
        assertThat(journal.query("SELECT key IS NULL AND untold FROM event_wait"))
                .isEqualTo("t");
        Start again = events.start(key("run"), 1, 3);
        assertThat(again.looked()).isNull();
        assertThat(again.listing()).isGreaterThan(first);
        assertThat(events.keepPlace(key("run"), 1, "paid", first, place, order(1)))
                .as("what was said late of the wait before")
                .isFalse();
        assertThat(events.start(key("run"), 1, 3).looked()).isNull();
    }

    @Test
    void events_whose_fields_are_not_known_concern_everybody_and_events_are_removed_with_their_keys()
            throws SQLException {
        events.publish("t", "paid", "mine", event(1));
        events.publish("t", "paid", "theirs", event(2));
        var wide = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i <= EventKeys.FIELDS_MAX; i++) {
            wide.put("field-" + i, i);
        }
        events.publish("t", "paid", "wide", wide);
        journal.execute("INSERT INTO event_log (tenant, topic, event_id, payload) VALUES ('t', 'paid', 'older', '{}')");
        assertThat(events.read("t", "paid", order(1), Position.START, 0, 10).events())
                .extracting(Event::id)
                .containsExactly("mine", "wide", "older");
        journal.execute("""
                INSERT INTO event_wait (tenant, execution_id, task, topic, untold, key)
                VALUES ('t', 'other', 1, 'paid', false, 1), ('t', 'any', 1, 'paid', false, NULL)""");
        assertThat(waking.claimConcerned(9)).containsExactlyInAnyOrder(key("other"), key("any"));
        events.publish("t", "paid", "more", event(3));
        assertThat(waking.claimConcerned(9)).containsExactly(key("any"));
        assertThat(events.removePublishedBefore(Instant.now().plusSeconds(60), 10))
                .isEqualTo(5);
        assertThat(journal.query("SELECT count(*) FROM event_key")).isEqualTo("0");
    }

    /** In an execution of a program that kept no place, old events are told by their time; they may be more than a page. */
    @Test
    void events_from_before_the_start_do_not_hide_those_after_it() throws SQLException {
        for (int i = 0; i < 5; i++) {
            events.publish("t", "paid", "old-" + i, event(1));
        }
        journal.execute("UPDATE event_log SET published_at = now() - interval '1 hour'");
        events.publish("t", "paid", "new", event(1));
        long since = System.currentTimeMillis() - 60_000;
        Set<String> seen = new HashSet<>();
        Page page = events.read("t", "paid", order(1), Position.START, since, 2);
        for (; page.more(); page = events.read("t", "paid", order(1), page.next(), since, 2)) {
            page.events().forEach(event -> seen.add(event.id()));
        }
        page.events().forEach(event -> seen.add(event.id()));
        assertThat(seen).containsExactly("new");
    }

    /** Two values may have one number; another tenant's event must not be seen for that. */
    @Test
    void an_event_of_another_tenant_with_the_same_number_is_not_read() throws SQLException {
        events.publish("other", "paid", "secret", event(1));
        journal.execute("UPDATE event_key SET key = %d WHERE key = %d"
                .formatted(EventKeys.of("t", "paid", order(1)), EventKeys.of("other", "paid", order(1))));
        assertThat(events.read("t", "paid", order(1), Position.START, 0, 10).events())
                .isEmpty();
    }

    @Test
    void who_has_waited_longest_is_told_first() throws SQLException {
        for (String id : List.of("z", "m", "a")) {
            journal.write(id, 1, started(id), new Fact.EventAwaited(1, Long.MAX_VALUE));
            projection.advance();
        }
        assertThat(waking.claimConcerned(9)).containsExactly(key("z"), key("m"), key("a"));
        events.publish("t", "paid", "1", event(1));
        assertThat(waking.claimConcerned(1)).containsExactly(key("z"));
        events.publish("t", "paid", "2", event(2));
        assertThat(waking.claimConcerned(9))
                .as("those who were not told of the first event come before the one who was")
                .containsExactly(key("m"), key("a"), key("z"));
    }

    @Test
    void waits_that_an_older_program_has_listed_get_their_events_after_the_upgrade() throws SQLException {
        for (String id : List.of("first", "second")) {
            journal.write(id, 1, started(id), new Fact.EventAwaited(1, Long.MAX_VALUE));
        }
        projection.advance();
        tellAll();
        events.publish("t", "paid", "before", event(1));
        tellAll();
        backToVersion8();
        Schema.migrate(journal.database());
        events.publish("t", "paid", "after", event(1));
        assertThat(waking.claimConcerned(9)).containsExactly(key("first"), key("second"));
        Start start = events.start(key("first"), 1, 1);
        assertThat(start.looked()).isNull();
        assertThat(events.read("t", "paid", order(1), Objects.requireNonNull(start.beginning()), 0, 10)
                        .events())
                .extracting(Event::id)
                .containsExactly("before", "after");
        assertThat(events.keepPlace(key("first"), 1, "paid", start.listing(), new Position(1, 1), order(1)))
                .isTrue();
        events.publish("t", "paid", "for-others", event(2));
        assertThat(waking.claimConcerned(9)).containsExactly(key("second"));
    }

    /** A node of the version before goes on beside this one for a while. */
    @Test
    void an_older_program_that_lists_a_wait_anew_makes_its_place_forgotten() throws SQLException {
        journal.write("run", 1, started("run"), new Fact.EventAwaited(1, Long.MAX_VALUE));
        projection.advance();
        long first = events.start(key("run"), 1, 1).listing();
        events.keepPlace(key("run"), 1, "paid", first, new Position(77, 5), order(1));
        journal.execute("""
                INSERT INTO event_wait (tenant, execution_id, task, topic) VALUES ('t', 'run', 1, 'paid')
                ON CONFLICT (tenant, execution_id, task) DO UPDATE SET topic = excluded.topic, untold = true""");
        assertThat(events.start(key("run"), 1, 1).looked()).isNull();
        assertThat(events.start(key("run"), 1, 1).listing()).isGreaterThan(first);
        assertThat(journal.query("SELECT key IS NULL FROM event_wait")).isEqualTo("t");
    }

    private static void backToVersion8() throws SQLException {
        journal.execute("""
                DROP TRIGGER event_wait_begins_anew ON event_wait;
                DROP FUNCTION event_wait_begins_anew();
                DROP INDEX event_wait_by_topic, event_wait_untold, event_log_without_keys;
                DROP TABLE event_key;
                ALTER TABLE event_log DROP COLUMN keys;
                ALTER TABLE event_wait DROP COLUMN listed, DROP COLUMN turn, DROP COLUMN key, DROP COLUMN looked_tx,
                  DROP COLUMN looked_ordering;
                DROP SEQUENCE event_wait_turn;
                CREATE INDEX event_wait_by_topic ON event_wait (tenant, topic);
                CREATE INDEX event_wait_untold ON event_wait (tenant, execution_id) WHERE untold;
                DROP TABLE node_lease;
                DELETE FROM capo_schema WHERE version > 8""");
    }

    /** As those have left them who have looked once. */
    private static void list(int count) throws SQLException {
        journal.execute("""
                INSERT INTO event_wait (tenant, execution_id, task, topic, untold)
                SELECT 't', 'w-' || n, 1, 'paid', false FROM generate_series(0, %d) n""".formatted(count - 1));
        try (Connection connection = journal.database().getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        UPDATE event_wait w SET key = k.key FROM unnest(?::text[], ?::int8[]) AS k (execution_id, key)
                        WHERE w.execution_id = k.execution_id""")) {
            List<Integer> numbers = IntStream.range(0, count).boxed().toList();
            new Unnest<>(statement, numbers)
                    .texts(number -> "w-" + number)
                    .numbers(number -> EventKeys.of("t", "paid", order(number)));
            statement.executeUpdate();
        }
    }

    /** As {@link JdbcEventLog#publish} does it, in one statement. */
    private static void publishInBulk(int first, int end) throws SQLException {
        try (Connection connection = journal.database().getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        WITH given AS (
                          SELECT n, array_agg(key) AS keys FROM unnest(?::int8[], ?::int8[]) AS g (n, key) GROUP BY n),
                        kept AS (
                          INSERT INTO event_log (tenant, topic, event_id, payload, keys)
                          SELECT 't', 'paid', 'bulk-' || n, '{}', keys FROM given RETURNING keys, tx, ordering)
                        INSERT INTO event_key (key, tx, ordering)
                        SELECT key, tx, ordering FROM kept, unnest(keys) AS key""")) {
            List<long[]> pairs = IntStream.range(first, end)
                    .boxed()
                    .flatMap(n -> List.of(keys(n)).stream().map(key -> new long[] {n, key}))
                    .toList();
            new Unnest<>(statement, pairs).numbers(pair -> pair[0]).numbers(pair -> pair[1]);
            statement.executeUpdate();
        }
    }

    private static Long[] keys(int number) {
        return Objects.requireNonNull(EventKeys.of("t", "paid", event(number).toString()));
    }

    private void tellAll() {
        while (waking.hasNews(Instant.EPOCH)) {
            waking.claimConcerned(1_000);
        }
    }

    private static void analyze() throws SQLException {
        journal.execute(
                "ANALYZE event_wait; ANALYZE event_log; ANALYZE event_key; ANALYZE event_journal; ANALYZE execution");
    }

    /** By all sessions so far: each reports before it is idle, at the latest when it ends. */
    private static long rowsRead() throws SQLException {
        String tables = "('event_wait', 'event_log', 'event_key')";
        return Long.parseLong(journal.query("""
                SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname IN %s)
                  + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN %s)""".formatted(tables, tables)));
    }

    private static Correlation order(int number) {
        return new Correlation(List.of("order", "id"), TextNode.valueOf("o-" + number));
    }

    private static JsonNode event(int number) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("amount", 7)
                .set("order", JsonNodeFactory.instance.objectNode().put("id", "o-" + number));
    }

    private static ExecutionKey key(String id) {
        return new ExecutionKey("t", id);
    }
}
