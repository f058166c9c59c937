package dev.capocomico.cli.graph;

import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** A heading, a drawing that suits the graph's size and the screen's width, and a legend of what is in it. */
final class TextPicture {
    private static final int BOX_TASKS_MAX = 16;
    private static final int BOX_ROWS_MAX = 50;
    private static final int ROWS_MAX = 60;
    private static final int[] FOLDED_ROWS = {40, 24, 12, 6, 1};

    private final Plan plan;
    private final GraphStyle style;
    private final StringBuilder text = new StringBuilder();

    private TextPicture(Plan plan, GraphStyle style) {
        this.plan = plan;
        this.style = style;
    }

    static String of(Plan plan, GraphStyle style) {
        return new TextPicture(plan, style).draw();
    }

    private String draw() {
        heading();
        Scene scene = null;
        Canvas drawing = null;
        boolean rails = true;
        if (plan.size() <= ROWS_MAX) {
            scene = Scene.ofTasks(plan);
            drawing = plan.size() <= BOX_TASKS_MAX ? BoxDrawing.of(scene, style.columns()) : null;
            rails = drawing == null || drawing.rows() > BOX_ROWS_MAX;
            if (rails) {
                drawing = RailDrawing.of(scene, style.columns(), false);
            }
        }
        for (int i = 0; drawing == null && i < FOLDED_ROWS.length; i++) {
            scene = Scene.folded(plan, FOLDED_ROWS[i], FOLDED_ROWS[i]);
            drawing = RailDrawing.of(scene, style.columns(), i + 1 == FOLDED_ROWS.length);
        }
        if (scene == null || drawing == null) {
            throw new IllegalStateException("the last way to draw takes any graph");
        }
        line("", Ink.PLAIN);
        for (int row = 0; row < drawing.rows(); row++) {
            text.append(drawing.row(row, style)).append('\n');
        }
        legend(scene, rails);
        return text.toString();
    }

    private void heading() {
        String title = Wording.title(plan.definition());
        wrapped(title, Ink.TITLE, Wording.figures(plan));
    }

    private void legend(Scene scene, boolean rails) {
        List<String> legend = new ArrayList<>();
        if (plan.size() > 1) {
            legend.add(rails ? "● ◆ critical path" : "● critical path");
        }
        if (rails) {
            legend.add("◇ ◆ depends on nothing");
            legend.add("on the left the level");
        }
        if (scene.folded()) {
            legend.add("×n a family of n tasks that are alike");
        }
        if (scene.figures().stream()
                .anyMatch(figure -> figure.size() > 1 && !figure.time().isEmpty())) {
            legend.add("≤ the longest of them");
        }
        if (!legend.isEmpty()) {
            line("", Ink.PLAIN);
            wrapped("", Ink.FAINT, legend);
        }
    }

    /** Phrases with a dot between them, in as many lines as it takes. */
    private void wrapped(String first, Ink firstInk, List<String> more) {
        StringBuilder plain = new StringBuilder(first);
        int firstLength = first.length();
        for (String phrase : more) {
            int width = TerminalText.width(plain.toString());
            if (width > 0 && width + 3 + TerminalText.width(phrase) > style.columns()) {
                flush(plain, firstLength, firstInk);
                firstLength = 0;
                plain.append("  ").append(phrase);
            } else {
                plain.append(plain.isEmpty() ? "" : " · ").append(phrase);
            }
        }
        flush(plain, firstLength, firstInk);
    }

    private void flush(StringBuilder plain, int firstLength, Ink firstInk) {
        Canvas line = new Canvas(1, style.columns());
        line.text(0, 0, plain.toString(), Ink.FAINT);
        if (firstLength > 0) {
            line.text(0, 0, plain.substring(0, firstLength), firstInk);
        }
        text.append(line.row(0, style)).append('\n');
        plain.setLength(0);
    }

    private void line(String content, Ink ink) {
        Canvas line = new Canvas(1, style.columns());
        line.text(0, 0, content, ink);
        text.append(line.row(0, style)).append('\n');
    }
}
