package dev.capocomico.persistence.store;

import static dev.capocomico.persistence.store.JournalFixture.completed;
import static dev.capocomico.persistence.store.JournalFixture.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.engine.store.ExecutionList.Cursor;
import dev.capocomico.engine.store.ExecutionList.Entry;
import dev.capocomico.engine.store.ExecutionList.Filter;
import dev.capocomico.engine.store.ExecutionList.Label;
import dev.capocomico.engine.store.ExecutionList.Page;
import dev.capocomico.engine.store.ExecutionList.Summary;
import dev.capocomico.engine.store.NamePatterns;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.StartOptions;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcExecutionListTest {
    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private JdbcExecutionList list = new JdbcExecutionList(journal.database());

    @Test
    void pages_come_newest_first_and_hold_no_execution_twice() throws SQLException {
        // Two of each start together, so the cursor has to tell them apart.
        journal.execute("""
                INSERT INTO execution (started_at, updated_at, seq_nr, priority, tenant, execution_id, workflow_name,
                  workflow_version, workflow_digest, status)
                SELECT to_timestamp(n / 2), now(), 1, 2, CASE n WHEN 7 THEN 'other' ELSE 't' END, 'e' || n, 'w', '1', 'd', 'executing'
                FROM generate_series(0, 9) n""");
        List<String> ids = new ArrayList<>();
        Cursor cursor = null;
        do {
            Page page = list.list("t", Filter.ALL, cursor, 4);
            page.entries().forEach(entry -> ids.add(entry.key().id()));
            cursor = page.next();
        } while (cursor != null);
        assertThat(ids).containsExactly("e9", "e8", "e6", "e5", "e4", "e3", "e2", "e1", "e0");
        assertThat(list.list("t", Filter.ALL, null, 9).next()).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> list.list("t", Filter.ALL, null, 501));
    }

    @Test
    void a_list_can_be_narrowed_by_everything_a_user_knows() throws SQLException {
        journal.write("a", 1, started("a", labelled("team", "red")), completed());
        journal.write("b", 1, started("b", labelled("team", "blue")));
        journal.write("c", 1, started("c"), new Fact.Paused(null));
        new JdbcProjection(journal.database(), Probe.NONE).advance();
        assertThat(ids(new Filter(ExecutionStatus.PAUSED, null, NamePatterns.ANY, List.of(), null, null)))
                .containsExactly("c");
        assertThat(ids(new Filter(null, "flow", NamePatterns.ANY, List.of(), null, null)))
                .containsExactly("c", "b", "a");
        assertThat(ids(new Filter(null, "flaw", NamePatterns.ANY, List.of(), null, null)))
                .isEmpty();
        assertThat(ids(among("fl*", "x"))).hasSize(3);
        assertThat(ids(among("flow"))).hasSize(3);
        // What LIKE would take for any character is none here.
        for (String other : List.of("f_ow", "fl%", "flo", "flow_*", "F*", "f\\*")) {
            assertThat(ids(among(other))).as(other).isEmpty();
        }
        assertThat(ids(among())).isEmpty();
        Label blue = new Label("team", "blue");
        assertThat(ids(new Filter(null, null, NamePatterns.ANY, List.of(blue), null, null)))
                .containsExactly("b");
        assertThat(ids(new Filter(null, null, NamePatterns.ANY, List.of(blue, new Label("team", "red")), null, null)))
                .isEmpty();
        Instant start = Instant.ofEpochSecond(1);
        assertThat(ids(new Filter(null, null, NamePatterns.ANY, List.of(), start, start.plusMillis(1))))
                .hasSize(3);
        assertThat(ids(new Filter(null, null, NamePatterns.ANY, List.of(), start.plusMillis(1), null)))
                .isEmpty();
        assertThat(ids(new Filter(null, null, NamePatterns.ANY, List.of(), null, start)))
                .isEmpty();
    }

    @Test
    void one_execution_is_found_with_all_that_is_known_of_it() throws SQLException {
        journal.write("a", 1, started("a", labelled("team", "red")), completed());
        new JdbcProjection(journal.database(), Probe.NONE).advance();
        Instant then = Instant.ofEpochSecond(1);
        assertThat(list.find(new ExecutionKey("t", "a")))
                .contains(new Entry(
                        new ExecutionKey("t", "a"),
                        null,
                        "flow",
                        "1",
                        JournalFixture.DIGEST,
                        ExecutionStatus.COMPLETED,
                        Priority.HIGH,
                        then,
                        then,
                        then,
                        false,
                        null,
                        1,
                        null,
                        null,
                        Map.of("team", "red"),
                        new Summary("completed", "COMPLETED", "every task is done", null, IntNode.valueOf(7)),
                        null));
        assertThat(list.find(new ExecutionKey("other", "a"))).isEmpty();
    }

    private static Filter among(String... patterns) {
        return new Filter(null, null, NamePatterns.of(List.of(patterns)), List.of(), null, null);
    }

    private List<String> ids(Filter filter) {
        return list.list("t", filter, null, 10).entries().stream()
                .map(entry -> entry.key().id())
                .toList();
    }

    private static StartOptions labelled(String name, String value) {
        return new StartOptions(null, null, null, null, null, Map.of(name, value));
    }
}
