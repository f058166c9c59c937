package dev.capocomico.cli;

import dev.capocomico.cli.Look.Tone;
import dev.capocomico.language.problem.Excerpt;
import dev.capocomico.language.problem.Problem;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.plan.Plan;
import java.io.PrintStream;

/** What a check found, for people: a line for a good file, and for a bad one its problems with the lines they are in. */
final class TextReport {
    private static final String MARGIN = "      ";

    private final Terminal terminal;
    private final PrintStream out;
    private final Look look;

    TextReport(Terminal terminal) {
        this.terminal = terminal;
        this.out = terminal.out();
        this.look = terminal.look();
    }

    void print(Checked checked) {
        switch (checked) {
            case Checked.Valid valid ->
                out.println(plain(valid.file()) + ": " + look.paint(Tone.GOOD, "valid") + "  " + summary(valid.plan()));
            case Checked.Invalid invalid -> {
                invalid.problems().forEach(this::print);
                out.println(plain(invalid.file()) + ": "
                        + look.paint(Tone.BAD, count(invalid.problems().size(), "error")));
            }
            // Not about what is in a document, but about how the command was used.
            case Checked.Unreadable unreadable -> terminal.complain(unreadable.file() + ": " + unreadable.why());
        }
    }

    private static String summary(Plan plan) {
        Definition definition = plan.definition();
        return definition.name() + " " + definition.version() + ", " + count(plan.size(), "task") + " in "
                + count(plan.levelCount(), "level") + ", critical path " + CriticalPath.of(plan);
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private void print(Problem problem) {
        String place = plain(problem.place().file()) + ":" + problem.place().line() + ":"
                + problem.place().column() + ":";
        out.println(look.paint(Tone.PLACE, place) + " "
                + look.paint(Tone.BAD, problem.code().name()) + ": " + plain(problem.message()));
        print(problem.place().line(), problem.excerpt());
        out.println(MARGIN + look.paint(Tone.MARGIN, "=") + " " + look.paint(Tone.HINT, plain(problem.hint())));
    }

    private void print(int line, Excerpt excerpt) {
        String number = String.format("%" + (MARGIN.length() - 1) + "d ", line);
        int room = look.columns() - number.length() - 2;
        Clipping clipping = Clipping.of(excerpt.line(), excerpt.caretColumn(), excerpt.caretLength(), room, look);
        String bar = look.paint(Tone.MARGIN, "|");
        out.println(look.paint(Tone.MARGIN, number) + bar + " " + clipping.text());
        out.println(" ".repeat(number.length()) + bar + " " + look.paint(Tone.BAD, clipping.carets()));
    }

    private String plain(String text) {
        return Plain.text(text, look);
    }
}
