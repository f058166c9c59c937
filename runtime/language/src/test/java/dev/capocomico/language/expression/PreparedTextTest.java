package dev.capocomico.language.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.language.expression.PreparedText.Broken;
import dev.capocomico.language.expression.PreparedText.Literal;
import dev.capocomico.language.expression.PreparedText.Lone;
import dev.capocomico.language.expression.PreparedText.Mixed;
import dev.capocomico.language.expression.PreparedText.Slot;
import dev.capocomico.model.expression.Expressions.Evaluation;
import dev.capocomico.model.expression.Variable;
import org.junit.jupiter.api.Test;

class PreparedTextTest {
    private final CelExpressions expressions = new CelExpressions();

    @Test
    void a_string_is_prepared_once() {
        PreparedText first = expressions.prepared("${input.a}");
        assertThat(expressions.prepared(String.join("", "${input", ".a}"))).isSameAs(first);
        assertThat(first)
                .isInstanceOfSatisfying(
                        Lone.class, lone -> assertThat(lone.slot().source()).isEqualTo("input.a"));
        assertThat(expressions.prepared("a ${input.a}"))
                .isInstanceOfSatisfying(Mixed.class, mixed -> assertThat(mixed.pieces())
                        .hasExactlyElementsOfTypes(Literal.class, Slot.class));
        assertThat(expressions.prepared("$${a}")).isEqualTo(new Mixed(java.util.List.of(new Literal("${a}"))));
        assertThat(expressions.prepared("${a")).isInstanceOf(Broken.class);
    }

    @Test
    void how_many_are_remembered_is_bounded_and_long_ones_are_not() {
        String longOne = "x".repeat(1_000) + "${index}";
        assertThat(expressions.prepared(longOne)).isNotSameAs(expressions.prepared(longOne));
        assertThat(expressions.remembered()).isZero();
        for (int i = 0; i < 10_000; i++) {
            expressions.prepared("${index} of " + i);
        }
        assertThat(expressions.remembered()).isBetween(1_000, 4_000);
    }

    @Test
    void what_is_wrong_with_an_expression_is_said_when_its_turn_comes() {
        ScopeFixture scope = new ScopeFixture().with(Variable.INPUT, "{'a': 1}");
        assertThat(failure("${input.b} ${1 +}", scope)).startsWith("${input.b}: ");
        assertThat(failure("${input.a} ${1 +}", scope)).startsWith("${1 +}: ");
    }

    private String failure(String template, ScopeFixture scope) {
        return ((Evaluation.Failed) expressions.evaluate(TextNode.valueOf(template), scope)).reason();
    }
}
