package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionCommandTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "capo, demo serve dev run apply start list show history watch signal pause resume cancel retry release validate graph schema patterns token doctor bench completion",
        "capo gr, graph",
        "capo graph --fo, --format",
        "capo graph --format '', text mermaid dot svg",
        "capo validate -o '', text json",
        "capo validate or, order.yaml",
        "./capo completion '', bash zsh",
    })
    void bash_completes_commands_options_values_and_files(String line, String words) throws Exception {
        assumeThat(installed("bash")).isTrue();
        Files.writeString(
                directory.resolve("capo.bash"),
                new Stage(directory).run("completion", "bash").out());
        Files.createFile(directory.resolve("order.yaml"));
        List<String> typed = Arrays.asList(line.split(" ", -1));
        if (typed.size() == 1) {
            typed = List.of(typed.getFirst(), "''");
        }
        String asked = "source capo.bash; COMP_WORDS=(" + String.join(" ", typed) + "); COMP_CWORD="
                + (typed.size() - 1) + "; _complete_capo 2>/dev/null; echo ${COMPREPLY[*]}";
        assertThat(shell("bash", "-c", asked)).isEqualTo(words + "\n");
    }

    @Test
    void the_script_for_zsh_sources_cleanly_in_a_bare_zsh() throws Exception {
        assumeThat(installed("zsh")).isTrue();
        Files.writeString(
                directory.resolve("capo.zsh"),
                new Stage(directory).run("completion", "zsh").out());
        assertThat(shell("zsh", "-f", "-c", "source ./capo.zsh && echo ${_comps[capo]}"))
                .isNotBlank();
    }

    @Test
    void there_is_none_for_other_shells() {
        assertThat(new Stage(directory).run("completion", "fish"))
                .isEqualTo(
                        new Stage.Ended(2, "", "capo: there is no completion for \"fish\", only for bash and zsh\n"));
    }

    private String shell(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static boolean installed(String shell) {
        String path = System.getenv().getOrDefault("PATH", "");
        return !System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows")
                && Arrays.stream(path.split(File.pathSeparator, -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
    }
}
