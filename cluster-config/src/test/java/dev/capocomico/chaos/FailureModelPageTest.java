package dev.capocomico.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.manual.NamedTests;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/failure-model.md} against the tests that it names, and against the laws of the checker. */
class FailureModelPageTest {
    private static final String LAWS = "| law | a fault of this kind is found |";

    @Test
    void every_test_that_the_failure_model_names_exists() throws IOException {
        Set<String> named = NamedTests.in(page());
        assertThat(named).hasSizeGreaterThan(50);
        assertThat(NamedTests.thereAre()).containsAll(named);
    }

    @Test
    void every_law_of_the_checker_has_a_row_and_every_row_a_fault_that_was_planted() throws IOException {
        String table = page().split(Pattern.quote(LAWS), 2)[1].split("\n\n", 2)[0];
        List<String> rows = table.lines().filter(line -> line.startsWith("| ")).toList();
        assertThat(rows).hasSize(Finding.Law.values().length);
        Set<String> planted = Arrays.stream(CheckerTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(method -> method.getName())
                .collect(Collectors.toSet());
        assertThat(rows).allSatisfy(row -> assertThat(NamedTests.in(row)).isNotEmpty());
        assertThat(planted).containsAll(NamedTests.in(table));
    }

    private static String page() throws IOException {
        return NamedTests.page("failure-model.md");
    }
}
