package dev.capocomico.chaos;

/** Something that a checker found wrong with an execution. */
record Finding(Law law, String execution, String what) {
    enum Law {
        /** Rows are numbered from 1 without a gap, and begin with the start. */
        UNBROKEN_HISTORY,
        /** It ended once, as it would have if nothing had been killed. */
        EXPECTED_END,
        /** A piece of work is recorded as done once, and an agent has said so before. */
        DONE_ONCE,
        /** Each call was dispatched by a row that was committed before, and no attempt was called twice. */
        CALLED_AS_DISPATCHED,
        /** No call of a task began after its success was committed. */
        NOTHING_AFTER_SUCCESS,
        /** Everything that was done is undone once, in order, and always under one key. */
        UNDONE_ONCE,
        /** Nothing is dispatched while the execution is paused. */
        STILL_WHILE_PAUSED,
        /** A child begins when its parent has asked for it, is done for its parent when it has completed, and ends before its parent. */
        CHILD_OF_ITS_PARENT,
        /** An event that was taken had been published so, and no task takes two. */
        TAKEN_AS_PUBLISHED,
        /** After a retry a child is done for its parent when it began after it. */
        NEW_CHILD_AFTER_RETRY,
        /** What was published for an execution after it had begun, and before its wait was over, was taken. */
        NO_EVENT_MISSED,
        /** After a first loss of which nobody knows, an attempt counts as lost only if its agent had begun. */
        ONLY_WHAT_BEGAN_IS_LOST,
        /** A node that stops in order loses nothing but what its agents could not end in time. */
        PLANNED_STOP_LOSES_NOTHING,
        /** What was accepted is not refused when it is asked again. */
        REPEATED_AS_BEFORE,
        /** The table of executions says what the journal says. */
        LISTED_AS_IT_IS,
        /** What was acknowledged is there. */
        NOTHING_ACKNOWLEDGED_LOST
    }

    @Override
    public String toString() {
        return law + ": " + execution + ": " + what;
    }
}
