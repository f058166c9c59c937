package dev.capocomico.language.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.language.expression.Compilation.Compiled;
import dev.capocomico.language.expression.Compilation.Rejected;
import dev.capocomico.language.expression.ExpressionProblem.Kind;
import dev.capocomico.model.expression.Variable;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with an expression, where, and what to do about it. */
class ExpressionProblemsTest {
    private final ExpressionCompiler compiler = new ExpressionCompiler();

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '⇒', quoteCharacter = '`', textBlock = """
                    input.a +               ⇒ SYNTAX ⇒ 9 ⇒ 0 ⇒ the expression ends too early
                    (input.a                ⇒ SYNTAX ⇒ 8 ⇒ 0 ⇒ the expression ends too early → a ) is missing
                    input.a b               ⇒ SYNTAX ⇒ 8 ⇒ 1 ⇒ "b" cannot stand here
                    input.a and input.b     ⇒ SYNTAX ⇒ 8 ⇒ 3 ⇒ "and" cannot stand here → write && for and
                    input.a = 1             ⇒ SYNTAX ⇒ 8 ⇒ 1 ⇒ "=" cannot stand here → write == to compare
                    input.a | 1             ⇒ SYNTAX ⇒ 8 ⇒ 1 ⇒ "|" cannot stand here → write || for or
                    input.a)                ⇒ SYNTAX ⇒ 7 ⇒ 1 ⇒ ")" cannot stand here
                    input.in                ⇒ SYNTAX ⇒ 6 ⇒ 2 ⇒ "in" cannot stand here → write ["in"] instead of .in
                    for                     ⇒ SYNTAX ⇒ 0 ⇒ 3 ⇒ "for" is a reserved word and no name
                    input.x == 'abc         ⇒ SYNTAX ⇒ 11 ⇒ 1 ⇒ the string that starts here is not closed
                    has(input)              ⇒ SYNTAX ⇒ 3 ⇒ 1 ⇒ has(…) takes one field selection → write it such as has(input.name)
                    input.map(1, 2)         ⇒ SYNTAX ⇒ 10 ⇒ 1 ⇒ the first argument of a macro is a plain name → write it such as map(x, x.id)
                    99999999999999999999    ⇒ SYNTAX ⇒ 0 ⇒ 1 ⇒ this number does not fit into a 64-bit integer
                    inptu.x                 ⇒ UNKNOWN_NAME ⇒ 0 ⇒ 5 ⇒ there is no "inptu" → did you mean input?
                    x + 1                   ⇒ UNKNOWN_NAME ⇒ 0 ⇒ 1 ⇒ there is no "x" → an expression can start from input, item, index, event, output, iteration, tasks, execution
                    '😀' + inptu            ⇒ UNKNOWN_NAME ⇒ 7 ⇒ 5 ⇒ there is no "inptu" → did you mean input?
                    input.a.startWith('x')  ⇒ UNKNOWN_NAME ⇒ 8 ⇒ 9 ⇒ there is no function "startWith" → did you mean startsWith?
                    math.greatest(1, 2)     ⇒ UNKNOWN_NAME ⇒ 5 ⇒ 8 ⇒ there is no function "greatest"
                    input.a.exist(x, x > y) ⇒ UNKNOWN_NAME ⇒ 8 ⇒ 5 ⇒ there is no function "exist" → did you mean exists?
                    input.a.map(x)          ⇒ TYPE ⇒ 8 ⇒ 3 ⇒ the macro map is given the wrong number of arguments → write it such as list.map(x, …)
                    uint(1)                 ⇒ UNKNOWN_NAME ⇒ 0 ⇒ 4 ⇒ there is no function "uint" → did you mean int?
                    1u                      ⇒ TYPE ⇒ 0 ⇒ 1 ⇒ there are no unsigned integers here → write the number without u
                    1 + 'a'                 ⇒ TYPE ⇒ 2 ⇒ 1 ⇒ + cannot be applied to int and string → turn the number into text with string(…)
                    index + 1.5             ⇒ TYPE ⇒ 6 ⇒ 1 ⇒ + cannot be applied to int and double → convert one with double(…) or int(…)
                    index.x                 ⇒ TYPE ⇒ 5 ⇒ 1 ⇒ a value of type int has no fields
                    execution.id > 1        ⇒ TYPE ⇒ 13 ⇒ 1 ⇒ > cannot be applied to string and int
                    index ? 1 : 2           ⇒ TYPE ⇒ 6 ⇒ 1 ⇒ ?: needs a bool before the ? and two values of one type after it, not int and int and int → wrap a value in dyn(…) to let the types differ
                    input.a && 1            ⇒ TYPE ⇒ 8 ⇒ 2 ⇒ && needs a bool on both sides, not any and int
                    [1].all(x, x)           ⇒ TYPE ⇒ 7 ⇒ 1 ⇒ the condition of this macro must be a bool
                    size(1)                 ⇒ TYPE ⇒ 0 ⇒ 4 ⇒ size cannot be applied to int
                    1 in 2                  ⇒ TYPE ⇒ 2 ⇒ 2 ⇒ in needs a list or a map on its right, not int and int
                    index.map(x, x)         ⇒ TYPE ⇒ 0 ⇒ 1 ⇒ only a list or a map can be gone through, not int
                    input.a.matches('a(')   ⇒ TYPE ⇒ 16 ⇒ 4 ⇒ "a(" is not a regular expression: missing closing )
                    input.a.matches('((x{99}){99}){99}') ⇒ TYPE ⇒ 16 ⇒ 19 ⇒ the regular expression "((x{99}){99}){99}" is too large once its repetitions are written out
                    tasks                   ⇒ TYPE ⇒ 0 ⇒ 5 ⇒ tasks by itself is no value → name one task and what to read of it, such as tasks.fetch.output
                    size(tasks)             ⇒ TYPE ⇒ 5 ⇒ 5 ⇒ tasks by itself is no value → name one task and what to read of it, such as tasks.fetch.output
                    tasks.x                 ⇒ TYPE ⇒ 0 ⇒ 7 ⇒ tasks.x by itself is no value → write tasks.x.output or tasks.x.status
                    tasks["a-b"]            ⇒ TYPE ⇒ 0 ⇒ 12 ⇒ tasks["a-b"] by itself is no value → write tasks["a-b"].output or tasks["a-b"].status
                    tasks[input.id].output  ⇒ TYPE ⇒ 0 ⇒ 15 ⇒ the task must be named by a literal, so that its order is known before anything runs → write tasks["fetch"].output
                    tasks.x.outptu.y        ⇒ UNKNOWN_NAME ⇒ 0 ⇒ 14 ⇒ a task has an output and a status, but no "outptu" → did you mean tasks.x.output?
                    tasks.x.result + 1      ⇒ UNKNOWN_NAME ⇒ 0 ⇒ 14 ⇒ a task has an output and a status, but no "result" → write tasks.x.output or tasks.x.status
                    has(tasks.x)            ⇒ TYPE ⇒ 4 ⇒ 7 ⇒ tasks.x by itself is no value → write tasks.x.output or tasks.x.status
                    tasks.x.status == 'timed_out' ⇒ TYPE ⇒ 18 ⇒ 11 ⇒ no task has the status "timed_out" → did you mean "timeout"?
                    'complete' != tasks.x.status  ⇒ TYPE ⇒ 0 ⇒ 10 ⇒ no task has the status "complete" → did you mean "completed"?
                    tasks.x.status in ['failed', 'error'] ⇒ TYPE ⇒ 18 ⇒ 1 ⇒ no task has the status "error" → did you mean "failed"?
                    tasks.x.status == null        ⇒ TYPE ⇒ 18 ⇒ 1 ⇒ a task's status is a string → the statuses are: pending, queued, running, completed, failed, cancelled, timeout, skipped, waiting, compensating, compensated, compensation_failed
                    execution               ⇒ TYPE ⇒ 0 ⇒ 9 ⇒ execution by itself is no value → write execution.id
                    execution.name          ⇒ UNKNOWN_NAME ⇒ 0 ⇒ 14 ⇒ execution has no "name" → write execution.id
                    Foo{a: 1}               ⇒ TYPE ⇒ 0 ⇒ 3 ⇒ messages such as Foo{…} cannot be made here → write a map such as {'key': value}
                    input.?a                ⇒ SYNTAX ⇒ 5 ⇒ 1 ⇒ optional selection such as a.?b is not supported → test it with has(a.b)
                    """)
    void an_expression_has_this_one_problem(String source, Kind kind, int offset, int length, String sentence) {
        assertThat(problems(compiler.compile(source))).singleElement().satisfies(problem -> {
            assertThat(said(problem)).isEqualTo(sentence);
            assertThat(problem.kind()).isEqualTo(kind);
            assertThat(problem.offset()).isEqualTo(offset);
            assertThat(problem.length()).isEqualTo(length);
        });
    }

    @Test
    void several_independent_problems_are_all_reported_in_order() {
        assertThat(problems(compiler.compile("inptu.x + outptu.y * (1 + 'a')")))
                .extracting(ExpressionProblem::offset)
                .containsExactly(0, 10, 24);
    }

    @Test
    void an_expression_longer_than_the_limit_is_refused_and_one_as_long_is_not() {
        String longest = "'" + "x".repeat(ExpressionLimits.EXPRESSION_BYTES_MAX - 2) + "'";
        assertThat(compiler.compile(longest)).isInstanceOf(Compiled.class);
        for (String source : List.of(longest + " ", "'" + "é".repeat(2_048) + "'", "input." + "a".repeat(10_000_000))) {
            assertThat(problems(compiler.compile(source)))
                    .extracting(ExpressionProblem::kind)
                    .containsExactly(Kind.TOO_LONG);
        }
    }

    @Test
    void a_compiled_expression_names_what_it_reads() {
        CompiledExpression expression =
                compiled("input.a + tasks.x.output.b + tasks[ 'a-b' ].status + item.map(tasks, tasks.y)[0]");
        assertThat(expression.variables())
                .containsExactly(new VariableUse(Variable.INPUT, 0), new VariableUse(Variable.ITEM, 53));
        assertThat(expression.tasks())
                .containsExactly(
                        new TaskUse("x", TaskField.OUTPUT, 10, 14), new TaskUse("a-b", TaskField.STATUS, 29, 21));
        assertThat(expression.source()).startsWith("input.a");
        assertThat(compiled("tasks.x.output.y").tasks()).containsExactly(new TaskUse("x", TaskField.OUTPUT, 0, 14));
        assertThat(compiled("has(tasks.x.output)").tasks()).containsExactly(new TaskUse("x", TaskField.OUTPUT, 4, 14));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '⇒', quoteCharacter = '`', textBlock = """
                    input.a           ⇒ DYNAMIC
                    index             ⇒ INT
                    (index)           ⇒ INT
                    execution.id      ⇒ STRING
                    tasks.x.status    ⇒ STRING
                    (tasks.x.status)  ⇒ STRING
                    tasks.x.output    ⇒ DYNAMIC
                    input.a > 1       ⇒ BOOL
                    1.5 * 2.0         ⇒ DOUBLE
                    [1]               ⇒ LIST
                    input.map(x, x)   ⇒ LIST
                    {'a': 1}          ⇒ MAP
                    null              ⇒ NULL
                    timestamp(0)      ⇒ OTHER
                    """)
    void the_kind_of_a_result_is_known_where_it_can_be(String source, ResultKind kind) {
        assertThat(compiled(source).resultKind()).isEqualTo(kind);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '⇒', quoteCharacter = '`', textBlock = """
                    tasks.bowtie2-build.output             ⇒ 0 ⇒ 19 ⇒ bowtie2-build
                    1 + tasks.bowtie2-build.output.x       ⇒ 4 ⇒ 19 ⇒ bowtie2-build
                    tasks.bowtie2-build                    ⇒ 0 ⇒ 19 ⇒ bowtie2-build
                    tasks.bowtie2-build-x.status == 'a'    ⇒ 0 ⇒ 21 ⇒ bowtie2-build-x
                    tasks.v1.2.output                      ⇒ 0 ⇒ 10 ⇒ v1.2
                    tasks.in.output                        ⇒ 0 ⇒ 8 ⇒ in
                    'tasks.v1.2' + tasks.v1.2.output       ⇒ 15 ⇒ 10 ⇒ v1.2
                    tasks.fetch.output + tasks.v1.2.output ⇒ 21 ⇒ 10 ⇒ v1.2
                    """)
    void an_id_that_is_no_identifier_gets_one_problem_that_says_how_to_write_it(
            String source, int offset, int length, String id) {
        Set<String> ids = Set.of("bowtie2-build", "bowtie2-build-x", "v1.2", "in", "fetch", "bowtie2");
        assertThat(problems(compiler.compile(source, ids::contains)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.offset()).isEqualTo(offset);
                    assertThat(problem.length()).isEqualTo(length);
                    assertThat(problem.message()).contains("\"" + id + "\"");
                    assertThat(problem.hint()).isEqualTo("write tasks[\"" + id + "\"]");
                });
    }

    @Test
    void a_subtraction_and_unknown_tasks_get_no_such_advice() {
        Predicate<String> isTask = Set.of("a", "b", "a-b")::contains;
        assertThat(compiler.compile("tasks.a.output-tasks.b.output", isTask)).isInstanceOf(Compiled.class);
        assertThat(compiler.compile("tasks[\"a-b\"].output", isTask)).isInstanceOf(Compiled.class);
        assertThat(problems(compiler.compile("tasks.x-y.output", isTask)))
                .extracting(ExpressionProblem::hint)
                .doesNotContain("write tasks[\"x-y\"]");
        assertThat(ExpressionCompiler.quotedIdAdvice("input.tasks.a-b + 'tasks.a-b'", isTask))
                .isEmpty();
    }

    private CompiledExpression compiled(String source) {
        assertThat(compiler.compile(source)).isInstanceOf(Compiled.class);
        return ((Compiled) compiler.compile(source)).expression();
    }

    private static List<ExpressionProblem> problems(Compilation compilation) {
        assertThat(compilation).isInstanceOf(Rejected.class);
        return ((Rejected) compilation).problems();
    }

    private static String said(ExpressionProblem problem) {
        return problem.hint() == null ? problem.message() : problem.message() + " → " + problem.hint();
    }
}
