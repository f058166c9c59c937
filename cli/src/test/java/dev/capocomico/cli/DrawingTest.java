package dev.capocomico.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is left on the screen after lines were drawn over each other; a small terminal plays its part. */
class DrawingTest {
    private static final Pattern PIECE = Pattern.compile("\u001b\\[([?0-9;]*)([A-Za-z])|\n|\r|[^\u001b\n\r]+");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private int columns = 80;

    private final Drawing drawing = new Drawing(new Terminal(
            InputStream.nullInputStream(),
            err,
            err,
            Stage.COLOURED,
            Stage.COLOURED,
            new Terminal.Screen() {
                @Override
                public boolean isDrawnOn() {
                    return true;
                }

                @Override
                public boolean answers() {
                    return false;
                }

                @Override
                public Terminal.Size size() {
                    return new Terminal.Size(columns, 24);
                }
            },
            Path.of(""),
            Map.of()));

    /** Lines on the screen, for what {@link Drawing} writes: text, up, clear to the right, clear below. */
    private List<String> screen() {
        List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
        int row = 0;
        int column = 0;
        Matcher pieces = PIECE.matcher(bytes.toString(StandardCharsets.UTF_8));
        while (pieces.find()) {
            String piece = pieces.group();
            if (piece.equals("\n")) {
                row++;
                column = 0;
                if (row == rows.size()) {
                    rows.add(new StringBuilder());
                }
            } else if (piece.equals("\r")) {
                column = 0;
            } else if (pieces.group(2) == null) {
                StringBuilder line = rows.get(row);
                line.replace(column, Math.min(line.length(), column + piece.length()), piece);
                column += piece.length();
            } else if (pieces.group(2).equals("A")) {
                row -= Integer.parseInt(pieces.group(1));
                assertThat(row).as("the top of the screen").isNotNegative();
            } else if (pieces.group(2).equals("K")) {
                rows.get(row).setLength(column);
            } else if (pieces.group(2).equals("J")) {
                rows.get(row).setLength(column);
                rows.subList(row + 1, rows.size()).clear();
            }
        }
        return rows.stream().map(StringBuilder::toString).toList();
    }

    @Test
    void a_frame_takes_the_place_of_the_one_before_whatever_their_lengths() {
        err.println("before");
        drawing.draw(List.of("one", "two", "three"));
        drawing.draw(List.of("a long first line", "2"));
        drawing.draw(List.of("1", "2", "3", "4"));
        assertThat(screen()).containsExactly("before", "1", "2", "3", "4", "");
        drawing.draw(List.of());
        assertThat(screen()).containsExactly("before", "");
    }

    @Test
    void what_was_left_stays_and_the_cursor_comes_back() {
        drawing.draw(List.of("one", "two"));
        drawing.leave();
        drawing.draw(List.of("three"));
        drawing.leave();
        assertThat(screen()).containsExactly("one", "two", "three", "");
        assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("\u001b[?25h");
    }

    @Test
    void lines_that_a_narrower_window_has_folded_are_drawn_over_as_well() {
        drawing.draw(List.of("x".repeat(70), "y"));
        columns = 40;
        bytes.reset();
        drawing.draw(List.of("z"));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\u001b[3A");
    }
}
