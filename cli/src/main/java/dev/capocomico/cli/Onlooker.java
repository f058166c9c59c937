package dev.capocomico.cli;

import dev.capocomico.cli.Look.Tone;
import dev.capocomico.model.history.Elapsed;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.history.HistoryEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows an execution while it happens. For one thread. */
sealed interface Onlooker {
    /** Shows where the execution stands now, and what has happened since the last time. */
    void show(Account account, List<HistoryEntry> news);

    /** The execution cannot be seen at the moment, for a reason that is a sentence. */
    void trouble(String why);

    /** What is printed next by others comes below what was shown. */
    void step();

    static Onlooker on(Terminal terminal, String executionId) {
        return terminal.screen().isDrawnOn() ? new Live(terminal, executionId) : new Lines(terminal);
    }

    /** Drawn again and again in its place. */
    final class Live implements Onlooker {
        /** Rows that belong to the line in which the shell goes on, and to a word about trouble. */
        private static final int ROWS_KEPT = 2;

        private final Terminal terminal;
        private final String executionId;
        private final Drawing drawing;
        private List<String> last = List.of();
        private int tick;

        private Live(Terminal terminal, String executionId) {
            this.terminal = terminal;
            this.executionId = executionId;
            this.drawing = new Drawing(terminal);
        }

        @Override
        public void show(Account account, List<HistoryEntry> news) {
            Terminal.Size size = terminal.screen().size();
            Look look = terminal.errorLook().wide(size.columns());
            last = new Frame(account, executionId, look)
                    .lines(System.currentTimeMillis(), size.rows() - ROWS_KEPT, tick++);
            drawing.draw(last);
        }

        @Override
        public void trouble(String why) {
            Look look = terminal.errorLook().wide(terminal.screen().size().columns());
            List<String> lines = new ArrayList<>(last);
            lines.add(look.paint(Tone.BAD, Text.clip("  " + why, look.columns() - 1, look)));
            drawing.draw(lines);
        }

        @Override
        public void step() {
            drawing.leave();
        }
    }

    /** A line for each thing that has happened. */
    final class Lines implements Onlooker {
        private final Terminal terminal;
        private @Nullable String trouble;

        private Lines(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public void show(Account account, List<HistoryEntry> news) {
            if (trouble != null) {
                trouble = null;
                terminal.err().println("capo: the execution can be seen again");
            }
            long startedAt = account.startedAtMillis();
            news.stream().filter(Lines::isNews).forEach(entry -> print(entry, startedAt));
            terminal.err().flush();
        }

        /** That a delay is over is seen by what begins then. */
        private static boolean isNews(HistoryEntry entry) {
            return entry.event() != HistoryEvent.DELAY_OVER && entry.event() != HistoryEvent.UNDO_DELAY_OVER;
        }

        private void print(HistoryEntry entry, long startedAt) {
            String elapsed = Elapsed.words(Math.max(0, entry.atMillis() - startedAt));
            terminal.err()
                    .println(" ".repeat(Math.max(0, 7 - elapsed.length())) + elapsed + "  "
                            + Plain.text(entry.sentence(), terminal.errorLook()));
        }

        @Override
        public void trouble(String why) {
            if (trouble == null) {
                terminal.complain(why);
                terminal.err().flush();
            }
            trouble = why;
        }

        @Override
        public void step() {}
    }
}
