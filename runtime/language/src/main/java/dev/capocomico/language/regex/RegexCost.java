package dev.capocomico.language.regex;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a regular expression of RE2 costs, known before it is compiled. The compiler writes counted repetitions out, so
 * {@code ((x{100}){100}){100}} would be a million instructions, and it reads the whole table of a Unicode class each time that one
 * is named.
 *
 * @param instructions an upper bound of the size of its program; matching takes at most that times the length of the text
 * @param classes Unicode classes that it names
 */
public record RegexCost(long instructions, long classes) {
    /** Building one Unicode class takes as long as so many instructions. */
    private static final int INSTRUCTIONS_PER_CLASS = 30;

    private static final long COUNT_MAX = 1_000_000_000L;

    public static RegexCost atMost(String pattern) {
        return new Pass(pattern).cost();
    }

    /** Also of what only looks like one, behind a backslash that is escaped. */
    private static long classes(String pattern) {
        long classes = 0;
        for (int at = pattern.indexOf('\\'); at >= 0; at = pattern.indexOf('\\', at + 1)) {
            classes += pattern.startsWith("p", at + 1) || pattern.startsWith("P", at + 1) ? 1 : 0;
        }
        return classes;
    }

    /** What it takes to compile it, in instructions. */
    public long compiling() {
        return instructions + INSTRUCTIONS_PER_CLASS * classes;
    }

    /**
     * An upper bound of the program's size, from one pass over the text. Where this pass could disagree with the real
     * parser about what is inside a class or a quotation, repetitions found there multiply everything.
     */
    private static final class Pass {
        private final String pattern;
        private final Deque<Long> outer = new ArrayDeque<>();
        private long group;
        private long last;
        private long everything = 1;
        private int at;

        Pass(String pattern) {
            this.pattern = pattern;
        }

        RegexCost cost() {
            while (at < pattern.length()) {
                char c = pattern.charAt(at);
                switch (c) {
                    case '\\' -> escape();
                    case '[' -> opaque(classEnd());
                    case '(' -> open();
                    case ')' -> close();
                    case '{' -> repeat();
                    default -> {
                        atom(1);
                        at++;
                    }
                }
            }
            while (!outer.isEmpty()) {
                close();
            }
            return new RegexCost(capped(capped(group + last) * everything), classes(pattern));
        }

        private void atom(long size) {
            group = capped(group + last);
            last = size;
        }

        private void open() {
            at++;
            outer.push(capped(group + last));
            group = 0;
            last = 0;
        }

        private void close() {
            at++;
            long inside = capped(group + last);
            group = outer.isEmpty() ? 0 : outer.pop();
            last = inside + 2;
        }

        private void escape() {
            if (pattern.startsWith("\\Q", at)) {
                int end = pattern.indexOf("\\E", at);
                opaque(end < 0 ? pattern.length() : end + 2);
                return;
            }
            boolean braced = at + 2 < pattern.length() && pattern.charAt(at + 2) == '{';
            boolean takesBraces = at + 1 < pattern.length() && "pPx".indexOf(pattern.charAt(at + 1)) >= 0;
            int end = braced && takesBraces ? pattern.indexOf('}', at) : -1;
            atom(1);
            at = end < 0 ? at + 2 : end + 1;
        }

        private int classEnd() {
            int end = at + 1;
            end += pattern.startsWith("^", end) ? 1 : 0;
            end += pattern.startsWith("]", end) ? 1 : 0;
            while (end < pattern.length() && pattern.charAt(end) != ']') {
                int named = pattern.startsWith("[:", end) ? pattern.indexOf(":]", end) : -1;
                end = named >= 0 ? named + 2 : end + (pattern.charAt(end) == '\\' ? 2 : 1);
            }
            return Math.min(end + 1, pattern.length());
        }

        /** A class, one instruction, or a quotation, one for each character. */
        private void opaque(int end) {
            boolean closed = pattern.charAt(end - 1) == ']' && pattern.charAt(at) == '[';
            atom(closed ? 1 : end - at);
            for (int i = at; i < end; i++) {
                long count = pattern.charAt(i) == '{' ? countAt(i) : -1;
                everything = count > 1 ? capped(everything * count * (end - at)) : everything;
            }
            at = end;
        }

        private void repeat() {
            long count = countAt(at);
            if (count < 0) {
                atom(1);
                at++;
                return;
            }
            last = capped(last * Math.max(1, count) + 1);
            at = pattern.indexOf('}', at) + 1;
        }

        /** How many copies {@code {n}}, {@code {n,}} or {@code {n,m}} makes; -1 when it is no repetition. */
        private long countAt(int brace) {
            int end = pattern.indexOf('}', brace);
            if (end < 0) {
                return -1;
            }
            long most = 0;
            long number = -1;
            for (int i = brace + 1; i < end; i++) {
                char c = pattern.charAt(i);
                if (c >= '0' && c <= '9') {
                    number = capped(Math.max(0, number) * 10 + (c - '0'));
                    most = Math.max(most, number);
                } else if (c == ',' && number >= 0) {
                    number = 0;
                } else {
                    return -1;
                }
            }
            return number < 0 ? -1 : most + 1;
        }

        private static long capped(long count) {
            return Math.min(count, COUNT_MAX);
        }
    }
}
