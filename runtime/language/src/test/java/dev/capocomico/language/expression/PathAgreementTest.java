package dev.capocomico.language.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.language.expression.Compilation.Compiled;
import dev.capocomico.language.expression.Compilation.Rejected;
import dev.capocomico.model.expression.Variable;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A path that is parsed and followed without CEL means what CEL says it means. */
class PathAgreementTest {
    private static final int PATHS = 20_000;
    private static final List<String> KEYS = List.of("a", "b", "c1", "_d", "a-b", "in", "for", "true", "0", "", "é");

    @Test
    void random_paths_over_random_data_agree_with_cel() {
        RandomGenerator random = Seed.random("random_paths_over_random_data_agree_with_cel");
        int followed = 0;
        int found = 0;
        for (int i = 0; i < PATHS; i++) {
            ScopeFixture scope = new ScopeFixture()
                    .with(Variable.INPUT, json(random, 4))
                    .with(Variable.INDEX, JsonNodeFactory.instance.numberNode(3))
                    .withTask("a", "completed", json(random, 3))
                    .withTask("a-b", "failed", json(random, 3));
            String source = path(random);
            Optional<PathExpression> path = PathExpression.parse(source);
            if (path.isPresent()) {
                followed++;
                String own = outcome(path.get().compiled(source), scope);
                assertThat(own).as(source).isEqualTo(outcomeByCel(source, scope));
                found += own.startsWith("value") ? 1 : 0;
            }
        }
        assertThat(followed).isGreaterThan(PATHS / 3);
        assertThat(found).isGreaterThan(PATHS / 20);
    }

    @Test
    void random_paths_refer_to_what_cel_says_they_refer_to() {
        RandomGenerator random = Seed.random("random_paths_refer_to_what_cel_says_they_refer_to");
        for (int i = 0; i < PATHS / 4; i++) {
            String source = path(random);
            PathExpression.parse(source).ifPresent(path -> {
                CompiledExpression own = path.compiled(source);
                CompiledExpression cels = byCel(source);
                assertThat(own.tasks()).as(source).isEqualTo(cels.tasks());
                assertThat(own.variables()).as(source).isEqualTo(cels.variables());
                assertThat(own.resultKind()).as(source).isEqualTo(cels.resultKind());
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "input",
                "input.a.b[0]",
                "tasks.x.output.y",
                "tasks[\"a-b\"].output[2].k",
                "tasks['a-b'].status",
                "item",
                "index",
                "iteration",
                "event.order_id",
                "execution.id",
                "input['a']['b c']",
                "input.for"
            })
    void a_plain_path_does_without_cel(String source) {
        assertThat(PathExpression.parse(source)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "inputs",
                "input.",
                "input.in",
                "input. a",
                "input .a",
                " input",
                "input[01]",
                "input[-1]",
                "input[1.0]",
                "input[1u]",
                "input['a\\n']",
                "input['a'b']",
                "input['''a''']",
                "input[a]",
                "input[]",
                "input['a'",
                "input.a()",
                "input.a + 1",
                "index.a",
                "tasks",
                "tasks.x",
                "tasks.x.outptu",
                "tasks[0].output",
                "tasks.x.status.y",
                "execution",
                "execution.id.x",
                "execution.name",
                "true",
                "null"
            })
    void everything_else_is_left_to_cel(String source) {
        assertThat(PathExpression.parse(source)).isEmpty();
    }

    @Test
    void a_path_as_long_as_cel_allows_agrees_and_a_longer_one_is_refused() {
        String longest = "input" + ".a".repeat(90);
        ScopeFixture scope = new ScopeFixture().with(Variable.INPUT, "{}");
        assertThat(outcome(((Compiled) new ExpressionCompiler().compile(longest)).expression(), scope))
                .isEqualTo(outcomeByCel(longest, scope));
        assertThat(new ExpressionCompiler().compile("input" + ".a".repeat(200))).isInstanceOf(Rejected.class);
    }

    private static CompiledExpression byCel(String source) {
        Compilation compilation = CelFrontEnd.compile(source);
        assertThat(compilation).as(source).isInstanceOf(Compiled.class);
        CompiledExpression expression = ((Compiled) compilation).expression();
        assertThat(expression.program()).isInstanceOf(Program.Evaluate.class);
        return expression;
    }

    private static String outcomeByCel(String source, ScopeFixture scope) {
        return outcome(byCel(source), scope);
    }

    private static String outcome(CompiledExpression expression, ScopeFixture scope) {
        try {
            JsonNode json =
                    switch (expression.program()) {
                        case Program.FollowPath(PathExpression path) -> path.follow(scope);
                        case Program.Evaluate(Node root, int slots) ->
                            JsonResult.of(root.eval(new Frame(scope, new Meter(), slots)), new Meter());
                    };
            return "value " + json;
        } catch (EvaluationFailure failure) {
            return "failed: " + failure.sentence();
        }
    }

    private static String path(RandomGenerator random) {
        StringBuilder path = new StringBuilder(Seed.pick(
                random,
                List.of(
                        "input",
                        "input",
                        "input",
                        "tasks.a.output",
                        "tasks['a-b'].output",
                        "tasks.a.status",
                        "tasks.q.output",
                        "index",
                        "item",
                        "execution.id",
                        "tasks",
                        "input.a")));
        int steps = random.nextInt(5);
        for (int i = 0; i < steps; i++) {
            String key = Seed.pick(random, KEYS);
            path.append(
                    switch (random.nextInt(6)) {
                        case 0, 1, 2 -> "." + Seed.pick(random, List.of("a", "b", "c1", "_d", "in", "for"));
                        case 3 -> "['" + key + "']";
                        case 4 -> "[\"" + key + "\"]";
                        default -> "[" + random.nextInt(4) + "]";
                    });
        }
        return path.toString();
    }

    private static JsonNode json(RandomGenerator random, int depth) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        int kind = depth == 0 ? random.nextInt(6) : random.nextInt(14);
        return switch (kind) {
            case 0 -> factory.nullNode();
            case 1 -> factory.booleanNode(random.nextBoolean());
            case 2 -> factory.numberNode(random.nextInt(100));
            case 3 -> factory.numberNode(random.nextInt(100) / 4.0);
            case 4 -> factory.numberNode(random.nextLong() | 1L << 40);
            case 5 -> factory.textNode("t" + random.nextInt(10));
            case 6, 7, 8 -> {
                ArrayNode array = factory.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(json(random, depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = factory.objectNode();
                for (int i = random.nextInt(2, 8); i > 0; i--) {
                    object.set(Seed.pick(random, KEYS), json(random, depth - 1));
                }
                yield object;
            }
        };
    }
}
