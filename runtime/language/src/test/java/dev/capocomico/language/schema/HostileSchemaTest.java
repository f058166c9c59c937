package dev.capocomico.language.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.language.work.Cancellation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas that are meant to hurt whoever holds a value against them: a node does so for everybody. */
class HostileSchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final JsonSchemas schemas = new JsonSchemas();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ref\": \"#\"}",
                "{\"$dynamicRef\": \"#\"}",
                "{\"allOf\": [true, {\"$ref\": \"#\"}]}",
                "{\"if\": {\"not\": {\"$ref\": \"#\"}}}",
                "{\"dependentSchemas\": {\"a/b\": {\"oneOf\": [{\"$ref\": \"#\"}]}}}",
                "{\"properties\": {\"a\": {\"$ref\": \"#/properties/b\"}, \"b\": {\"anyOf\": [{\"$ref\": \"#/properties/a\"}]}}}",
                "{\"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\"}, \"b\": {\"$ref\": \"#/$defs/a\"}}}"
            })
    void references_in_a_circle_are_refused_where_they_stand(String schema) throws Exception {
        JsonNode tree = JSON.readTree(schema);
        List<Misfit> problems = schemas.problemsOfSchema(tree);
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().message()).contains("leads back here without a step into the value");
        assertThat(tree.at(problems.getFirst().pointer()).isTextual()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"properties\": {\"next\": {\"$ref\": \"#\"}}}",
                "{\"items\": {\"anyOf\": [{\"type\": \"null\"}, {\"$ref\": \"#\"}]}}",
                "{\"$defs\": {\"a\": {\"type\": \"object\"}}, \"allOf\": [{\"$ref\": \"#/$defs/a\"}, {\"$ref\": \"#/$defs/a\"}]}",
                "{\"additionalProperties\": {\"$ref\": \"#\"}, \"not\": {\"required\": [\"x\"]}}"
            })
    void those_that_step_into_the_value_are_not(String schema) throws Exception {
        assertThat(schemas.problemsOfSchema(JSON.readTree(schema))).isEmpty();
    }

    /** Where it was not seen beforehand, such as through an anchor. */
    @Test
    void a_circle_that_nobody_saw_ends_nevertheless() throws Exception {
        JsonNode schema = JSON.readTree("{\"$anchor\": \"a\", \"$ref\": \"#a\"}");
        assertThat(misfit(schema, JSON.readTree("1"))).contains("inside each other");
        assertThat(misfit(JSON.readTree("{\"$ref\": \"#\"}"), JSON.readTree("1")))
                .contains("inside each other");
    }

    @Test
    void alternatives_of_alternatives_of_alternatives_end() throws Exception {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("$ref", "#/$defs/a0");
        ObjectNode definitions = schema.putObject("$defs");
        for (int i = 0; i < 60; i++) {
            definitions.set(
                    "a" + i,
                    JSON.readTree("{\"allOf\": [{\"$ref\": \"#/$defs/a%d\"}, {\"$ref\": \"#/$defs/a%d\"}]}"
                            .formatted(i + 1, i + 1)));
        }
        definitions.putObject("a60").put("type", "integer");
        assertThat(schemas.problemsOfSchema(schema)).isEmpty();
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> misfit(schema, JsonNodeFactory.instance.numberNode(1)));
        assertThat(answer.get(60, TimeUnit.SECONDS)).contains("fewer alternatives");
    }

    /** As deep as an output may be, on a stack as actors have. */
    @Test
    void a_value_as_deep_as_values_may_be_is_held_against_a_schema_that_refers_to_itself() throws Exception {
        JsonNode list =
                JSON.readTree("{\"type\": [\"object\", \"integer\"], \"properties\": {\"a\": {\"$ref\": \"#\"}}}");
        assertThat(schemas.problemsOfSchema(list)).isEmpty();
        assertThat(onAStackOfOneMebibyte(list, deep(JsonNodeFactory.instance.numberNode(1))))
                .isEmpty();
        assertThat(onAStackOfOneMebibyte(list, deep(JsonNodeFactory.instance.textNode("one"))))
                .hasSize(1);
        JsonNode alternatives = JSON.readTree(
                "{\"anyOf\": [{\"type\": \"integer\"}, {\"properties\": {\"a\": {\"$ref\": \"#\"}}, \"required\": [\"a\"]}]}");
        assertThat(onAStackOfOneMebibyte(alternatives, deep(JsonNodeFactory.instance.numberNode(1)))
                        .getFirst()
                        .message())
                .contains("inside each other");
    }

    /** Compiled, the first of them would fill the memory of the machine. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"pattern\": \"((((x{100}){100}){100}){100})\"}",
                "{\"patternProperties\": {\"(((x{1,30}){30}){30})\": true}}",
                "{\"properties\": {\"a\": {\"items\": {\"pattern\": \"(?:(?:[a-z]{1000}){1000})*\"}}}}"
            })
    void a_pattern_that_is_too_large_written_out_is_refused_before_it_is_compiled(String schema) throws Exception {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThat(schemas.problemsOfSchema(JSON.readTree(schema)))
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.message()).contains("2,000 instructions")));
    }

    @Test
    void many_patterns_are_refused_before_all_are_compiled() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        var all = schema.putArray("allOf");
        for (int i = 0; i < 3_000; i++) {
            all.addObject().put("pattern", "\\pL".repeat(300) + i);
        }
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThat(schemas.problemsOfSchema(schema))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("too many")));
    }

    @Test
    void patterns_as_people_write_them_are_taken() throws Exception {
        for (String pattern : List.of(
                "^[\\\\p{L}\\\\p{N} .'-]{1,200}$",
                "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
                "^\\\\d{4}-\\\\d{2}-\\\\d{2}$",
                "^.{1,1000}$")) {
            assertThat(schemas.problemsOfSchema(JSON.readTree("{\"pattern\": \"%s\"}".formatted(pattern))))
                    .as(pattern)
                    .isEmpty();
        }
    }

    /** Each of them once took from seconds to days, or all memory; see what a step is worth in {@link Run}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "colliding items", "colliding items of lists", "names asked of many", "long names asked of many",
                "lengths of a long text", "patterns for many keys", "a pattern for a long text",
                        "choices for large values",
                "equal numbers", "alternatives with keys that nobody has seen", "alternatives that all fail",
                        "huge numbers"
            })
    void what_asks_for_much_ends_within_seconds_and_a_small_heap(String attack) {
        Attack made = attack(attack);
        assertThat(schemas.problemsOfSchema(made.schema())).as(attack).isEmpty();
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertThat(schemas.misfits(made.schema(), made.value()))
                .as(attack)
                .satisfies(misfits -> assertThat(misfits).hasSizeLessThanOrEqualTo(Run.FAULTS_MAX)));
    }

    private record Attack(JsonNode schema, JsonNode value) {}

    private static Attack attack(String name) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        ObjectNode schema = nodes.objectNode();
        ArrayNode list = nodes.arrayNode();
        ObjectNode object = nodes.objectNode();
        return switch (name) {
            case "colliding items" -> {
                colliding(16).forEach(list::add);
                yield new Attack(schema.put("uniqueItems", true), list);
            }
            case "colliding items of lists" -> {
                colliding(14).forEach(text -> list.addArray().addObject().put(text, text));
                yield new Attack(schema.put("uniqueItems", true), list);
            }
            case "names asked of many" -> {
                ArrayNode names = schema.putObject("items").putArray("required");
                IntStream.range(0, 9_000).forEach(i -> names.add("n" + i));
                IntStream.range(0, 1_000_000).forEach(i -> list.addObject());
                yield new Attack(schema, list);
            }
            case "long names asked of many" -> {
                ArrayNode names = schema.putObject("items").putObject("not").putArray("required");
                IntStream.range(0, 9_000).forEach(i -> names.add("n".repeat(1_000) + i));
                IntStream.range(0, 100_000).forEach(i -> list.addObject());
                yield new Attack(schema, list);
            }
            case "lengths of a long text" -> {
                ArrayNode all = schema.putArray("allOf");
                IntStream.range(0, 4_000).forEach(i -> all.addObject().put("maxLength", 9_000_000 + i));
                yield new Attack(schema, nodes.textNode("x".repeat(8_000_000)));
            }
            case "patterns for many keys" -> {
                ObjectNode patterns = schema.putObject("patternProperties");
                IntStream.range(0, 1_000).forEach(i -> patterns.put("(a?){20}b" + i, true));
                IntStream.range(0, 100_000).forEach(i -> object.put("aaaaaaaaaaaaaaaaaaaaaaaa" + i, 1));
                yield new Attack(schema.put("additionalProperties", false), object);
            }
            case "a pattern for a long text" ->
                new Attack(schema.put("pattern", "((a?){20}){20}b"), nodes.textNode("a".repeat(8_000_000)));
            case "choices for large values" -> {
                ArrayNode all = schema.putObject("items").putArray("anyOf");
                for (int i = 0; i < 300; i++) {
                    ArrayNode choices = all.addObject().putArray("enum");
                    IntStream.range(0, 20).forEach(choices::add);
                }
                IntStream.range(0, 100).forEach(i -> {
                    ArrayNode large = list.addArray();
                    IntStream.range(0, 10_000).forEach(large::add);
                });
                yield new Attack(schema, list);
            }
            case "equal numbers" -> {
                BigInteger large = BigInteger.TEN.pow(60);
                IntStream.range(0, 100_000).forEach(i -> list.add(large.add(BigInteger.valueOf(i))));
                yield new Attack(schema.put("uniqueItems", true), list);
            }
            case "alternatives with keys that nobody has seen" -> {
                ArrayNode all = schema.putObject("items").putArray("anyOf");
                for (int i = 0; i < 1_500; i++) {
                    ObjectNode one = all.addObject();
                    one.putObject("properties").put("k" + i % 10, true);
                    one.put("minProperties", i % 2 == 0 ? 100 : 1);
                }
                ((ObjectNode) schema.get("items")).put("unevaluatedProperties", false);
                IntStream.range(0, 50_000)
                        .forEach(i -> list.addObject().put("k" + i % 10, 1).put("k9", 2));
                yield new Attack(schema, list);
            }
            case "alternatives that all fail" -> {
                ArrayNode all = schema.putObject("items").putArray("oneOf");
                IntStream.range(0, 2_000).forEach(i -> all.addObject().put("type", "string"));
                IntStream.range(0, 1_000_000).forEach(list::add);
                yield new Attack(schema, list);
            }
            case "huge numbers" -> {
                schema.putObject("items").put("multipleOf", 7);
                IntStream.range(0, 1_000).forEach(i -> list.add(new BigDecimal("1e999999999")));
                yield new Attack(schema, list);
            }
            default -> throw new AssertionError(name);
        };
    }

    /** Texts of one hash, each half of which is {@code Aa} or {@code BB}: 2 to the power of so many. */
    private static List<String> colliding(int power) {
        return IntStream.range(0, 1 << power)
                .mapToObj(number -> IntStream.range(0, power)
                        .mapToObj(bit -> (number >> bit & 1) == 0 ? "Aa" : "BB")
                        .collect(Collectors.joining()))
                .toList();
    }

    @Test
    void work_that_is_told_to_end_ends() throws Exception {
        Attack endless = attack("lengths of a long text");
        Cancellation cancellation = new Cancellation();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Object> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> answer.completeAsync(
                () -> cancellation.run(() -> {
                    begun.countDown();
                    while (true) {
                        schemas.misfits(endless.schema(), endless.value());
                    }
                }),
                Runnable::run));
        thread.start();
        begun.await();
        assertThat(answer).isNotDone();
        cancellation.cancel();
        assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(Cancellation.CancelledException.class);
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void only_a_whole_schema_has_an_id() throws Exception {
        assertThat(schemas.problemsOfSchema(JSON.readTree("{\"$id\": \"x\", \"items\": {\"$id\": \"y\"}}")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.pointer()).isEqualTo("/items/$id"));
    }

    @Test
    void references_by_anchors_and_escaped_pointers_are_followed_or_refused() throws Exception {
        JsonNode schema = JSON.readTree(
                "{\"$ref\": \"#/$defs/a%25b\", \"$defs\": {\"a%b\": {\"$ref\": \"#here\"}, \"c\": {\"$anchor\": \"here\", \"type\": \"string\"}}}");
        assertThat(schemas.problemsOfSchema(schema)).isEmpty();
        assertThat(schemas.misfits(schema, JSON.readTree("1"))).hasSize(1);
        assertThat(schemas.misfits(schema, JSON.readTree("\"a\""))).isEmpty();
        for (String nowhere : List.of("#there", "#/$defs/%", "#/$defs/x%20y")) {
            JsonNode broken = JSON.readTree("{\"$ref\": \"%s\"}".formatted(nowhere.replace("%", "%")));
            assertThat(schemas.problemsOfSchema(broken)).as(nowhere).hasSize(1);
        }
    }

    private static JsonNode deep(JsonNode innermost) {
        JsonNode value = innermost;
        for (int i = 0; i < 500; i++) {
            value = JsonNodeFactory.instance.objectNode().set("a", value);
        }
        return value;
    }

    private List<Misfit> onAStackOfOneMebibyte(JsonNode schema, JsonNode value) throws Exception {
        CompletableFuture<List<Misfit>> answer = new CompletableFuture<>();
        Runnable work = () -> answer.completeAsync(() -> schemas.misfits(schema, value), Runnable::run);
        new Thread(null, work, "as actors have", 1024 * 1024).start();
        return answer.get(60, TimeUnit.SECONDS);
    }

    private String misfit(JsonNode schema, JsonNode value) {
        List<Misfit> misfits = schemas.misfits(schema, value);
        assertThat(misfits).hasSize(1);
        return misfits.getFirst().message();
    }
}
