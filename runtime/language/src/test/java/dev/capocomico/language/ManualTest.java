package dev.capocomico.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.language.expression.ExpressionLanguage;
import dev.capocomico.language.expression.ExpressionLimits;
import dev.capocomico.language.grammar.Grammar;
import dev.capocomico.language.grammar.Shape;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.language.tree.TreeLimits;
import dev.capocomico.model.definition.DurationText;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.retry.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Keeps the tables of {@code docs/language.md} and the published schema true. To write them anew after a change of the language,
 * run this test with {@code -Dcapocomico.rewrite=true}.
 */
class ManualTest {
    private static final Path DOCS = Path.of(System.getProperty("capocomico.root"), "docs");
    private static final Pattern SECTION = Pattern.compile("(?s)(<!-- table: (\\S+) -->\n).*?(<!-- end -->)");

    @Test
    void the_tables_of_the_manual_are_those_of_the_grammar() throws IOException {
        Path page = DOCS.resolve("language.md");
        String written = Files.readString(page);
        Map<String, String> tables = tables();

        Matcher section = SECTION.matcher(written);
        assertThat(section.results().map(result -> result.group(2)))
                .as("every table has its place in %s", page.getFileName())
                .containsExactlyInAnyOrderElementsOf(tables.keySet());
        String generated = section.replaceAll(
                result -> Matcher.quoteReplacement(result.group(1) + tables.get(result.group(2)) + result.group(3)));

        assertUpToDate(page, written, generated);
    }

    @Test
    void the_published_schema_is_that_of_the_grammar() throws IOException {
        Path file = DOCS.resolve("workflow.schema.json");
        assertUpToDate(file, Files.exists(file) ? Files.readString(file) : "", WorkflowSchema.json());
    }

    @Test
    void the_manual_names_every_status_of_a_task() throws IOException {
        String manual = Files.readString(DOCS.resolve("language.md"));
        for (TaskStatus status : TaskStatus.values()) {
            assertThat(manual).as("docs/language.md").contains("`" + status.wireName() + "`");
        }
    }

    private static void assertUpToDate(Path file, String written, String generated) throws IOException {
        if (Boolean.getBoolean("capocomico.rewrite")) {
            Files.writeString(file, generated);
        } else {
            assertThat(written)
                    .as("%s is out of date; run this test with -Dcapocomico.rewrite=true", file.getFileName())
                    .isEqualTo(generated);
        }
    }

    private static Map<String, String> tables() {
        Map<String, String> tables = new TreeMap<>();
        for (Shape shape : Grammar.SHAPES) {
            tables.put(shape.name().replace(' ', '_'), table(shape));
        }
        tables.put("problem_codes", problemCodes());
        tables.put("limits", limits());
        tables.put("expression_words", expressionWords());
        tables.put("expression_limits", expressionLimits());
        tables.put("retry_policies", retryPolicies());
        return tables;
    }

    private static String table(Shape shape) {
        return "| key | takes | meaning |\n| --- | --- | --- |\n"
                + shape.fields().stream()
                        .map(field -> row(
                                "`" + field.name() + "`" + (field.required() ? " (required)" : ""),
                                field.type().description(),
                                field.meaning()))
                        .collect(Collectors.joining());
    }

    private static String problemCodes() {
        StringBuilder table = new StringBuilder("| code | says | what to do |\n| --- | --- | --- |\n");
        for (ProblemCode code : ProblemCode.values()) {
            table.append(row("`" + code + "`", code.meaning(), code.remedy()));
        }
        return table.toString();
    }

    private static String limits() {
        return "| what | most |\n| --- | --- |\n"
                + row("document", "%,d bytes".formatted(TreeLimits.DOCUMENT_BYTES_MAX))
                + row("nesting", "%,d levels".formatted(TreeLimits.NESTING_MAX))
                + row("values in a document", "%,d".formatted(TreeLimits.NODES_MAX))
                + row("values that YAML aliases add", "%,d".formatted(TreeLimits.ALIASED_NODES_MAX))
                + row("characters of a line of YAML", "%,d".formatted(TreeLimits.YAML_LINE_CODE_POINTS_MAX))
                + row("characters of a number", "%,d".formatted(TreeLimits.NUMBER_CHARACTERS_MAX))
                + row(
                        "values in a JSON Schema, and in a pattern's settings",
                        "%,d".formatted(JsonSchemas.SCHEMA_VALUES_MAX))
                + row("tasks", "%,d".formatted(Grammar.TASKS_MAX))
                + row("dependencies", "%,d".formatted(Grammar.EDGES_MAX))
                + row("problems reported at once", "%,d".formatted(TreeLimits.PROBLEMS_MAX));
    }

    private static String expressionWords() {
        return "| what | words |\n| --- | --- |\n"
                + row("operators", words(ExpressionLanguage.OPERATORS))
                + row("macros", words(ExpressionLanguage.MACROS))
                + row("functions", words(ExpressionLanguage.FUNCTIONS))
                + row("types, for `type(x) == …`", words(ExpressionLanguage.TYPES));
    }

    private static String words(List<String> words) {
        return words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(" "));
    }

    private static String expressionLimits() {
        return "| what | most |\n| --- | --- |\n"
                + row("text of an expression", "%,d bytes".formatted(ExpressionLimits.EXPRESSION_BYTES_MAX))
                + row("nesting, or length of a chain", "%,d".formatted(ExpressionLimits.EXPRESSION_DEPTH_MAX))
                + row("rounds of macros, nested ones multiplied", "%,d".formatted(ExpressionLimits.ITERATIONS_MAX))
                + row("steps of an evaluation", "%,d".formatted(ExpressionLimits.STEPS_MAX))
                + row("memory of an evaluation", "%,d bytes".formatted(ExpressionLimits.MEMORY_BYTES_MAX))
                + row("result of a template", "%,d bytes of JSON".formatted(ExpressionLimits.RESULT_BYTES_MAX))
                + row(
                        "text of a regular expression (RE2)",
                        "%,d characters".formatted(ExpressionLimits.REGEX_CHARS_MAX));
    }

    private static String retryPolicies() {
        StringBuilder table = new StringBuilder(
                "| name | strategy | retries | first delay | longest delay | multiplier |\n| --- | --- | --- | --- | --- | --- |\n");
        for (Map.Entry<String, RetryPolicy> entry : RetryPolicy.NAMED.entrySet()) {
            RetryPolicy policy = entry.getValue();
            table.append(row(
                    "`" + entry.getKey() + "`",
                    policy.strategy().wireName(),
                    Integer.toString(policy.maxRetries()),
                    DurationText.print(policy.initialDelay()),
                    DurationText.print(policy.maxDelay()),
                    Double.toString(policy.multiplier())));
        }
        return table.toString();
    }

    private static String row(String... cells) {
        return Arrays.stream(cells)
                .map(cell -> cell.replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
