package dev.capocomico.model.history;

import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.plan.Plan;
import org.jspecify.annotations.Nullable;

/** An entry while what is known of it is gathered. Lives no longer than that. */
final class EntryDraft {
    final HistoryEvent event;

    @Nullable Integer task;

    @Nullable Integer element;

    @Nullable Integer attempt;

    @Nullable String agent;

    @Nullable Usage usage;

    @Nullable Failure cause;

    @Nullable String by;

    @Nullable Long nextAtMillis;

    @Nullable Long untilMillis;

    @Nullable Long sinceMillis;

    @Nullable String name;

    int count;

    private EntryDraft(HistoryEvent event) {
        this.event = event;
    }

    static EntryDraft of(HistoryEvent event) {
        return new EntryDraft(event);
    }

    EntryDraft task(int index) {
        task = index;
        return this;
    }

    EntryDraft element(int index) {
        element = index;
        return this;
    }

    /** 0 is none. */
    EntryDraft attempt(int number) {
        attempt = number == 0 ? null : number;
        return this;
    }

    EntryDraft agent(@Nullable String who) {
        agent = who;
        return this;
    }

    /** Nothing is left out. */
    EntryDraft usage(Usage used) {
        usage = used.equals(Usage.NONE) ? null : used;
        return this;
    }

    EntryDraft cause(@Nullable Failure why) {
        cause = why;
        return this;
    }

    EntryDraft by(@Nullable String who) {
        by = who;
        return this;
    }

    EntryDraft next(long atMillis) {
        nextAtMillis = atMillis;
        return this;
    }

    /** When a wait is over at the latest, or a sleep. */
    EntryDraft until(long atMillis) {
        untilMillis = atMillis == ExecutionState.NEVER ? null : atMillis;
        return this;
    }

    EntryDraft since(long atMillis) {
        sinceMillis = atMillis;
        return this;
    }

    /** Of a signal. */
    EntryDraft name(@Nullable String given) {
        name = given;
        return this;
    }

    EntryDraft count(int elements) {
        count = elements;
        return this;
    }

    HistoryEntry entry(Step step, Plan plan, Sentences sentences) {
        return new HistoryEntry(
                step.number(),
                step.atMillis(),
                event,
                task == null ? null : plan.graph().id(task),
                element,
                attempt,
                agent,
                usage,
                cause,
                by,
                nextAtMillis,
                sentences.of(this, step.atMillis()));
    }
}
