package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.cli.Stage.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before anything is started. */
class RunArgumentsTest {
    private static final String VALID = """
            workflow:
              name: order
              version: "1"
              input_schema: {type: object, required: [qty, sku], properties: {qty: {type: integer}}}
              agents: {a: {type: simulated}}
              tasks: [{id: t, agent: a}]
            """;

    @TempDir
    Path directory;

    private Ended capo(String... args) throws IOException {
        return new Stage(directory).file("order.yaml", VALID).run(args);
    }

    @AfterEach
    void nothing_was_created() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).allMatch(name -> name.endsWith("yaml"));
        }
    }

    private static Ended wrong(String sentence) {
        return new Ended(2, "", "capo: " + sentence + "\n      try: capo run --help\n");
    }

    @Test
    void either_a_file_or_an_execution_is_named() throws IOException {
        assertThat(capo("run")).isEqualTo(wrong("name a FILE to run, or an execution with --resume"));
        assertThat(capo("run", "order.yaml", "--resume", "x")).isEqualTo(wrong("either FILE or --resume"));
        assertThat(capo("run", "--resume", "x", "--input", "{}"))
                .isEqualTo(wrong("an execution that is resumed has its input and its id already"));
    }

    @Test
    void an_id_must_be_one() throws IOException {
        assertThat(capo("run", "order.yaml", "--id", "a b").err()).contains("an execution's id has letters");
    }

    @Test
    void detaching_is_refused_while_there_is_no_server() throws IOException {
        Ended ended = capo("run", "order.yaml", "--detach");
        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err()).contains("there is none here that could carry it on");
    }

    @Test
    void an_invalid_document_is_told_as_validate_tells_it() throws IOException {
        String flawed = VALID.replace("agent: a}", "agent: b, tymeout: 3}");
        new Stage(directory).file("flawed.yaml", flawed);
        Ended ended = capo("run", "flawed.yaml");
        Ended validated = capo("validate", "flawed.yaml");
        assertThat(validated.out()).contains("2 errors");
        assertThat(ended).isEqualTo(new Ended(2, "", validated.out()));
        assertThat(capo("run", "flawed.yaml", "-o", "json")).isEqualTo(capo("validate", "flawed.yaml", "-o", "json"));
        assertThat(capo("run", "none.yaml")).isEqualTo(new Ended(2, "", "capo: none.yaml: there is no such file\n"));
    }

    @Test
    void all_that_does_not_fit_the_schema_is_told() throws IOException {
        Ended ended = capo("run", "order.yaml", "--input", "{\"qty\": \"two\"}");
        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("capo: the input does not fit the workflow: "))
                .anyMatch(line -> line.contains("/qty"))
                .anyMatch(line -> line.contains("sku"));
    }

    @Test
    void the_input_must_be_json_and_its_file_must_be_there() throws IOException {
        assertThat(capo("run", "order.yaml", "--input", "{qty: 2}").err())
                .startsWith("capo: the input in --input is no JSON: ")
                .doesNotContain("Exception", "Source");
        assertThat(capo("run", "order.yaml", "--input", "{} {}").err()).contains("is no JSON");
        assertThat(capo("run", "order.yaml", "--input", " ").err()).contains("there is nothing");
        assertThat(capo("run", "order.yaml", "--input", "@none.json"))
                .isEqualTo(new Ended(2, "", "capo: none.json: there is no such file\n"));
    }

    @Test
    void an_input_in_a_file_is_read_as_the_input_and_not_as_further_arguments(@TempDir Path elsewhere)
            throws IOException {
        Path input = Files.writeString(elsewhere.resolve("input.json"), "{\"qty\": \"two\", \"sku\": \"a b\"}");
        assertThat(capo("run", "order.yaml", "--input", "@" + input).err()).contains("/qty");
        for (String command : List.of("start order", "signal order-17 paid")) {
            String option = command.startsWith("start") ? "--input" : "--payload";
            String[] args = (command + " --server http://127.0.0.1:9 " + option + " @" + input).split(" ");
            assertThat(capo(args).code()).as(command).isEqualTo(ExitCode.UNREACHABLE);
        }
    }
}
