package dev.capocomico.language;

import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.tree.TreeLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A document that is meant to hurt its reader.
 *
 * @param file its name, which says whether it is JSON
 * @param expected what it is refused with, among other things
 */
record Bomb(String name, String file, Supplier<byte[]> document, ProblemCode expected) {
    static final int MIB = 1024 * 1024;

    private static final int SIZE = TreeLimits.DOCUMENT_BYTES_MAX;
    private static final String OUTPUT = "workflow:\n  output:\n";

    @Override
    public String toString() {
        return name;
    }

    /** They must cost next to nothing, however large they are. */
    static List<Bomb> all() {
        List<Bomb> bombs = new ArrayList<>();
        bombs.addAll(aliases());
        bombs.addAll(depth());
        bombs.addAll(size());
        bombs.addAll(bytes());
        bombs.addAll(values());
        return bombs;
    }

    private static List<Bomb> aliases() {
        return List.of(
                yaml("a billion laughs, ten by ten", () -> laughs(9, 10), ProblemCode.TOO_MANY_NODES),
                yaml("a billion laughs, two by two", () -> laughs(30, 2), ProblemCode.TOO_MANY_NODES),
                yaml("aliases that nest", () -> nestingAliases(100_000), ProblemCode.NESTING_TOO_DEEP),
                yaml("a list that contains itself", () -> "a: &a [*a]", ProblemCode.UNSUPPORTED_YAML),
                yaml("a mapping that contains itself", () -> "&a {a: {b: *a}}", ProblemCode.UNSUPPORTED_YAML),
                yaml("aliases of nothing", () -> filled("- *a\n"), ProblemCode.UNSUPPORTED_YAML),
                yaml("aliases in one line", () -> filled("*a"), ProblemCode.LINE_TOO_LONG),
                yaml("anchors", () -> filled("&a\n"), ProblemCode.SYNTAX),
                yaml("anchors in one line", () -> "&a ".repeat(MIB / 4), ProblemCode.SYNTAX),
                yaml(
                        "aliases as keys",
                        () -> OUTPUT + "    a: &a x\n" + "    *a : x\n".repeat(MIB),
                        ProblemCode.UNSUPPORTED_YAML));
    }

    private static List<Bomb> depth() {
        return List.of(
                yaml("100,000 times [", () -> "[".repeat(100_000), ProblemCode.NESTING_TOO_DEEP),
                yaml("100,000 times {", () -> "{".repeat(100_000), ProblemCode.UNSUPPORTED_YAML),
                yaml("100,000 times {a: ", () -> "{a: ".repeat(100_000), ProblemCode.NESTING_TOO_DEEP),
                yaml("100,000 lists in a line", () -> "- ".repeat(100_000), ProblemCode.NESTING_TOO_DEEP),
                yaml("100,000 keys that are keys", () -> "? ".repeat(100_000), ProblemCode.UNSUPPORTED_YAML),
                yaml("lists, each indented further", () -> indented("-"), ProblemCode.NESTING_TOO_DEEP),
                yaml("mappings, each indented further", () -> indented("a:"), ProblemCode.NESTING_TOO_DEEP),
                json("100,000 times [ in JSON", () -> "[".repeat(100_000), ProblemCode.NESTING_TOO_DEEP),
                json("100,000 times {\"a\": in JSON", () -> "{\"a\":".repeat(100_000), ProblemCode.NESTING_TOO_DEEP),
                yaml("JSON that is not called so", () -> "{\"a\":".repeat(100_000), ProblemCode.NESTING_TOO_DEEP));
    }

    private static List<Bomb> size() {
        return List.of(
                yaml("a byte too many", () -> "#".repeat(SIZE + 1), ProblemCode.DOCUMENT_TOO_LARGE),
                yaml("one key, again and again", () -> filled("a: 1\n"), ProblemCode.TOO_MANY_PROBLEMS),
                yaml("one key after a question mark", () -> filled("? a\n"), ProblemCode.TOO_MANY_PROBLEMS),
                json(
                        "one key, again and again, in a line of JSON",
                        () -> "{" + filled("\"a\":1,"),
                        ProblemCode.TOO_MANY_PROBLEMS),
                yaml("dashes in one line", () -> filled("- "), ProblemCode.LINE_TOO_LONG),
                yaml("lists in one line", () -> "[" + "[],".repeat(SIZE / 3 - 1), ProblemCode.LINE_TOO_LONG),
                yaml("question marks in one line", () -> filled("? "), ProblemCode.LINE_TOO_LONG),
                yaml("tabs in one line", () -> filled("\t"), ProblemCode.LINE_TOO_LONG),
                yaml("a comment of one line", () -> filled("#"), ProblemCode.LINE_TOO_LONG),
                yaml("a plain scalar of one line", () -> filled("x"), ProblemCode.LINE_TOO_LONG),
                yaml(
                        "a quoted scalar of one line",
                        () -> "a: '" + "x".repeat(SIZE - 5) + "'",
                        ProblemCode.LINE_TOO_LONG),
                yaml("a block scalar of one line", () -> "a: |\n  " + "x".repeat(SIZE - 7), ProblemCode.LINE_TOO_LONG),
                yaml("a line of Chinese", () -> "中".repeat(SIZE / 3), ProblemCode.LINE_TOO_LONG),
                yaml(
                        "lines of Chinese that are no keys",
                        () -> "a: b\n" + "中\n".repeat(SIZE / 4 - 2),
                        ProblemCode.SYNTAX),
                yaml("documents", () -> filled("---\n"), ProblemCode.UNSUPPORTED_YAML),
                yaml("tags", () -> filled("!\n"), ProblemCode.SYNTAX),
                yaml("commas", () -> "[" + ",\n".repeat(SIZE / 2 - 1), ProblemCode.SYNTAX));
    }

    private static List<Bomb> bytes() {
        return List.of(
                broken("a byte that is no UTF-8 at the beginning", 0),
                broken("a byte that is no UTF-8 in the middle", SIZE / 2),
                broken("a byte that is no UTF-8 at the end", SIZE - 1),
                new Bomb(
                        "half a character at the end of a line of 16 MiB",
                        "bomb.yaml",
                        () -> {
                            byte[] bytes = "中".repeat(SIZE / 3).getBytes(StandardCharsets.UTF_8);
                            bytes[bytes.length - 1] = 'x';
                            return bytes;
                        },
                        ProblemCode.INVALID_UTF8),
                raw("surrogates in UTF-8", 'a', ':', ' ', 0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80),
                raw("an overlong slash", 'a', ':', ' ', 0xC0, 0xAF),
                raw("UTF-16", 0xFF, 0xFE, 'a', 0, ':', 0, ' ', 0),
                yaml("a NUL", () -> "a: b\0", ProblemCode.SYNTAX),
                yaml("NULs", () -> filled("\0\n"), ProblemCode.SYNTAX),
                yaml("byte order marks in one line", () -> "\uFEFF".repeat(SIZE / 3), ProblemCode.LINE_TOO_LONG),
                json(
                        "a lone surrogate, escaped",
                        () -> "{\"name\": \"\\ud800\", \"tasks\": []}",
                        ProblemCode.INVALID_VALUE));
    }

    private static List<Bomb> values() {
        return List.of(
                yaml(
                        "an exponent of nine digits",
                        () -> "workflow:\n  timeout: 1e999999999",
                        ProblemCode.INVALID_VALUE),
                yaml(
                        "a negative exponent of nine digits",
                        () -> OUTPUT + "    - 1e-999999999",
                        ProblemCode.INVALID_VALUE),
                yaml(
                        "a million digits",
                        () -> "workflow:\n  timeout: " + "1".repeat(1_000_000),
                        ProblemCode.INVALID_VALUE),
                yaml(
                        "a million hexadecimal digits",
                        () -> OUTPUT + "    - 0x" + "f".repeat(1_000_000),
                        ProblemCode.INVALID_VALUE),
                yaml(
                        "a million digits of a fraction",
                        () -> OUTPUT + "    - 0." + "1".repeat(1_000_000),
                        ProblemCode.INVALID_VALUE),
                json(
                        "a million digits in JSON",
                        () -> "{\"workflow\":{\"timeout\":" + "1".repeat(1_000_000) + "}}",
                        ProblemCode.INVALID_VALUE),
                yaml(
                        "a duration of a hundred thousand parts",
                        () -> "workflow:\n  timeout: " + "1s".repeat(100_000),
                        ProblemCode.INVALID_VALUE));
    }

    private static String laughs(int levels, int each) {
        StringBuilder text = new StringBuilder(OUTPUT).append("    l0: &l0 lol\n");
        for (int level = 1; level <= levels; level++) {
            text.append("    l%d: &l%d [".formatted(level, level))
                    .append(("*l" + (level - 1) + ", ").repeat(each))
                    .append("]\n");
        }
        return text.toString();
    }

    private static String nestingAliases(int levels) {
        StringBuilder text = new StringBuilder(OUTPUT).append("    l0: &l0 lol\n");
        IntStream.rangeClosed(1, levels)
                .forEach(level -> text.append("    l%d: &l%d {a: *l%d}\n".formatted(level, level, level - 1)));
        return text.toString();
    }

    private static String indented(String begin) {
        StringBuilder text = new StringBuilder(SIZE);
        for (int indent = 0; text.length() + indent + begin.length() < SIZE; indent++) {
            text.append(" ".repeat(indent)).append(begin).append('\n');
        }
        return text.toString();
    }

    private static String filled(String unit) {
        return unit.repeat(SIZE / unit.length() - 1);
    }

    private static Bomb yaml(String name, Supplier<String> text, ProblemCode expected) {
        return new Bomb(name, "bomb.yaml", () -> text.get().getBytes(StandardCharsets.UTF_8), expected);
    }

    private static Bomb json(String name, Supplier<String> text, ProblemCode expected) {
        return new Bomb(name, "bomb.json", () -> text.get().getBytes(StandardCharsets.UTF_8), expected);
    }

    private static Bomb raw(String name, int... bytes) {
        byte[] document = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            document[i] = (byte) bytes[i];
        }
        return new Bomb(name, "bomb.yaml", () -> document, ProblemCode.INVALID_UTF8);
    }

    private static Bomb broken(String name, int at) {
        Supplier<byte[]> document = () -> {
            byte[] bytes = "# x\n".repeat(SIZE / 4).getBytes(StandardCharsets.UTF_8);
            bytes[at] = (byte) 0xC3;
            return bytes;
        };
        return new Bomb(name, "bomb.yaml", document, ProblemCode.INVALID_UTF8);
    }
}
