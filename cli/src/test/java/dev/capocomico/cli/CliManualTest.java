package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.model.history.HistoryEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
}
