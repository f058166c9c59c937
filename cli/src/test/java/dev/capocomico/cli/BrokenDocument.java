package dev.capocomico.cli;

import static java.util.stream.Collectors.joining;

import dev.capocomico.language.grammar.Grammar;
import dev.capocomico.language.problem.Problem;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.schema.JsonSchemas;
import dev.capocomico.language.tree.TreeLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A document that must be refused, and with what exactly. Those in {@code src/test/resources/broken} say so in their first
 * lines, as {@code # expect CODE line:column /json/pointer}, or in a file beside them where they can hold no comments. Those that
 * are too large to be kept are made here.
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record BrokenDocument(String name, byte[] bytes, List<Expected> expected) {
    static final Path FOLDER = Path.of(System.getProperty("capocomico.root"), "cli/src/test/resources/broken");

    private static final String EXPECTED = ".expected";
    private static final String HEAD = "workflow:\n  name: broken\n  version: \"1\"\n";
    private static final String SLEEPER = "  tasks: [{id: pause, sleep: 1}]\n";

    record Expected(ProblemCode code, int line, int column, String pointer) {
        private static final Pattern FORM = Pattern.compile("# expect ([A-Z0-9_]+) (\\d+):(\\d+)(?: (/.*))?");

        static Stream<Expected> in(String line) {
            if (!line.startsWith("# expect")) {
                return Stream.empty();
            }
            Matcher form = FORM.matcher(line);
            if (!form.matches()) {
                throw new IllegalArgumentException(
                        "write \"# expect CODE line:column /pointer\", not \"" + line + "\"");
            }
            return Stream.of(new Expected(
                    ProblemCode.valueOf(form.group(1)),
                    Integer.parseInt(form.group(2)),
                    Integer.parseInt(form.group(3)),
                    form.group(4) == null ? "" : form.group(4)));
        }

        static Expected of(Problem problem) {
            return new Expected(
                    problem.code(), problem.place().line(), problem.place().column(), problem.pointer());
        }

        @Override
        public String toString() {
            return "%s %d:%d %s".formatted(code, line, column, pointer).strip();
        }
    }

    @Override
    public String toString() {
        return name;
    }

    static List<BrokenDocument> all() {
        return Stream.concat(kept().stream(), made().stream()).toList();
    }

    static List<BrokenDocument> kept() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> !file.toString().endsWith(EXPECTED))
                    .sorted()
                    .map(BrokenDocument::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BrokenDocument read(Path file) {
        try {
            Path beside = file.resolveSibling(file.getFileName() + EXPECTED);
            byte[] comments = Files.readAllBytes(Files.exists(beside) ? beside : file);
            List<Expected> expected = new String(comments, StandardCharsets.UTF_8)
                    .lines()
                    .flatMap(Expected::in)
                    .toList();
            return new BrokenDocument(file.getFileName().toString(), Files.readAllBytes(file), expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One for each limit that a small document cannot reach. */
    private static List<BrokenDocument> made() {
        int lineMax = TreeLimits.YAML_LINE_CODE_POINTS_MAX;
        int joins = 1_001;
        return List.of(
                made(
                        "document-too-large.yaml",
                        "#".repeat(TreeLimits.DOCUMENT_BYTES_MAX + 1),
                        "DOCUMENT_TOO_LARGE 1:1"),
                made("line-too-long.yaml", "workflow:\n# " + "x".repeat(lineMax), "LINE_TOO_LONG 2:1"),
                made(
                        "too-many-values.json",
                        "{\"workflow\":\n" + list(TreeLimits.NODES_MAX, "0"::formatted) + "}",
                        "TOO_MANY_NODES 2:7999998 /workflow/3999998"),
                made(
                        "too-many-problems.yaml",
                        HEAD + lines(1_200, "  unknown%d: 1"),
                        Stream.concat(
                                        IntStream.range(0, TreeLimits.PROBLEMS_MAX)
                                                .mapToObj(i ->
                                                        "UNKNOWN_KEY %d:3 /workflow/unknown%d".formatted(i + 4, i)),
                                        Stream.of("TOO_MANY_PROBLEMS 1004:3 /workflow/unknown1000"))
                                .toArray(String[]::new)),
                made(
                        "too-many-capabilities.yaml",
                        HEAD + "  agents:\n    worker: {type: simulated, capabilities: " + list(101, "c%d"::formatted)
                                + "}\n" + SLEEPER,
                        "TOO_MANY 5:45 /workflow/agents/worker/capabilities"),
                made(
                        "too-many-roles.yaml",
                        HEAD + "  agents:\n" + lines(10_001, "    role%d: {type: pool}") + SLEEPER,
                        "TOO_MANY 5:5 /workflow/agents"),
                made(
                        "too-many-tasks.yaml",
                        HEAD + "  tasks:\n" + lines(Grammar.TASKS_MAX + 1, "    - {id: t%d, sleep: 1}"),
                        "TOO_MANY 5:5 /workflow/tasks"),
                made(
                        "too-many-dependencies.yaml",
                        HEAD + "  tasks:\n" + lines(joins, "    - {id: t%d, sleep: 1}")
                                + lines(
                                        joins - 1,
                                        "    - {id: u%d, sleep: 1, depends_on: " + list(joins, "t%d"::formatted) + "}"),
                        "TOO_MANY 5:5 /workflow/tasks"),
                made(
                        "too-many-items.yaml",
                        HEAD
                                + "  agents: {worker: {type: simulated}}\n  tasks:\n    - {id: each, agent: worker, for_each: "
                                + list(Grammar.TASKS_MAX + 1, "%d"::formatted) + "}\n",
                        "TOO_MANY 6:43 /workflow/tasks/0/for_each"),
                made(
                        "schema-too-large.yaml",
                        HEAD + SLEEPER + "  input_schema:\n    enum: "
                                + list(JsonSchemas.SCHEMA_VALUES_MAX, "%d"::formatted) + "\n",
                        "TOO_MANY 6:5 /workflow/input_schema"),
                made(
                        "expression-too-long.yaml",
                        HEAD + SLEEPER + "  output: \"${" + "1 + ".repeat(1_024) + "1}\"\n",
                        "EXPRESSION_TOO_LONG 5:14 /workflow/output"));
    }

    private static BrokenDocument made(String name, String text, String... expected) {
        return new BrokenDocument(
                name,
                text.getBytes(StandardCharsets.UTF_8),
                Stream.of(expected)
                        .flatMap(problem -> Expected.in("# expect " + problem))
                        .toList());
    }

    private static String lines(int count, String line) {
        return IntStream.range(0, count)
                .mapToObj(number -> line.replace("%d", Integer.toString(number)) + "\n")
                .collect(joining());
    }

    private static String list(int count, IntFunction<String> entry) {
        return IntStream.range(0, count).mapToObj(entry).collect(joining(",", "[", "]"));
    }
}
