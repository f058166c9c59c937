package dev.capocomico.language.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.expression.Scope;
import dev.capocomico.model.expression.Variable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCorrelationTest {
    private final CelExpressions expressions = new CelExpressions();

    private final Scope scope = new ScopeFixture()
            .with(
                    Variable.INPUT,
                    "{'id': 'o-1', 'number': 7, 'list': [1], 'nothing': null, 'long': '%s'}"
                            .formatted("x".repeat(5_000)))
            .withTask("order", "completed", "{'id': 'o-2'}")
            .withTask("later", "pending", "null");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${event.order == input.id} | order = \"o-1\"",
                "${input.id == event.order.id} | order.id = \"o-1\"",
                "${event.order == execution.id && event.amount > 3} | order = \"run-17\"",
                "${event.amount > 3 && (event.a.b == input.number && event.c)} | a.b = 7",
                "${event.kind == 'paid'} | kind = \"paid\"",
                "${event.paid == true} | paid = true",
                "${event.x == input.list && event.y == 'b'} | y = \"b\"",
                "${event.order == tasks.order.output.id} | order = \"o-2\"",
                "${event['order-id'] == input['id']} | order-id = \"o-1\"",
                "${event.kind == 'paid' && event.order == input.id} | order = \"o-1\"",
                "${event.order == input.id && event.run == execution.id} | run = \"run-17\"",
            })
    void a_field_that_must_equal_a_known_value_is_recognised(String condition, String seen) {
        assertThat(expressions.correlation(condition, scope))
                .hasValueSatisfying(found -> assertThat(String.join(".", found.path()) + " = " + found.value())
                        .isEqualTo(seen));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${event.order == input.id || event.amount > 3}",
                "${!(event.order == input.id)}",
                "${event.order != input.id}",
                "${event == input.id}",
                "${event.order == event.id}",
                "${event.order == tasks.later.output}",
                "${event.order == tasks.order.status}",
                "${event.order == input.long}",
                "${event.list.exists(e, e == input.id)}",
                "${event.order == input.list}",
                "${event.order == input.nothing}",
                "${event.order == input.unknown}",
                "${event.orders[0] == input.id}",
                "${event.order == input.id ? true : true}",
                "${event.order}",
                "event.order == input.id",
                "${event.order == input.id} ",
                "${event.",
            })
    void nothing_is_recognised_where_an_event_without_the_value_may_match(String condition) {
        assertThat(expressions.correlation(condition, scope)).isEmpty();
    }
}
