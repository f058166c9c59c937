package dev.capocomico.language.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.sun.management.ThreadMXBean;
import dev.capocomico.language.expression.Compilation.Compiled;
import dev.capocomico.language.expression.Compilation.Rejected;
import dev.capocomico.language.expression.StringTemplate.Parsed;
import dev.capocomico.language.regex.RegexCost;
import dev.capocomico.model.expression.Expressions.Evaluation;
import dev.capocomico.model.expression.Variable;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No string makes compiling or evaluating throw, or take long. */
class ExpressionFuzzTest {
    private static final int STRINGS = 20_000;
    private static final long CPU_NANOS_MAX = 1_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final List<String> PIECES = List.of(
            "input",
            "tasks",
            "tasks.a.output",
            "item",
            "index",
            "execution",
            "x",
            "a",
            "b",
            "for",
            "in",
            "null",
            "true",
            "has",
            "map",
            "all",
            "exists",
            "exists_one",
            "filter",
            "size",
            "matches",
            "string",
            "int",
            "type",
            "timestamp",
            "duration",
            ".",
            "..",
            ",",
            ":",
            "?",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "(x, ",
            "==",
            "!=",
            "<",
            "&&",
            "||",
            "!",
            "-",
            "+",
            "*",
            "/",
            "%",
            "=",
            "&",
            "'",
            "\"",
            "'''",
            "r'",
            "b'",
            "\\",
            "`",
            "0",
            "1",
            "2u",
            "1.5",
            "1e9",
            "0x",
            "99999999999999999999",
            " ",
            "\n",
            "//",
            "$",
            "${",
            "@",
            "#",
            "é",
            "😀",
            "\uD83D",
            "\u0000",
            "'a'",
            "'%s'",
            "{'a': 1}",
            "[1, 2]",
            "@result",
            "%d");

    private static final List<String> VALID = List.of(
            "input.a.b[0] + tasks.x.output.y",
            "tasks[\"a-b\"].status == 'completed' && has(input.user.name)",
            "input.list.filter(x, x.score > 0.5).map(x, {'id': x.id, 'n': size(x.tags)})",
            "input.n > 1 ? 'many: ' + string(input.n) : 'few'",
            "timestamp(input.when) + duration('1h30m') < timestamp('2026-01-01T00:00:00Z')",
            "input.list.exists(x, x in [1, 2, 3] || x == null)",
            "!input.name.matches('^[a-z]{1,8}$') || -index % 3 == 0",
            "{'a': [1, 2.5, null, true, b'x'], 'b': {'c': execution.id}}");

    private final ExpressionCompiler compiler = new ExpressionCompiler();
    private final CelExpressions expressions = new CelExpressions(compiler);
    private final ScopeFixture scope = new ScopeFixture()
            .with(
                    Variable.INPUT,
                    "{'a': {'b': [1]}, 'list': [1, {'score': 1, 'id': 2, 'tags': []}], 'n': 2, 'name': 'abc'}")
            .with(Variable.INDEX, "1")
            .withTask("x", "completed", "{'y': 2}")
            .withTask("a-b", "completed", "null");

    @Test
    void no_string_makes_it_throw_or_hang() {
        RandomGenerator random = Seed.random("no_string_makes_it_throw_or_hang");
        compiler.compile("1 + 1");
        int accepted = 0;
        int valued = 0;
        for (int i = 0; i < STRINGS; i++) {
            String source = random.nextBoolean() ? assembled(random) : mutated(random);
            long before = THREADS.getCurrentThreadCpuTime();
            accepted += compiles(source) ? 1 : 0;
            valued += evaluates(source) ? 1 : 0;
            ExpressionCompiler.quotedIdAdvice(source, "a-b"::equals);
            assertThat(THREADS.getCurrentThreadCpuTime() - before).as(source).isLessThan(CPU_NANOS_MAX);
        }
        System.out.println("  " + accepted + " of " + STRINGS + " compile, " + valued + " have a value");
        assertThat(accepted).isGreaterThan(STRINGS / 20);
        assertThat(valued).isGreaterThan(STRINGS / 50);
    }

    private boolean compiles(String source) {
        return switch (compiler.compile(source)) {
            case Compiled compiled -> true;
            case Rejected(List<ExpressionProblem> problems) -> {
                assertThat(problems).as(source).isNotEmpty();
                for (ExpressionProblem problem : problems) {
                    assertThat(problem.offset()).as(source).isBetween(0, source.length());
                    assertThat(problem.offset() + problem.length())
                            .as("%s: %s", source, problem)
                            .isBetween(problem.offset(), source.length());
                    assertReadable(source, problem.message());
                }
                yield false;
            }
        };
    }

    private boolean evaluates(String source) {
        Parsed parsed = StringTemplate.parse("${" + source + "}");
        assertThat(parsed).isNotNull();
        return switch (expressions.evaluate(TextNode.valueOf("<${" + source + "}>"), scope)) {
            case Evaluation.Value value -> true;
            case Evaluation.Failed(String reason) -> {
                assertReadable(source, reason.replace(source, ""));
                yield false;
            }
        };
    }

    private static void assertReadable(String source, String sentence) {
        assertThat(sentence)
                .as(source)
                .isNotBlank()
                .hasSizeLessThan(500)
                .doesNotContain("\n", "Exception", "dev.", "java.", "com.google", "overload", "NUM_INT", "<EOF>");
    }

    private static String assembled(RandomGenerator random) {
        StringBuilder source = new StringBuilder();
        for (int i = random.nextInt(1, 25); i > 0; i--) {
            source.append(Seed.pick(random, PIECES));
        }
        return source.toString();
    }

    private static String mutated(RandomGenerator random) {
        StringBuilder source = new StringBuilder(Seed.pick(random, VALID));
        for (int i = random.nextInt(1, 4); i > 0 && !source.isEmpty(); i--) {
            int from = random.nextInt(source.length());
            int to = Math.min(source.length(), from + random.nextInt(4));
            switch (random.nextInt(4)) {
                case 0 -> source.delete(from, to);
                case 1 -> source.insert(from, Seed.pick(random, PIECES));
                case 2 -> source.insert(from, source.substring(from, to));
                default -> source.replace(from, to, Seed.pick(random, PIECES));
            }
        }
        return source.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "[",
                "!",
                "-",
                "{1:",
                "a?",
                "1?1:",
                "1+",
                "1&&",
                "a.",
                "f(",
                "'",
                "\\",
                "`",
                "[1].map(x,",
                "-(",
                "\"\"\"",
                "input[",
                "1 ",
                "//",
                "has(",
                "input.exists(x,x||",
                "{'a':",
                "😀",
                "\n",
                "1<",
                "a.b(",
                "tasks.a-",
                "b'"
            })
    void repeated_to_the_limit_it_is_answered_soon(String piece) {
        compiler.compile("1 + 1");
        String source = piece.repeat(ExpressionLimits.EXPRESSION_BYTES_MAX / piece.length());
        long before = THREADS.getCurrentThreadCpuTime();
        compiles(source);
        compiles(source + "1");
        compiles(source.substring(0, source.length() / 2) + "1" + ")".repeat(source.length() / 4));
        ExpressionCompiler.quotedIdAdvice(source, id -> false);
        assertThat(THREADS.getCurrentThreadCpuTime() - before).isLessThan(2 * CPU_NANOS_MAX);
    }

    @Test
    void a_small_stack_is_enough_for_the_deepest_expression() throws InterruptedException {
        String depth = "[1].map(x, ".repeat(90) + "x" + ")".repeat(90);
        Compilation[] compilation = new Compilation[1];
        Evaluation[] evaluation = new Evaluation[1];
        Thread thread = new Thread(
                null,
                () -> {
                    compilation[0] = compiler.compile(depth);
                    evaluation[0] = expressions.evaluate(TextNode.valueOf("${" + depth + "}"), scope);
                },
                "small",
                512 * 1024);
        thread.start();
        thread.join();
        assertThat(compilation[0]).isInstanceOf(Compiled.class);
        assertThat(evaluation[0]).isInstanceOf(Evaluation.Value.class);
    }

    @Test
    void the_size_of_a_regular_expression_is_never_underestimated() {
        RandomGenerator random = Seed.random("the_size_of_a_regular_expression_is_never_underestimated");
        List<String> pieces = List.of(
                "a",
                "b",
                ".",
                "(",
                ")",
                "(?:",
                "[a-z]",
                "[",
                "]",
                "[^]",
                "[[:alpha:]]",
                "[:",
                ":]",
                "{2}",
                "{3,}",
                "{2,4}",
                "{0}",
                "*",
                "+",
                "?",
                "|",
                "\\Q",
                "\\E",
                "\\d",
                "\\pL",
                "\\x{61}",
                "\\",
                "^",
                "$",
                "(?i)",
                "é",
                "{",
                "}",
                "-");
        int compiled = 0;
        for (int i = 0; i < STRINGS; i++) {
            StringBuilder pattern = new StringBuilder();
            for (int n = random.nextInt(1, 12); n > 0; n--) {
                pattern.append(Seed.pick(random, pieces));
            }
            try {
                // The program has a few instructions of its own around those of the pattern.
                int size = Pattern.compile(pattern.toString()).programSize() - 8;
                compiled++;
                assertThat(3 * RegexCost.atMost(pattern.toString()).instructions())
                        .as(pattern.toString())
                        .isGreaterThanOrEqualTo(size);
            } catch (PatternSyntaxException e) {
                // not a regular expression: nothing to bound
            }
        }
        assertThat(compiled).isGreaterThan(STRINGS / 10);
    }

    @Test
    void what_is_remembered_is_bounded() {
        for (int i = 0; i < 3_000; i++) {
            compiler.compile("1 + " + i);
        }
        assertThat(compiler.remembered()).isLessThanOrEqualTo(2_000);
        assertThat(compiler.compile("1 + 2999")).isSameAs(compiler.compile("1 + 2999"));
    }
}
