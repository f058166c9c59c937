package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.Stage.Ended;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DemoCommandTest {
    @TempDir
    Path directory;

    @Test
    void the_demo_retries_compensates_prints_its_result_and_exits_with_0() throws IOException {
        Ended ended = new Stage(directory).run("demo", "--data", "stage");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(new ObjectMapper().readTree(ended.out()).path("pages").asInt())
                .isEqualTo(12);
        assertThat(ended.err())
                .contains(
                        "Act one.",
                        "review: attempt 1 failed",
                        "review: attempt 2 started",
                        "Act two.",
                        "print_report: failed for good",
                        "charge_card: undone",
                        "reserve_paper: undone",
                        "What you saw",
                        "kept in stage.");

        String next = ended.err()
                .lines()
                .filter(line -> line.startsWith("  capo show "))
                .findFirst()
                .orElseThrow();
        Ended shown = new Stage(directory)
                .run(next.strip().substring("capo ".length()).split(" ", -1));
        assertThat(shown.code()).as("what it says to try next works: %s", next).isZero();
        assertThat(shown.out()).contains("compensated", "print_report");
    }
}
