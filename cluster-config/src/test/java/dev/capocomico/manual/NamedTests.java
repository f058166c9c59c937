package dev.capocomico.manual;

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

/** The tests that a page names, and those that there are. */
public final class NamedTests {
    private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("capocomico.root")));
    private static final Pattern NAMED = Pattern.compile("`([a-z0-9]+(?:_[a-z0-9]+){3,})`");
    private static final Pattern TEST =
            Pattern.compile("@(?:Parameterized|Repeated)?Test\\b.*?\\bvoid ([a-z0-9_]+)\\(", Pattern.DOTALL);
    private static final List<String> MODULES = List.of(
            "runtime/model",
            "runtime/language",
            "runtime/engine",
            "patterns",
            "persistence",
            "http-api",
            "cluster-config",
            "bench",
            "cli");

    private NamedTests() {}

    /** A page of the manual, as in {@code "security.md"}. */
    public static String page(String name) throws IOException {
        return Files.readString(ROOT.resolve("docs").resolve(name));
    }

    /** What looks like the name of a test: four words or more in backquotes. */
    public static Set<String> in(String text) {
        return names(NAMED, text);
    }

    /** The tests of all modules. */
    public static Set<String> thereAre() throws IOException {
        Set<String> tests = new TreeSet<>();
        for (String module : MODULES) {
            Path sources = ROOT.resolve(module).resolve("src/test/java");
            if (!Files.isDirectory(sources)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file : files.filter(one -> one.toString().endsWith("Test.java"))
                        .toList()) {
                    tests.addAll(names(TEST, Files.readString(file)));
                }
            }
        }
        return tests;
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
