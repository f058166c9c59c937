package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.Stage.Ended;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphCommandTest {
    @TempDir
    Path directory;

    private Stage stage;

    @BeforeEach
    void write_file() throws IOException {
        stage = new Stage(directory).file("w.yaml", """
                        workflow:
                          name: w
                          version: "1"
                          agents: {x: {type: simulated}}
                          tasks:
                            - {id: first, agent: x}
                            - {id: second, agent: x, depends_on: [first]}
                            - {id: aside, agent: x}
                        """);
    }

    @ParameterizedTest
    @CsvSource({"text, first", "mermaid, flowchart", "dot, digraph", "svg, <svg"})
    void every_format_draws(String format, String word) {
        Ended ended = stage.run("graph", "w.yaml", "--format", format);
        assertThat(ended.code()).isZero();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains(word).endsWith("\n").doesNotEndWith("\n\n");
    }

    @Test
    void text_is_the_default() {
        assertThat(stage.run("graph", "w.yaml")).isEqualTo(stage.run("graph", "w.yaml", "--format=text"));
    }

    @Test
    void the_picture_is_as_wide_as_the_terminal_and_coloured_only_there() {
        Ended terminal = stage.with(new Look(60, true, true)).run("graph", "w.yaml");
        Ended pipe = stage.with(new Look(60, false, false)).run("graph", "w.yaml");
        assertThat(terminal.out()).contains("\u001b[");
        assertThat(pipe.out()).matches("\\p{ASCII}+").doesNotContain("\u001b");
    }

    @Test
    void as_json_it_is_the_graph_as_data() throws IOException {
        Ended ended = stage.run("graph", "w.yaml", "-o", "json");
        assertThat(ended.code()).isZero();
        assertThat(new ObjectMapper().readTree(ended.out()).toString())
                .isEqualTo("{\"name\":\"w\",\"version\":\"1\",\"tasks\":["
                        + "{\"id\":\"first\",\"level\":0,\"depends_on\":[],\"critical\":true},"
                        + "{\"id\":\"aside\",\"level\":0,\"depends_on\":[],\"critical\":false},"
                        + "{\"id\":\"second\",\"level\":1,\"depends_on\":[\"first\"],\"critical\":true}],"
                        + "\"critical_path\":[\"first\",\"second\"]}");
    }
}
