package dev.capocomico.language.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
