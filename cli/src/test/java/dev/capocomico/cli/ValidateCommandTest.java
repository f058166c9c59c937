package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.Stage.Ended;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
    private static final String GOOD = """
            workflow:
              name: good
              version: "1.0"
              agents:
                researchers: {type: research_agent}
              tasks:
                - {id: a, agent: researchers, estimate: 2m}
                - {id: b, agent: researchers, depends_on: [a], estimate: 10m}
            """;

    private static final String BAD = GOOD.replace("agent: researchers, estimate", "agent: reserchers, estimate");

    private static final String BAD_IN_TEXT = """
            bad.yaml:7:22: UNKNOWN_AGENT: there is no agent "reserchers"
                7 |     - {id: a, agent: reserchers, estimate: 2m}
                  |                      ^^^^^^^^^^
                  = did you mean "researchers"?
            bad.yaml: 1 error
            """;

    @TempDir
    Path directory;

    private Stage stage;

    @BeforeEach
    void write_files() throws IOException {
        stage = new Stage(directory).file("good.yaml", GOOD).file("bad.yaml", BAD);
        Files.createDirectory(directory.resolve("folder"));
    }

    @Test
    void a_good_file_gets_one_line() {
        assertThat(stage.run("validate", "good.yaml"))
                .isEqualTo(new Ended(0, "good.yaml: valid  good 1.0, 2 tasks in 2 levels, critical path 12m\n", ""));
    }

    @Test
    void a_problem_is_shown_in_its_place_with_what_to_do() {
        assertThat(stage.run("validate", "bad.yaml")).isEqualTo(new Ended(2, BAD_IN_TEXT, ""));
    }

    @Test
    void all_files_are_checked_whatever_is_wrong_with_those_before() {
        Ended ended = stage.run("validate", "missing.yaml", "bad.yaml", "folder", "good.yaml");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).isEqualTo("""
                        capo: missing.yaml: there is no such file
                        capo: folder: it is a folder, name the files in it
                        """);
        assertThat(ended.out()).contains("bad.yaml: 1 error\n").endsWith("critical path 12m\n");
    }

    @Test
    void one_file_that_cannot_be_read_is_enough_to_fail() {
        assertThat(stage.run("validate", "good.yaml", "missing.yaml").code()).isEqualTo(2);
    }

    @Test
    void the_standard_input_is_a_file_too() {
        assertThat(stage.reading(GOOD).run("validate", "-").out()).startsWith("<stdin>: valid  good 1.0, ");
    }

    @Test
    void a_file_without_end_is_refused_and_not_read_into_memory() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                return length;
            }
        };
        Ended ended = stage.reading(endless).run("validate", "-");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).contains("DOCUMENT_TOO_LARGE");
    }

    @Test
    void colours_are_for_terminals() {
        String coloured = stage.with(Stage.COLOURED)
                .run("validate", "bad.yaml", "good.yaml")
                .out();
        String plain =
                stage.with(Stage.PLAIN).run("validate", "bad.yaml", "good.yaml").out();
        assertThat(coloured).contains("\u001b[1;31mUNKNOWN_AGENT\u001b[0m", "\u001b[32mvalid\u001b[0m");
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(plain);
    }

    @Test
    void what_a_file_contains_cannot_command_the_terminal() throws IOException {
        stage.file("evil.yaml", BAD.replace("reserchers", "\"res\u202eerchers\\e[2J\""));
        assertThat(stage.run("validate", "evil.yaml").out())
                .contains("INVALID_VALUE", "␛[2J")
                .doesNotContain("\u001b", "\u202e");
    }

    @Test
    void as_json_it_is_the_same_as_data() throws IOException {
        Ended ended = stage.run("validate", "-o", "json", "good.yaml", "bad.yaml", "missing.yaml");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).isEmpty();
        JsonNode files = new ObjectMapper().readTree(ended.out()).path("files");
        assertThat(files).hasSize(3);

        JsonNode workflow = files.get(0).path("workflow");
        assertThat(workflow.path("digest").asText()).matches("[0-9a-f]{64}");
        assertThat(files.get(0).toString())
                .isEqualTo("{\"file\":\"good.yaml\",\"valid\":true,\"workflow\":{\"name\":\"good\",\"version\":\"1.0\","
                        + "\"tasks\":2,\"levels\":2,\"critical_path_seconds\":720.0,\"critical_path_estimated\":true,"
                        + "\"digest\":" + workflow.path("digest") + "},\"errors\":[]}");

        JsonNode error = files.get(1).path("errors").get(0);
        assertThat(files.get(1).path("valid").asBoolean()).isFalse();
        assertThat(files.get(1).has("workflow")).isFalse();
        assertThat(error.fieldNames())
                .toIterable()
                .containsExactly("code", "pointer", "file", "line", "column", "message", "hint", "excerpt");
        assertThat(error.path("code").asText()).isEqualTo("UNKNOWN_AGENT");
        assertThat(error.path("pointer").asText()).isEqualTo("/workflow/tasks/0/agent");
        assertThat(error.path("line").asInt()).isEqualTo(7);
        assertThat(error.path("column").asInt()).isEqualTo(22);
        assertThat(error.path("excerpt").asText()).isEqualTo("    - {id: a, agent: reserchers, estimate: 2m}");

        JsonNode unreadable = files.get(2).path("errors").get(0);
        assertThat(unreadable.fieldNames()).toIterable().containsExactlyElementsOf(error::fieldNames);
        assertThat(unreadable.path("code").asText()).isEqualTo("UNREADABLE_FILE");
    }

    @Test
    void every_example_is_valid() throws IOException {
        List<String> command = new ArrayList<>(List.of("validate"));
        try (Stream<Path> examples = Files.list(Path.of(System.getProperty("capocomico.root"), "examples"))) {
            examples.filter(file -> file.toString().endsWith(".yaml"))
                    .map(Path::toString)
                    .forEach(command::add);
        }
        Ended ended = stage.run(command.toArray(String[]::new));
        assertThat(ended.code()).as(ended.out()).isZero();
        assertThat(ended.out()).hasLineCount(command.size() - 1);
    }

    @Test
    void a_graph_of_an_invalid_file_shows_the_same_errors() {
        assertThat(stage.run("graph", "bad.yaml")).isEqualTo(stage.run("validate", "bad.yaml"));
        assertThat(stage.run("graph", "-o", "json", "bad.yaml"))
                .isEqualTo(stage.run("validate", "-o", "json", "bad.yaml"));
        assertThat(stage.run("graph", "missing.yaml")).isEqualTo(stage.run("validate", "missing.yaml"));
    }
}
