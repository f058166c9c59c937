package dev.capocomico.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.engine.store.FactValues;
import dev.capocomico.engine.store.StoredValues;
import dev.capocomico.engine.store.ValueLostException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.value.Reference;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcPayloadStoreTest {
    private static final ExecutionKey KEY = new ExecutionKey("t", "x");
    private static final JsonNode LARGE = TextNode.valueOf("x".repeat(5 * 1024 * 1024));

    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    private final JdbcPayloadStore store = new JdbcPayloadStore(journal.database());

    @Test
    void a_large_value_is_stored_once_for_an_execution_and_comes_back() throws SQLException {
        JsonNode around = JsonNodeFactory.instance.objectNode().set("report", LARGE);
        List<JsonNode> slim = store.keep(KEY, List.of(LARGE, IntNode.valueOf(1), around));
        assertThat(slim).noneMatch(StoredValues::isLarge);
        assertThat(store.keep(KEY, List.of(around))).containsExactly(slim.get(2));
        assertThat(journal.query("SELECT count(*) FROM payload")).isEqualTo("1");
        assertThat(slim.stream().map(one -> store.whole(KEY, one))).containsExactly(LARGE, IntNode.valueOf(1), around);
    }

    @Test
    void executions_do_not_share_what_they_keep() {
        List<JsonNode> slim = store.keep(KEY, List.of(LARGE));
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> store.whole(new ExecutionKey("t", "y"), slim.getFirst()))
                .withMessageContaining("not there");
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> store.whole(new ExecutionKey("u", "x"), slim.getFirst()));
    }

    @Test
    void the_history_does_not_fetch_large_values() throws SQLException {
        Step step = new Step(
                1,
                1_000,
                List.of(
                        new Fact.Succeeded(new Target.Element(0, 0), LARGE, "a", 1, Usage.NONE),
                        new Fact.Expanded(
                                1,
                                2,
                                JsonNodeFactory.instance.arrayNode().add(LARGE).add(2)),
                        new Fact.Expanded(2, 9_000, numbers())));
        List<Step> slim = FactValues.replace(List.of(step), store.keep(KEY, FactValues.of(List.of(step))));
        journal.write("x", 1, slim.getFirst().facts().toArray(Fact[]::new));
        assertThat(journal.query("SELECT octet_length(event_payload) < 1000 FROM event_journal"))
                .isEqualTo("t");
        assertThat(new JdbcHistory(journal.database()).read(KEY, 0, 10)).isEqualTo(slim);
    }

    @Test
    void what_a_value_refers_to_is_copied_to_another_execution_with_all_that_is_inside() throws SQLException {
        ExecutionKey other = new ExecutionKey("t", "y");
        JsonNode list = numbers().add(LARGE);
        JsonNode slim = store.keep(KEY, List.of(list)).getFirst();
        store.copy(KEY, other, slim);
        store.copy(KEY, other, slim);
        assertThat(store.whole(other, slim)).isEqualTo(list);
        assertThat(journal.query("SELECT count(*) FROM payload WHERE execution_id = 'y'"))
                .isEqualTo("2");
        assertThatExceptionOfType(ValueLostException.class)
                .isThrownBy(() -> store.copy(new ExecutionKey("t", "nobody"), new ExecutionKey("t", "z"), slim));
    }

    @Test
    void of_what_is_not_there_or_is_damaged_a_missing_node_comes() throws SQLException {
        Reference reference = Reference.of(store.keep(KEY, List.of(LARGE)).getFirst());
        assertThat(store.open(KEY, List.of(reference))).containsEntry(reference, LARGE);
        journal.execute("UPDATE payload SET bytes = '\\x00'");
        assertThat(store.open(KEY, List.of(reference)).get(reference).isMissingNode())
                .isTrue();
        assertThat(store.open(new ExecutionKey("t", "y"), List.of(reference))
                        .get(reference)
                        .isMissingNode())
                .isTrue();
    }

    private static com.fasterxml.jackson.databind.node.ArrayNode numbers() {
        var list = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < 9_000; i++) {
            list.add(i);
        }
        return list;
    }
}
