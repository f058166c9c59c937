package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.Stage.Ended;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CapoTest {
    @TempDir
    Path directory;

    private Ended capo(String... args) {
        return new Stage(directory).run(args);
    }

    static List<Arguments> wrongUses() {
        return List.of(
                wrong("there is no command \"valdate\": did you mean \"validate\"?", "capo", "valdate"),
                wrong("there is no command \"frobnicate\"", "capo", "frobnicate"),
                wrong("there is no command \"tune\"", "capo", "tune"),
                wrong(
                        "there is no option \"--outptu\": did you mean \"--output\"?",
                        "capo validate",
                        "validate",
                        "--outptu",
                        "x"),
                wrong("missing required parameter: 'FILE'", "capo validate", "validate"),
                wrong("missing required parameter: 'FILE'", "capo graph", "graph"),
                wrong("there is no argument \"b\"", "capo graph", "graph", "a", "b"),
                wrong(
                        "invalid value for option '--output': \"xml\" is neither text nor json",
                        "capo validate",
                        "validate",
                        "-o",
                        "xml",
                        "a"),
                wrong(
                        "invalid value for option '--format': \"pdf\" is none of text, mermaid, dot, svg",
                        "capo graph",
                        "graph",
                        "--format",
                        "pdf",
                        "a"),
                wrong("missing required subcommand", "capo bench", "bench"),
                wrong("missing required parameter: 'SHELL'", "capo completion", "completion"));
    }

    private static Arguments wrong(String sentence, String command, String... args) {
        return argumentSet(String.join(" ", args), sentence, command, args);
    }

    @ParameterizedTest
    @MethodSource("wrongUses")
    void wrong_use_says_what_is_wrong_and_where_help_is(String sentence, String command, String[] args) {
        assertThat(capo(args))
                .isEqualTo(new Ended(2, "", "capo: " + sentence + "\n      try: " + command + " --help\n"));
    }

    @Test
    void nothing_at_all_is_answered_with_help() {
        Ended ended = capo();
        assertThat(ended.code()).isZero();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).startsWith("Usage: capo [-hV] COMMAND\n");
        assertThat(ended).isEqualTo(capo("--help"));
    }

    @Test
    void help_lists_the_commands_there_are_and_no_other() {
        assertThat(capo("--help")
                        .out()
                        .lines()
                        .filter(line -> line.matches("  [a-z]+ .*"))
                        .map(line -> line.strip().replaceFirst(" .*", "")))
                .containsExactly(
                        "demo",
                        "serve",
                        "dev",
                        "run",
                        "apply",
                        "start",
                        "list",
                        "show",
                        "history",
                        "watch",
                        "signal",
                        "pause",
                        "resume",
                        "cancel",
                        "retry",
                        "release",
                        "validate",
                        "graph",
                        "schema",
                        "patterns",
                        "token",
                        "doctor",
                        "bench",
                        "completion");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "validate",
                "graph",
                "schema",
                "bench",
                "bench chain",
                "bench plan",
                "completion",
                "dev",
                "run",
                "apply",
                "start",
                "list",
                "show",
                "history",
                "watch",
                "signal",
                "pause",
                "resume",
                "cancel",
                "retry",
                "release",
                "patterns",
                "token",
                "doctor"
            })
    void every_command_has_help(String command) {
        String[] args = (command + " --help").split(" ", -1);
        Ended ended = capo(args);
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).startsWith("Usage: capo " + command + " ").endsWith("\n");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void help_can_be_asked_for_like_a_command() {
        assertThat(capo("help", "validate")).isEqualTo(capo("validate", "--help"));
    }

    @Test
    void version_is_one_line() {
        Ended ended = capo("--version");
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).matches("capo .+, Java \\d+.*\n");
    }

    @Test
    void help_is_coloured_on_a_terminal_only() {
        assertThat(capo("--help").out()).doesNotContain("\u001b");
        assertThat(new Stage(directory).with(Stage.COLOURED).run("--help").out())
                .contains("\u001b[");
    }

    @Test
    void a_fault_of_the_program_is_one_sentence_and_a_file_with_the_rest() throws Exception {
        InputStream faulty = new InputStream() {
            @Override
            public int read(byte[] bytes, int offset, int length) {
                throw new IllegalStateException("planted");
            }

            @Override
            public int read() {
                return -1;
            }
        };
        Ended ended = new Stage(directory).reading(faulty).run("validate", "-");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .startsWith("capo: this should not have happened: java.lang.IllegalStateException: planted; ")
                .hasLineCount(1);
        Path report = Path.of(ended.err().strip().replaceFirst(".* the details are in ", ""));
        assertThat(report).content().contains("[validate, -]", "\tat dev.capocomico.cli.");
        Files.delete(report);
    }

    @Test
    void the_schema_is_json() throws Exception {
        Ended ended = capo("schema");
        assertThat(ended.code()).isZero();
        assertThat(new ObjectMapper().readTree(ended.out())).isNotEmpty();
        assertThat(capo("schema", "-o", "json")).isEqualTo(ended);
    }
}
