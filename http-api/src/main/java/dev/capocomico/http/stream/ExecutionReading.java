package dev.capocomico.http.stream;

import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.history.Chronicle;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/** The history of one execution as server-sent events. What an entry says may depend on all before it, so it begins at the beginning. */
final class ExecutionReading implements Reading {
    private static final int STEPS_AT_A_TIME = 200;

    private final StepLog log;
    private final ExecutionKey key;
    private final Chronicle chronicle;

    ExecutionReading(StepLog log, ExecutionKey key, Plan plan) {
        this.log = log;
        this.key = key;
        this.chronicle = new Chronicle(plan);
    }

    @Override
    public List<Item> more() {
        List<Item> items = new ArrayList<>();
        for (Step step : following()) {
            int index = 0;
            for (HistoryEntry entry : chronicle.add(step)) {
                Place place = new Place(0, entry.seq(), ++index);
                items.add(new Item(place, text(place, entry)));
            }
            if (index == 0) {
                // Nobody is told, but who stands here has missed nothing.
                items.add(new Item(new Place(0, step.number(), 0), ""));
            }
        }
        return items;
    }

    /** What cannot be read is waited for, as the execution itself waits until that is mended. */
    private List<Step> following() {
        try {
            return log.read(key, chronicle.state().steps(), STEPS_AT_A_TIME);
        } catch (UnreadableException e) {
            return List.of();
        }
    }

    /** JSON has no line breaks outside of its texts, and writes those as {@code \n}. */
    private static String text(Place place, HistoryEntry entry) {
        return "id: %s\nevent: %s\ndata: %s\n\n"
                .formatted(place.text(), entry.event().wireName(), entry.toJson());
    }

    @Override
    public boolean over() {
        return chronicle.state().hasEnded();
    }
}
