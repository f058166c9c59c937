package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.chaos.Finding.Law;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The executions that one has begun, by what they say themselves in their first rows. */
final class Children {
    private final History parent;
    private final List<History> all;

    Children(History parent, Map<String, History> histories) {
        this.parent = parent;
        this.all = histories.values().stream()
                .filter(history -> history.parent().path(0).asText().equals(parent.execution()))
                .toList();
    }

    /** Whether the work of this task is done by children. Their ids begin with those of their parent and its task. */
    boolean work(String task) {
        return all.stream().anyMatch(child -> child.execution().startsWith(parent.execution() + ":" + task + ":"));
    }

    void check(Work work, Acknowledged.Finder finder) {
        for (History child : all) {
            long began = child.rows().getFirst().committedMicros();
            if (work.dispatches.stream()
                    .noneMatch(dispatch -> does(child, dispatch.piece()) && dispatch.committedMicros() <= began)) {
                find(finder, "no row was committed before that asks for " + child.execution());
            }
            long ended = child.rows().getLast().committedMicros();
            if (parent.ended() && parent.rows().getLast().committedMicros() < ended) {
                find(finder, "it ended before " + child.execution());
            }
        }
        checkAfterRetry(work, finder);
        parent.facts().stream().filter(fact -> fact.is("succeeded")).forEach(fact -> {
            Work.Piece piece = pieceDoneBy(work, fact);
            if (work(piece.task()) && all.stream().noneMatch(child -> does(child, piece) && hasSaid(child, fact))) {
                find(finder, "row %d records what no child has come to: %s".formatted(fact.row(), piece));
            }
        });
    }

    /** What is done again is done by somebody who began after the retry, and not by one who had ended before. */
    private void checkAfterRetry(Work work, Acknowledged.Finder finder) {
        long retriedMicros = 0;
        for (History.Fact fact : parent.facts()) {
            if (fact.is("retried")) {
                retriedMicros = fact.committedMicros();
            } else if (fact.is("succeeded") && retriedMicros > 0) {
                Work.Piece piece = pieceDoneBy(work, fact);
                long since = retriedMicros;
                if (work(piece.task())
                        && all.stream()
                                .noneMatch(child -> does(child, piece)
                                        && hasSaid(child, fact)
                                        && child.rows().getFirst().committedMicros() >= since)) {
                    finder.find(
                            Law.NEW_CHILD_AFTER_RETRY,
                            parent.execution(),
                            "row %d records what no child has come to that began after the retry: %s"
                                    .formatted(fact.row(), piece));
                }
            }
        }
    }

    private static Work.Piece pieceDoneBy(Work work, History.Fact succeeded) {
        return work.done.stream()
                .filter(done -> done.fact().equals(succeeded))
                .findFirst()
                .orElseThrow()
                .piece();
    }

    private static boolean hasSaid(History child, History.Fact succeeded) {
        JsonNode output = succeeded.field(1);
        return child.end().stream()
                .anyMatch(end -> end.field(0).path(0).asText().equals("completed")
                        && end.field(1).path(0).toString().equals(output.toString())
                        && end.committedMicros() <= succeeded.committedMicros());
    }

    /** A child that follows one which failed has the number of the retry behind the key of the work. */
    private boolean does(History child, Work.Piece piece) {
        String id = piece.key(parent.execution()).replace('/', ':');
        return child.execution().matches(Pattern.quote(id) + "(:[0-9]+)?");
    }

    private void find(Acknowledged.Finder finder, String what) {
        finder.find(Law.CHILD_OF_ITS_PARENT, parent.execution(), what);
    }
}
