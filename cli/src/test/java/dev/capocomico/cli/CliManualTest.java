package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.history.HistoryEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page says what there is. */
class CliManualTest {
    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/cli.md"));
    }

    @Test
    void every_event_of_the_history_stands_in_the_manual() throws IOException {
        String page = page();
        assertThat(Arrays.stream(HistoryEvent.values()).map(event -> "`" + event.wireName() + "`"))
                .allMatch(page::contains);
    }

    @Test
    void every_exit_code_stands_in_the_manual() throws IOException {
        String page = page();
        assertThat(List.of(
                        ExitCode.FINE,
                        ExitCode.FAILED,
                        ExitCode.WRONG_USE,
                        ExitCode.NOT_FOUND,
                        ExitCode.CONFLICT,
                        ExitCode.UNREACHABLE,
                        ExitCode.INTERRUPTED))
                .allSatisfy(code -> assertThat(page).contains("| " + code + " |"));
    }

    @Test
    void the_manual_lists_exactly_the_commands_there_are() throws IOException {
        String page = page();
        String table = page.substring(page.indexOf("<!-- commands -->"), page.indexOf("<!-- end -->"));
        List<String> listed = Pattern.compile("^\\| `capo (\\w+)", Pattern.MULTILINE)
                .matcher(table)
                .results()
                .map(match -> match.group(1))
                .toList();
        Terminal nobody = new Terminal(
                InputStream.nullInputStream(), System.out, System.err, Stage.PLAIN, Stage.PLAIN, Path.of(""));
        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(CommandTree.of(nobody).getSubcommands().keySet().stream()
                        .filter(name -> !name.equals("help"))
                        .toList());
    }
}
