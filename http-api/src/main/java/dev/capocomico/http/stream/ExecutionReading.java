package dev.capocomico.http.stream;

import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.http.execution.ToldSteps;
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
    private final Plan plan;
    private Chronicle chronicle;
    /** The last step that was told. */
    private long told;
    /** Whether a step made no sense, after which the chronicle is of no use. */
    private boolean broken;

    ExecutionReading(StepLog log, ExecutionKey key, Plan plan) {
        this.log = log;
        this.key = key;
        this.plan = plan;
        this.chronicle = new Chronicle(plan);
    }

    /** What cannot be told is waited for, as the execution itself waits until that is mended: it is tried again at the next news. */
    @Override
    public List<Item> more() {
        List<Item> items = new ArrayList<>();
        try {
            if (broken) {
                begin();
            }
            for (Step step : log.read(key, chronicle.state().steps(), STEPS_AT_A_TIME)) {
                items.addAll(items(step));
                told = step.number();
            }
        } catch (UnreadableException e) {
            // What could be told is told.
        }
        return items;
    }

    /** A new chronicle comes to where the one before was, and tells nothing meanwhile. */
    private void begin() {
        chronicle = new Chronicle(plan);
        broken = false;
        while (chronicle.state().steps() < told) {
            long after = chronicle.state().steps();
            int limit = (int) Math.min(STEPS_AT_A_TIME, told - after);
            List<Step> steps = log.read(key, after, limit);
            if (steps.isEmpty()) {
                throw new UnreadableException("the history of execution " + key.id() + " has become shorter", null);
            }
            steps.forEach(this::add);
        }
    }

    private List<HistoryEntry> add(Step step) {
        broken = true;
        List<HistoryEntry> entries = ToldSteps.add(chronicle, key, step);
        broken = false;
        return entries;
    }

    private List<Item> items(Step step) {
        List<Item> items = new ArrayList<>();
        int index = 0;
        for (HistoryEntry entry : add(step)) {
            Place place = new Place(0, entry.seq(), ++index);
            items.add(new Item(place, text(place, entry)));
        }
        if (index == 0) {
            // Nobody is told, but who stands here has missed nothing.
            items.add(new Item(new Place(0, step.number(), 0), ""));
        }
        return items;
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
