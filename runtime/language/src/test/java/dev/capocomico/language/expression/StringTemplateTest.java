package dev.capocomico.language.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.language.expression.ExpressionProblem.Kind;
import dev.capocomico.language.expression.StringTemplate.Parsed;
import dev.capocomico.language.expression.StringTemplate.Part;
import dev.capocomico.language.expression.StringTemplate.Part.Expression;
import dev.capocomico.language.expression.StringTemplate.Part.Text;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StringTemplateTest {
    @Test
    void text_and_expressions_alternate() {
        assertThat(parts("Hello ${input.name}, ${ index } of ${n}"))
                .containsExactly(
                        new Text("Hello "),
                        new Expression("input.name", 8),
                        new Text(", "),
                        new Expression("index", 24),
                        new Text(" of "),
                        new Expression("n", 37));
    }

    @Test
    void an_escaped_opening_is_literal() {
        assertThat(parts("costs $5, $${x} and $$${y} but ${z}"))
                .containsExactly(new Text("costs $5, ${x} and $${y} but "), new Expression("z", 33));
        assertThat(template("$${x}").isLiteral()).isTrue();
    }

    @Test
    void a_lone_expression_is_told_from_one_in_text() {
        assertThat(template("${a}").isSingleExpression()).isTrue();
        assertThat(template(" ${a}").isSingleExpression()).isFalse();
        assertThat(template("${a}${b}").isSingleExpression()).isFalse();
        assertThat(template("").isLiteral()).isTrue();
        assertThat(template("").isSingleExpression()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'a': {'b': 1}}['a']",
                "'}'",
                "\"}\" + '{'",
                "'it\\'s }'",
                "'''a ' } \" '''",
                "\"\"\"a \" } \"\"\"",
                "r'\\' + '}'",
                "br\"\\\" + '}'",
                "R\"}\"",
                "1 // }\n + 2",
                "'//}'",
                "xr'\\'}'"
            })
    void braces_in_maps_strings_and_comments_do_not_end_an_expression(String expression) {
        assertThat(parts("<${" + expression + "}>"))
                .containsExactly(new Text("<"), new Expression(expression, 3), new Text(">"));
    }

    @Test
    void an_unclosed_expression_is_shown_where_it_opens() {
        ExpressionProblem problem = problem("ab ${input.x");
        assertThat(problem.kind()).isEqualTo(Kind.TEMPLATE_SYNTAX);
        assertThat(problem.offset()).isEqualTo(3);
        assertThat(problem.length()).isEqualTo(2);
        assertThat(problem.hint()).contains("$${");
        assertThat(problem("${ {'a': 1}").offset()).isZero();
    }

    @Test
    void an_unclosed_string_is_shown_where_it_starts() {
        ExpressionProblem problem = problem("${input.x == 'abc}");
        assertThat(problem.offset()).isEqualTo(13);
        assertThat(problem.message()).contains("string").contains("not closed");
        assertThat(problem("${'a\\").offset()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x ${}", "x ${  \n }", "${a} ${}"})
    void braces_around_nothing_are_a_problem(String string) {
        ExpressionProblem problem = problem(string);
        assertThat(problem.kind()).isEqualTo(Kind.TEMPLATE_SYNTAX);
        assertThat(problem.offset()).isEqualTo(string.lastIndexOf("${"));
    }

    private static StringTemplate template(String string) {
        assertThat(StringTemplate.parse(string)).isInstanceOf(Parsed.Ok.class);
        return ((Parsed.Ok) StringTemplate.parse(string)).template();
    }

    private static List<Part> parts(String string) {
        return template(string).parts();
    }

    private static ExpressionProblem problem(String string) {
        assertThat(StringTemplate.parse(string)).isInstanceOf(Parsed.Bad.class);
        return ((Parsed.Bad) StringTemplate.parse(string)).problem();
    }
}
