package dev.capocomico.language.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.management.ThreadMXBean;
import dev.capocomico.model.expression.Expressions.Evaluation;
import dev.capocomico.model.expression.Variable;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an expression tries, it ends soon and small. */
class HostileExpressionsTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MIB = 1024 * 1024;
    private static final long CPU_MILLIS_MAX = 1_000;
    private static final long ALLOCATED_BYTES_MAX = 64L * MIB;

    private static final ScopeFixture SCOPE = new ScopeFixture();
    private static final CelExpressions EXPRESSIONS = new CelExpressions();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @BeforeAll
    static void fill_the_input() {
        ObjectNode input = JSON.objectNode();
        input.put("s", "a".repeat(8 * MIB - 64));
        input.put("t", "a".repeat(4 * MIB - 1) + "b");
        input.put("w", "é→".repeat(2 * MIB));
        input.put("digits", "0".repeat(4 * MIB));
        input.set("list", numbers(100_000));
        input.set("same", numbers(100_000));
        ObjectNode wide = JSON.objectNode();
        for (int i = 0; i < 100_000; i++) {
            wide.put("key" + i, i);
        }
        input.set("wide", wide);
        JsonNode deep = JSON.numberNode(1);
        for (int i = 0; i < 5_000; i++) {
            deep = JSON.arrayNode().add(deep);
        }
        input.set("deep", deep);
        SCOPE.with(Variable.INPUT, input);
        // So that no test pays for loading the library.
        assertThat(EXPRESSIONS.evaluate(TextNode.valueOf("${1 + 1}"), SCOPE))
                .isEqualTo(new Evaluation.Value(JSON.numberNode(2)));
    }

    private static ArrayNode numbers(int count) {
        ArrayNode array = JSON.arrayNode(count);
        for (int i = 0; i < count; i++) {
            array.add(i);
        }
        return array;
    }

    static List<String> refused() {
        return List.of(
                nested("map", "x"),
                nested("all", "true"),
                nested("exists", "false"),
                nested("filter", "true"),
                "input.list.all(x, input.list.all(y, y >= 0))",
                "input.list.all(x, input.same == input.list)",
                "input.list.map(x, input.list)" + ".map(y, y.map(z, z))",
                "input.list.all(x, x in input.list)",
                "input.list.all(x, input.s != input.t + 'x')",
                "input.list.all(x, size(input.s) > 0)",
                "input.list.all(x, size(input.w) > 0)",
                "input.list.all(x, input.s.contains(input.t) || true)",
                "input.list.all(x, input.s.contains('aaaaaaaab') || true)",
                "input.list.all(x, input.s.contains('ab') || true)",
                "input.list.all(x, input.s < input.s || true)",
                "input.list.all(x, input.s.startsWith(input.s))",
                "input.list.all(x, input.s.endsWith(input.t) || true)",
                "input.list.all(x, bytes(input.s) != b'')",
                "input.list.all(x, bytes(input.s) != bytes(input.t))",
                "input.list.all(x, string(bytes(input.w)) != '')",
                "input.list.all(x, input.wide.all(k, true))",
                "input.list.all(x, input.wide == input.wide)",
                "input.list.all(x, has(input.wide.a) || [1, 2, 3].all(y, y / 0 == 1))",
                "input.list.all(x, {'a': x, 'b': [x, x, x], 'c': {'d': 1}} != {} && [[[[x]]]] != [])",
                "input.list.map(x, [x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x])",
                "input.list.all(x, string(timestamp(x * 100000)) != '')",
                "input.list.all(x, timestamp(x).getHours('Europe/Rome') >= 0 && duration('1h1m1s') != duration('1s'))",
                "input.list.map(x, input.list + input.list)",
                "input.s + input.s + input.s",
                "input.w + input.w + input.w + input.w",
                "'x' + input.s + 'x' + 'x' + 'x' + 'x' + 'x' + 'x'",
                "bytes(input.s) + bytes(input.s)",
                "[input.s, input.s, input.s]",
                "[1, 2, 3, 4, 5].map(x, input.s)",
                "{'a': input.s, 'b': input.s}",
                "bytes(input.s)",
                "input.list.map(x, input.wide)",
                "input.deep == [input.deep]",
                "[input.deep]",
                "input.s.matches('(a|aa)+$')",
                "input.s.matches('(x+x+)+y')",
                "input.list.all(x, input.t.matches('b$'))",
                "input.list.all(x, matches('a', 'a{1,50}' + string(x)) || true)",
                "matches('a', '((((a{30}){30}){30}){30})' + '')",
                "matches('a', '[(]((((a{30}){30}){30}){30})' + '')",
                "matches('a', '\\\\Q[\\\\E((((a{30}){30}){30}){30})' + '')",
                "matches('a', '[[:]((((a{30}){30}){30}){30})]' + '((((a{30}){30}){30}){30})')",
                "matches('a', '(?i)\\\\pL{1000}\\\\pL{1000}\\\\pL{1000}' + '')",
                "input.list.all(x, input.t.matches('(a+a+)+$') || true)",
                "input.list.map(x, input.t).all(t, matches('x' + 'y', '[a-y]*.*.*.*y{20}z') || true) && input.t.matches('.*.*.*')",
                "matches('a', input.s)",
                "matches('a', input.list.map(x, '(').filter(x, false).size() > 0 ? '' : '" + "(".repeat(600) + "')",
                "int(input.digits)",
                "double(input.digits)",
                "timestamp(input.digits)",
                "duration(input.digits)",
                "timestamp(0).getHours(input.s)",
                "input[input.s]",
                "{input.s: 1, input.s + '': 2, input.t + 'x' + input.t: 3}");
    }

    private static String nested(String macro, String innermost) {
        String ten = "[0,1,2,3,4,5,6,7,8,9]";
        StringBuilder expression = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            expression.append(ten).append('.').append(macro).append("(x, ");
        }
        expression.append(innermost);
        for (int i = 0; i < 10; i++) {
            boolean list = macro.equals("filter") && i < 9;
            expression.append(list ? ") != []" : ")");
        }
        return expression.toString();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void it_is_refused_in_time_and_space(String expression) {
        Evaluation evaluation = measured(TextNode.valueOf("${" + expression + "}"));
        assertThat(evaluation).isInstanceOf(Evaluation.Failed.class);
        assertThat(((Evaluation.Failed) evaluation).reason())
                .startsWith("${" + expression.substring(0, 5))
                .contains(": ")
                .hasSizeLessThan(600)
                .doesNotContain("Exception", "dev.", "java.", "com.");
    }

    static Stream<String> granted() {
        return Stream.of(
                "input.list.filter(x, x % 2 == 0 && x > 10).size()",
                "input.list.map(x, {'n': x}).size()",
                "input.list.exists(x, x == 99999)",
                "input.list == input.same",
                "99999 in input.list",
                "size(input.s + 'x')",
                "input.s.contains('aaaaab')",
                "input.t.matches('^a')",
                "input.s",
                "input.list + [1]");
    }

    @ParameterizedTest
    @MethodSource("granted")
    void honest_work_on_large_data_is_granted(String expression) {
        assertThat(measured(TextNode.valueOf("${" + expression + "}"))).isInstanceOf(Evaluation.Value.class);
    }

    @Test
    void each_bound_says_which_it_is() {
        assertReason("input.list.map(x, input.list).map(y, y.map(z, z))", "it loops more than 500000 times");
        assertReason("input.list.all(x, x in input.list)", "it takes more than 2000000 steps");
        assertReason("input.s + input.s + input.s", "it needs more than 32 MiB of memory");
        assertReason("[input.s, input.s]", "the result is larger than 8 MiB");
    }

    private static void assertReason(String expression, String sentence) {
        assertThat(EXPRESSIONS.evaluate(TextNode.valueOf("${" + expression + "}"), SCOPE))
                .isEqualTo(new Evaluation.Failed("${" + expression + "}: " + sentence));
    }

    @Test
    void the_budget_is_that_of_the_whole_template() {
        ArrayNode many = JSON.arrayNode();
        for (int i = 0; i < 1_000; i++) {
            many.add("${input.list.exists(x, x == 50000 + " + i + ")}");
        }
        assertThat(measured(many)).isInstanceOf(Evaluation.Failed.class);
    }

    @Test
    void text_around_expressions_is_bounded_too() {
        assertThat(measured(TextNode.valueOf("${input.s}, ${input.s}"))).isInstanceOf(Evaluation.Failed.class);
        ArrayNode many = JSON.arrayNode();
        for (int i = 0; i < 1_000; i++) {
            many.add("<${input.t}>");
        }
        assertThat(measured(many)).isInstanceOf(Evaluation.Failed.class);
        ArrayNode references = JSON.arrayNode();
        for (int i = 0; i < 1_000; i++) {
            references.add("${input.s}");
        }
        assertThat(measured(references)).isInstanceOf(Evaluation.Failed.class);
    }

    @Test
    void a_template_nested_without_end_is_refused() {
        JsonNode deep = TextNode.valueOf("${1 + 1}");
        for (int i = 0; i < 100_000; i++) {
            deep = JSON.arrayNode().add(deep);
        }
        assertThat(measured(deep)).isInstanceOf(Evaluation.Failed.class);
    }

    @Test
    void the_same_work_ends_the_same_way() {
        TextNode template = TextNode.valueOf("${" + refused().getFirst() + "}");
        List<Evaluation> evaluations = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            evaluations.add(new CelExpressions().evaluate(template, SCOPE));
        }
        assertThat(evaluations).containsOnly(evaluations.getFirst());
    }

    private static Evaluation measured(JsonNode template) {
        long thread = Thread.currentThread().threadId();
        long allocatedBefore = THREADS.getThreadAllocatedBytes(thread);
        long before = THREADS.getCurrentThreadCpuTime();
        Evaluation evaluation = EXPRESSIONS.evaluate(template, SCOPE);
        long millis = (THREADS.getCurrentThreadCpuTime() - before) / 1_000_000;
        long allocated = THREADS.getThreadAllocatedBytes(thread) - allocatedBefore;
        if (Boolean.getBoolean("capocomico.measure")) {
            String shown = evaluation instanceof Evaluation.Failed failed ? failed.reason() : "a value";
            System.out.printf("%5d ms %5d MiB  %s%n", millis, allocated / MIB, shown);
        }
        assertThat(millis).as("milliseconds of CPU").isLessThan(CPU_MILLIS_MAX);
        assertThat(allocated).as("bytes allocated, garbage included").isLessThan(ALLOCATED_BYTES_MAX);
        return evaluation;
    }
}
