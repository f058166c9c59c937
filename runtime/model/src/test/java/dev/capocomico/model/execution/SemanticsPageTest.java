package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/semantics.md} against the tests that it names. */
class SemanticsPageTest {
    private static final Pattern NAMED = Pattern.compile("`([a-z0-9]+(?:_[a-z0-9]+){3,})`");

    private static final Pattern TEST = Pattern.compile("@(?:Parameterized)?Test\\b[^;]*?\\svoid ([a-z0-9_]+)\\(");

    @Test
    void every_test_that_the_page_names_exists() throws IOException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("capocomico.root")));
        Set<String> named = NAMED.matcher(Files.readString(root.resolve("docs/semantics.md")))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> tests = new TreeSet<>();
        for (String module :
                List.of("runtime/model", "runtime/language", "runtime/engine", "persistence", "cluster-config")) {
            tests.addAll(testsIn(root.resolve(module).resolve("src/test/java")));
        }
        assertThat(named).hasSizeGreaterThan(80);
        assertThat(tests).containsAll(named);
    }

    private static Set<String> testsIn(Path sources) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith("Test.java")).toList()) {
                TEST.matcher(Files.readString(file))
                        .results()
                        .map(result -> result.group(1))
                        .forEach(names::add);
            }
        }
        return names;
    }
}
