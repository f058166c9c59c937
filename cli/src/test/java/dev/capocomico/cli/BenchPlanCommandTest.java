package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchPlanCommandTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "9", "100001"})
    void graphs_beyond_the_limits_are_refused(String count) {
        assertThat(new Stage(directory).run("bench", "plan", "--count", count))
                .isEqualTo(new Stage.Ended(
                        2,
                        "",
                        "capo: --count must be from 10 to 100000, not " + count
                                + "\n      try: capo bench plan --help\n"));
    }
}
