package dev.capocomico.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/failure-model.md} against the tests that it names, and against the laws of the checker. */
class FailureModelPageTest {
    private static final Path ROOT = Path.of(System.getProperty("capocomico.root"));
    private static final Pattern NAMED = Pattern.compile("`([a-z0-9]+(?:_[a-z0-9]+){3,})`");
    private static final Pattern TEST =
            Pattern.compile("@(?:Parameterized)?Test\\b[^{;]*?\\bvoid ([a-z0-9_]+)\\(", Pattern.DOTALL);
    private static final List<String> MODULES =
            List.of("runtime/model", "runtime/engine", "persistence", "http-api", "cluster-config", "cli");
    private static final String LAWS = "| law | a fault of this kind is found |";

    @Test
    void every_test_that_the_failure_model_names_exists() throws IOException {
        Set<String> tests = new TreeSet<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file : files.filter(one -> one.toString().endsWith("Test.java"))
                        .toList()) {
                    tests.addAll(names(TEST, Files.readString(file)));
                }
            }
        }
        Set<String> named = names(NAMED, page());
        assertThat(named).hasSizeGreaterThan(50);
        assertThat(tests).containsAll(named);
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
        assertThat(rows).allSatisfy(row -> assertThat(names(NAMED, row)).isNotEmpty());
        assertThat(planted).containsAll(names(NAMED, table));
    }

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/failure-model.md"));
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
