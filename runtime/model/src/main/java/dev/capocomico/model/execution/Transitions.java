package dev.capocomico.model.execution;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What each command may do where an execution stands: the whole of it, as data. A cell says whether the command is looked at at
 * all, is answered as done already, or is refused; what then follows is decided elsewhere.
 */
public final class Transitions {
    /** Where an execution stands, as far as commands are concerned. */
    public enum Standing {
        NEW,
        RUNNING,
        PAUSED,
        ENDING,
        PAUSED_ENDING,
        COMPENSATING,
        PAUSED_COMPENSATING,
        COMPLETED,
        /** Ended without success. */
        BROKEN
    }

    /** A command without what it carries. */
    public enum Ask {
        START,
        REPORT,
        TICK,
        OFFER_EVENT,
        SIGNAL,
        PAUSE,
        RESUME,
        CANCEL,
        CANCEL_TASK,
        RETRY
    }

    /** What becomes of the command. */
    public enum Verdict {
        /** It is decided by the rules. */
        DECIDE,
        /** What it asks for is so already, or does not matter any more: it is answered, and changes nothing. */
        DONE,
        NOT_FOUND,
        ENDED,
        WRONG_STATE
    }

    private static final Map<Ask, Map<Standing, Verdict>> TABLE = new EnumMap<>(Ask.class);

    static {
        // The order of columns is that of Standing.
        row(
                Ask.START,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE);
        row(
                Ask.REPORT,
                Verdict.NOT_FOUND,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE);
        row(
                Ask.TICK,
                Verdict.DONE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DONE,
                Verdict.DONE);
        row(
                Ask.OFFER_EVENT,
                Verdict.NOT_FOUND,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DONE,
                Verdict.DONE,
                Verdict.DONE,
                Verdict.DONE,
                Verdict.DONE,
                Verdict.DONE);
        row(
                Ask.SIGNAL,
                Verdict.NOT_FOUND,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.ENDED,
                Verdict.ENDED);
        row(
                Ask.PAUSE,
                Verdict.NOT_FOUND,
                Verdict.DECIDE,
                Verdict.DONE,
                Verdict.DECIDE,
                Verdict.DONE,
                Verdict.DECIDE,
                Verdict.DONE,
                Verdict.ENDED,
                Verdict.ENDED);
        row(
                Ask.RESUME,
                Verdict.NOT_FOUND,
                Verdict.DONE,
                Verdict.DECIDE,
                Verdict.DONE,
                Verdict.DECIDE,
                Verdict.DONE,
                Verdict.DECIDE,
                Verdict.ENDED,
                Verdict.ENDED);
        row(
                Ask.CANCEL,
                Verdict.NOT_FOUND,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.WRONG_STATE,
                Verdict.WRONG_STATE,
                Verdict.ENDED,
                Verdict.ENDED);
        row(
                Ask.CANCEL_TASK,
                Verdict.NOT_FOUND,
                Verdict.DECIDE,
                Verdict.DECIDE,
                Verdict.WRONG_STATE,
                Verdict.WRONG_STATE,
                Verdict.WRONG_STATE,
                Verdict.WRONG_STATE,
                Verdict.ENDED,
                Verdict.ENDED);
        row(
                Ask.RETRY,
                Verdict.NOT_FOUND,
                Verdict.WRONG_STATE,
                Verdict.WRONG_STATE,
                Verdict.WRONG_STATE,
                Verdict.WRONG_STATE,
                Verdict.WRONG_STATE,
                Verdict.WRONG_STATE,
                Verdict.WRONG_STATE,
                Verdict.DECIDE);
    }

    private Transitions() {}

    public static Verdict verdict(Standing standing, Ask ask) {
        return Objects.requireNonNull(Objects.requireNonNull(TABLE.get(ask)).get(standing));
    }

    private static void row(Ask ask, Verdict... cells) {
        Map<Standing, Verdict> row = new EnumMap<>(Standing.class);
        Iterator<Verdict> verdicts = List.of(cells).iterator();
        for (Standing standing : Standing.values()) {
            row.put(standing, verdicts.next());
        }
        TABLE.put(ask, Collections.unmodifiableMap(row));
    }
}
