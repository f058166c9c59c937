package dev.capocomico.cli;

import java.io.PrintStream;
import java.util.List;

/** Lines on a terminal that are drawn again in the place where they are. For one thread. */
final class Drawing {
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final String CLEAR_LINE_END = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    private final Terminal.Screen screen;
    private List<String> drawn = List.of();

    Drawing(Terminal terminal) {
        this.out = terminal.err();
        this.screen = terminal.screen();
    }

    /** In one go, so that no half frame is seen. */
    void draw(List<String> lines) {
        StringBuilder frame = new StringBuilder(HIDE_CURSOR);
        int up = rowsTaken();
        if (up > 0) {
            frame.append("\u001b[").append(up).append("A\r");
        }
        for (String line : lines) {
            frame.append(line).append(CLEAR_LINE_END).append('\n');
        }
        frame.append(CLEAR_BELOW);
        out.print(frame);
        out.flush();
        drawn = List.copyOf(lines);
    }

    /** What was drawn stays; what is drawn next comes below. */
    void leave() {
        drawn = List.of();
        out.print(SHOW_CURSOR);
        out.flush();
    }

    /** A window that became narrower has folded what was drawn before. */
    private int rowsTaken() {
        int columns = screen.size().columns();
        return drawn.stream()
                .mapToInt(line -> Math.max(1, Math.ceilDiv(Plain.width(withoutColours(line)), columns)))
                .sum();
    }

    private static String withoutColours(String line) {
        return line.replaceAll("\u001b\\[[0-9;]*m", "");
    }
}
