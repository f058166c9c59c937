package dev.capocomico.language.expression;

import static dev.capocomico.language.expression.ScopeFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.model.expression.Expressions.Evaluation;
import dev.capocomico.model.expression.Variable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What expressions yield: a table of examples that a reader can learn the language from. */
class ExpressionMeaningTest {
    private final CelExpressions expressions = new CelExpressions();

    private final ScopeFixture scope = new ScopeFixture()
            .with(Variable.INPUT, """
                    {'n': 3, 'd': 2.5, 's': 'héllo 😀', 'none': null, 'yes': true, 'big': 123456789012345678901234567890,
                     'list': [3, 1, 2], 'mixed': [1, 'a', null], 'user': {'name': 'Ada', 'tags': ['x', 'y'], 'a-b': 1, 'in': 2},
                     'when': '2026-03-01T10:20:30.5Z', 'items': [{'p': 2, 'q': 1.5}, {'p': 5}]}""")
            .with(Variable.ITEM, "{'id': 7}")
            .with(Variable.INDEX, "4")
            .with(Variable.ITERATION, "2")
            .withTask("fetch", "completed", "{'rows': [10, 20]}")
            .withTask("bowtie2-build", "skipped", "null");

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '⇒', quoteCharacter = '`', textBlock = """
                    input.n                                      ⇒ 3
                    input.user.tags[1]                           ⇒ 'y'
                    input['user']['name']                        ⇒ 'Ada'
                    input.user["a-b"]                            ⇒ 1
                    input.user["in"]                             ⇒ 2
                    input.list                                   ⇒ [3, 1, 2]
                    input.big                                    ⇒ 123456789012345678901234567890
                    item.id                                      ⇒ 7
                    index                                        ⇒ 4
                    iteration                                    ⇒ 2
                    execution.id                                 ⇒ 'run-17'
                    tasks.fetch.output.rows[1]                   ⇒ 20
                    tasks.fetch.status                           ⇒ 'completed'
                    tasks["bowtie2-build"].output                ⇒ null
                    tasks["bowtie2-build"].status == 'skipped'   ⇒ true
                    tasks['fetch']["output"].rows.size()         ⇒ 2
                    has(tasks.fetch.output)                      ⇒ true
                    has(tasks["bowtie2-build"].output)           ⇒ false
                    has(execution.id)                            ⇒ true
                    input.n + 1                                  ⇒ 4
                    input.d * 2.0                                ⇒ 5.0
                    double(input.n) / 2.0                        ⇒ 1.5
                    7 / 2                                        ⇒ 3
                    -7 / 2                                       ⇒ -3
                    -7 % 3                                       ⇒ -1
                    -input.n                                     ⇒ -3
                    2 + 3 * 4 - 1                                ⇒ 13
                    input.n == 3.0                               ⇒ true
                    input.n < 3.5                                ⇒ true
                    3.0 <= input.n                               ⇒ true
                    9007199254740993 > 9007199254740992.0        ⇒ true
                    input.n != 'three'                           ⇒ true
                    input.none == null                           ⇒ true
                    input.s == null                              ⇒ false
                    [1, 2.0] == [1.0, 2]                         ⇒ true
                    {'a': [dyn(1)]} == {'a': [dyn(1.0)]}                 ⇒ true
                    input.user == {'name': 'Ada'}                ⇒ false
                    'a' < 'b' && 'B' < 'a'                       ⇒ true
                    '😀' > '￿'                                   ⇒ true
                    input.yes && !(input.n > 3)                  ⇒ true
                    input.n > 1 ? 'many' : 'few'                 ⇒ 'many'
                    true || input.nothing.here                   ⇒ true
                    input.none || true                           ⇒ true
                    input.nothing.here || true                   ⇒ true
                    false && input.nothing                       ⇒ false
                    has(input.user.name)                         ⇒ true
                    has(input.user.nmae)                         ⇒ false
                    has(input.none)                              ⇒ true
                    'name' in input.user                         ⇒ true
                    1.0 in input.list                            ⇒ true
                    4 in [1, 2, 3]                               ⇒ false
                    size(input.s)                                ⇒ 7
                    input.list.size() + size(input.user)         ⇒ 7
                    'Hello, ' + input.user.name                  ⇒ 'Hello, Ada'
                    [dyn(1)] + input.list + ['z']                  ⇒ [1, 3, 1, 2, 'z']
                    {'a': input.n, 'b': {'c': [null]}}           ⇒ {'a': 3, 'b': {'c': [null]}}
                    {1: 'one'}[dyn(1.0)]                           ⇒ 'one'
                    input.s.startsWith('h') && input.s.endsWith('😀') ⇒ true
                    'abcabcabd'.contains('abcabd')               ⇒ true
                    'abc'.contains('')                           ⇒ true
                    input.user.name.matches('^A[a-z]+$')         ⇒ true
                    matches('xay', 'a')                          ⇒ true
                    input.list.map(x, x * 2)                     ⇒ [6, 2, 4]
                    input.list.map(x, x > 1, x * 2)              ⇒ [6, 4]
                    input.items.filter(i, i.p > 2)               ⇒ [{'p': 5}]
                    input.items.filter(i, has(i.q)).map(i, i.q)  ⇒ [1.5]
                    input.list.all(x, x > 0)                     ⇒ true
                    input.list.exists(x, x == 2)                 ⇒ true
                    input.mixed.exists(x, x > 0)                 ⇒ true
                    input.mixed.exists(x, x == 'a')              ⇒ true
                    input.list.exists_one(x, x > 2)              ⇒ true
                    input.user.exists(k, k == 'tags')            ⇒ true
                    input.user.map(k, k)                         ⇒ ['name', 'tags', 'a-b', 'in']
                    [1, 2].map(x, [3, 4].map(y, x * y))          ⇒ [[3, 4], [6, 8]]
                    [[1, 2], [3]].map(x, x.filter(x, x > 1))     ⇒ [[2], [3]]
                    [1, 2].map(input, input + 1)                 ⇒ [2, 3]
                    [].all(x, 1 / 0 == 1)                        ⇒ true
                    [0, 1].exists(x, 1 / x == 1)                 ⇒ true
                    int('42') + int(2.9) + int(true ? 1 : 2)     ⇒ 45
                    double('1.5')                                ⇒ 1.5
                    string(input.n) + string(1.0) + string(true) ⇒ '31.0true'
                    bool('true')                                 ⇒ true
                    string(b'abc') + string(bytes('é'))          ⇒ 'abcé'
                    b'ab' + b'c'                                 ⇒ 'YWJj'
                    timestamp(input.when)                        ⇒ '2026-03-01T10:20:30.500Z'
                    timestamp(input.when) + duration('1h30m')    ⇒ '2026-03-01T11:50:30.500Z'
                    timestamp(input.when) - timestamp(0) > duration('1s') ⇒ true
                    duration('90m')                              ⇒ '5400s'
                    duration('-1.5s')                            ⇒ '-1.500s'
                    string(duration('1h') - duration('2h'))      ⇒ '-3600s'
                    timestamp(input.when).getFullYear()          ⇒ 2026
                    timestamp(input.when).getMonth()             ⇒ 2
                    timestamp(input.when).getDate()              ⇒ 1
                    timestamp(input.when).getDayOfWeek()         ⇒ 0
                    timestamp(input.when).getHours('Asia/Tokyo') ⇒ 19
                    timestamp(input.when).getHours('-02:00')     ⇒ 8
                    timestamp(input.when).getMilliseconds()      ⇒ 500
                    duration('90s').getMinutes()                 ⇒ 1
                    int(timestamp('1970-01-01T00:01:00Z'))       ⇒ 60
                    type(input.n) == int && type(input.s) != int ⇒ true
                    type(null) == null_type                      ⇒ true
                    dyn(1) == dyn('1')                           ⇒ false
                    0x1F                                         ⇒ 31
                    r'\\d' + "\\n" + '''a'b'''                   ⇒ '\\\\d\\na\\u0027b'
                    input.`user`.name                            ⇒ 'Ada'
                    """)
    void an_expression_has_this_value(String expression, String expected) {
        Evaluation evaluation = expressions.evaluate(TextNode.valueOf("${" + expression + "}"), scope);
        assertThat(evaluation).isEqualTo(new Evaluation.Value(json(expected)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '⇒', quoteCharacter = '`', textBlock = """
                    input.user.nmae             ⇒ there is no key "nmae"; did you mean "name"?
                    input.user['nmae']          ⇒ there is no key "nmae"; did you mean "name"?
                    input.user.nmae + 'x'       ⇒ there is no key "nmae"; did you mean "name"?
                    item.xyz                    ⇒ there is no key "xyz"; there is id
                    input.none.x                ⇒ there is no "x" in null; test it first, such as x != null
                    input.n.x                   ⇒ there is no "x" in an int
                    input.list.x                ⇒ there is no "x" in a list
                    input.list[3]               ⇒ there is no element 3 in a list of 3; positions start at 0
                    input.list[-1]              ⇒ there is no element -1 in a list of 3
                    input.list['a']             ⇒ there is no "a" in a list
                    input.list[true]            ⇒ the position in a list must be an int, not a bool
                    input.user[0]               ⇒ there is no key "0"; there is name, tags, a-b, in
                    output                      ⇒ there is no "output" at this place
                    event.id                    ⇒ there is no "event" at this place
                    tasks.gone.output           ⇒ there is no task "gone"
                    tasks.gone.status == 'failed' ⇒ there is no task "gone"
                    tasks["bowtie2-build"].output.x ⇒ there is no "x" in null; test it first, such as x != null
                    input.n + 1.5               ⇒ + cannot be applied to an int and a double; convert one with double(…) or int(…)
                    input.n + input.s           ⇒ + cannot be applied to an int and a string
                    input.n / 0                 ⇒ it divides by zero
                    1.0 / 0.0                   ⇒ the result Infinity is no JSON number
                    9223372036854775807 + 1     ⇒ the result of + is no 64-bit integer
                    input.s > 1                 ⇒ > cannot be applied to a string and an int
                    input.n && true             ⇒ && needs a bool, not an int
                    input.n ? 1 : 2             ⇒ the condition before ? needs a bool, not an int
                    has(input.none.x)           ⇒ there is no "x" in null; test it first, such as x != null
                    input.n.map(x, x)           ⇒ only a list or a map can be gone through, not an int
                    input.mixed.map(x, x + 1)   ⇒ + cannot be applied to a string and an int
                    input.mixed.all(x, x > 0)   ⇒ > cannot be applied to a string and an int
                    int(input.s)                ⇒ "héllo 😀" is no 64-bit integer
                    duration(input.s)           ⇒ "héllo 😀" is no duration such as 1h30m or 1.5s
                    timestamp(input.s)          ⇒ "héllo 😀" is no timestamp such as 2026-01-31T12:00:00Z
                    timestamp(0).getHours('Xy') ⇒ "Xy" is no time zone such as Europe/Rome or +02:00
                    matches('a', input.s + '(') ⇒ "héllo 😀(" is not a regular expression: missing closing )
                    {1: 2}                      ⇒ a map with an int as a key is no JSON object
                    {'a': 1, input.user.tags[0]: 2, 'x': 3} ⇒ a map has the same key twice
                    type(1)                     ⇒ a type is no JSON value
                    size(input.none)            ⇒ size cannot be applied to null
                    string(b'\\377')            ⇒ the bytes are no UTF-8 text
                    """)
    void an_expression_without_a_value_fails_with_this_sentence(String expression, String sentence) {
        Evaluation evaluation = expressions.evaluate(TextNode.valueOf("${" + expression + "}"), scope);
        assertThat(evaluation).isEqualTo(new Evaluation.Failed("${" + expression + "}: " + sentence));
    }

    @Test
    void a_template_is_filled_in_at_every_depth_and_keeps_types() {
        JsonNode template = json("""
                {'whole': '${input.user}', 'text': 'n=${input.n}, d=${input.d}, none=${input.none}, tags=${input.user.tags} ${execution.id}',
                 'deep': [{'x': ['${index}', 5, null, true, '$${index}']}], '${input.n}': 'a key is left alone'}""");
        assertThat(expressions.evaluate(template, scope)).isEqualTo(new Evaluation.Value(json("""
                        {'whole': {'name': 'Ada', 'tags': ['x', 'y'], 'a-b': 1, 'in': 2},
                         'text': 'n=3, d=2.5, none=null, tags=[\\"x\\",\\"y\\"] run-17',
                         'deep': [{'x': [4, 5, null, true, '${index}']}], '${input.n}': 'a key is left alone'}""")));
    }

    @Test
    void filling_in_leaves_the_template_as_it_was_and_shares_what_has_no_expression() {
        JsonNode template = json("{'a': {'b': [1]}, 'c': '${index}'}");
        JsonNode before = template.deepCopy();
        Evaluation.Value value = (Evaluation.Value) expressions.evaluate(template, scope);
        assertThat(template).isEqualTo(before);
        assertThat(value.json().get("a")).isSameAs(template.get("a"));
        JsonNode literal = json("{'a': ['x', 1]}");
        assertThat(((Evaluation.Value) expressions.evaluate(literal, scope)).json())
                .isSameAs(literal);
    }

    @Test
    void an_invalid_template_fails_when_it_is_evaluated() {
        assertThat(expressions.evaluate(TextNode.valueOf("${input."), scope)).isInstanceOf(Evaluation.Failed.class);
        assertThat(expressions.evaluate(TextNode.valueOf("${nope}"), scope))
                .isEqualTo(new Evaluation.Failed("${nope}: there is no \"nope\""));
    }
}
