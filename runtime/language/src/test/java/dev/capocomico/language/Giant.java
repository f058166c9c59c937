package dev.capocomico.language;

import dev.capocomico.language.tree.TreeLimits;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A document that is as large as it may be, made so that anything worse than linear shows. */
record Giant(String name, String file, Supplier<String> document) {
    private static final int SIZE = TreeLimits.DOCUMENT_BYTES_MAX;
    private static final String HEAD = "workflow:\n  name: giant\n  version: '1'\n";
    private static final String WORKER = HEAD + "  agents: {x: {type: pool}}\n  tasks:\n";
    private static final String SLEEPER = HEAD + "  tasks: [{id: t, sleep: 1}]\n";

    @Override
    public String toString() {
        return name;
    }

    static List<Giant> all() {
        return List.of(
                yaml("100,000 tasks, each after three others", () -> WORKER + lines(100_000, Giant::task)),
                yaml(
                        "a circle of 100,000 tasks",
                        () -> WORKER
                                + lines(
                                        100_000,
                                        i -> "    - {id: t" + i + ", agent: x, depends_on: [t" + (i + 1) % 100_000
                                                + "]}")),
                yaml(
                        "100,000 unknown dependencies",
                        () -> WORKER
                                + lines(100_000, i -> "    - {id: t" + i + ", agent: x, depends_on: [u" + i + "]}")),
                yaml(
                        "unknown dependencies of 120 letters that are nearly known",
                        () -> WORKER
                                + lines(40_000, i -> "    - {id: a%s%d, agent: x, depends_on: [z%s%d]}"
                                        .formatted("m".repeat(110), i, "m".repeat(110), i * 7))),
                yaml(
                        "10,000 roles and 100,000 that are none of them",
                        () -> HEAD + "  agents:\n"
                                + lines(10_000, i -> "    role_number" + i + ": {type: p}") + "  tasks:\n"
                                + lines(100_000, i -> "    - {id: t" + i + ", agent: role_numbxr" + i + "}")),
                yaml("unknown keys", () -> "workflow:\n" + lines(900_000, i -> "  k" + i + ": 1")),
                json(
                        "unknown keys in one line",
                        () -> "{\"workflow\":{"
                                + IntStream.range(0, 1_000_000)
                                        .mapToObj(i -> "\"k" + i + "\":1")
                                        .collect(Collectors.joining(","))
                                + "}}"),
                yaml("keys with one hash code", () -> SLEEPER + "  output:\n" + lines(1 << 17, Giant::colliding)),
                yaml(
                        "problems behind 15 MiB of comments",
                        () -> "#\n".repeat(SIZE / 2 - 50_000)
                                + WORKER
                                + lines(500, i -> "    - {foo: t" + i + ", agent: y" + i + "}")),
                yaml(
                        "values, one to a line",
                        () -> SLEEPER + "  output:\n" + "  - 1\n".repeat(TreeLimits.NODES_MAX / 2)),
                yaml(
                        "lists, one to a line",
                        () -> SLEEPER + "  output: [\n" + "[],\n".repeat(TreeLimits.NODES_MAX) + "]"),
                yaml(
                        "blank lines in a string",
                        () -> SLEEPER + "  description: a\n" + "\n".repeat(SIZE - 200) + "    b\n"),
                yaml(
                        "words of a line of 1 MiB",
                        () -> SLEEPER + "  description:\n" + ("    " + "x ".repeat(500_000) + "\n").repeat(16)),
                yaml(
                        "percent escapes in a tag, through line ends",
                        () -> "- !<" + ("%41".repeat(7) + "%4\n").repeat(SIZE / 24 - 1)),
                yaml("lines of tabs", () -> "\t\n".repeat(SIZE / 2)),
                json("a string of 16 MiB", () -> "{\"workflow\":\"" + "x".repeat(SIZE - 20) + "\"}"),
                json(
                        "expressions in one string",
                        () -> "{\"name\":\"a\",\"version\":\"1\",\"tasks\":[{\"id\":\"t\",\"sleep\":1}],\"output\":\""
                                + lines(800_000, i -> "${nosuch" + i + "}").replace("\n", "") + "\"}"),
                json(
                        "openings without an end",
                        () -> "{\"name\":\"a\",\"version\":\"1\",\"tasks\":[{\"id\":\"t\",\"sleep\":1}],\"output\":\""
                                + "${'".repeat(SIZE / 3 - 50) + "\"}"),
                yaml(
                        "a schema of 100,000 mistakes",
                        () -> SLEEPER + "  input_schema:\n    properties:\n"
                                + lines(100_000, i -> "      k" + i + ": {type: strin}")));
    }

    private static String task(int i) {
        String before = i < 3 ? "" : "t%d, t%d, t%d".formatted(i - 1, i - 2, i - 3);
        return "    - {id: t" + i + ", agent: x, depends_on: [" + before + "]}";
    }

    /** "Aa" and "BB" have one hash code, and so have all words made of as many of them. */
    private static String colliding(int i) {
        return IntStream.range(0, 17)
                .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
                .collect(Collectors.joining("", "    ", ": 1"));
    }

    private static String lines(int count, IntFunction<String> line) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(line.apply(i)).append('\n');
        }
        return text.toString();
    }

    private static Giant yaml(String name, Supplier<String> document) {
        return new Giant(name, "giant.yaml", document);
    }

    private static Giant json(String name, Supplier<String> document) {
        return new Giant(name, "giant.json", document);
    }
}
