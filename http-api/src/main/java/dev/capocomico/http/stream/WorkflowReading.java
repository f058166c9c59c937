package dev.capocomico.http.stream;

import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.JournalTail;
import dev.capocomico.engine.store.JournalTail.Position;
import dev.capocomico.engine.store.JournalTail.StepPlace;
import dev.capocomico.engine.store.JournalTail.Steps;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.engine.store.WorkflowRuns.Which;
import dev.capocomico.http.execution.ToldSteps;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.history.Chronicle;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to the executions of a workflow, as messages of its WebSocket, in the order in which it was committed. */
final class WorkflowReading implements Reading {
    private static final int STEPS_AT_A_TIME = 200;

    /** Those that went on last; of another the history is read again from its beginning. */
    private static final int EXECUTIONS_MAX = 256;

    private static final Logger LOG = LoggerFactory.getLogger(WorkflowReading.class);

    private final Journal journal;
    private final Which which;
    private final @Nullable String executionId;
    private final Map<ExecutionKey, Told> told = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<ExecutionKey> unreadable = new HashSet<>();
    private Position position;

    /**
     * What is read.
     *
     * @param workflowId by a version of the workflow
     */
    record Journal(JournalTail tail, StepLog log, Plans plans, Function<String, String> workflowId) {}

    WorkflowReading(Journal journal, Which which, @Nullable String executionId, Place after) {
        this.journal = journal;
        this.which = which;
        this.executionId = executionId;
        // The step at which somebody stands may hold more than he has.
        this.position = new Position(after.major(), after.minor() - 1);
    }

    @Override
    public List<Item> more() {
        List<Item> items = new ArrayList<>();
        Steps steps = journal.tail().steps(which, executionId, position, STEPS_AT_A_TIME);
        for (StepPlace step : steps.places()) {
            List<String> messages = messages(step);
            Place place =
                    new Place(step.position().transaction(), step.position().ordering(), 0);
            for (int index = 0; index < messages.size(); index++) {
                Place one = new Place(place.major(), place.minor(), index + 1);
                // The cursor is put in here, where it is known.
                items.add(new Item(one, messages.get(index).replace(SocketMessages.CURSOR, one.text())));
            }
            if (messages.isEmpty()) {
                items.add(new Item(place, ""));
            }
        }
        // Not only to the last step of this workflow: those of others behind it are not looked at again.
        position = steps.through();
        return items;
    }

    /** An execution that cannot be read says nothing, and those beside it go on. */
    private List<String> messages(StepPlace step) {
        if (unreadable.contains(step.key())) {
            return List.of();
        }
        try {
            return told(step).messages(step);
        } catch (UnreadableException e) {
            return passOver(step.key(), e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof UnreadableException cause) {
                return passOver(step.key(), cause);
            }
            throw e;
        }
    }

    private List<String> passOver(ExecutionKey key, UnreadableException why) {
        LOG.warn("execution {} is followed no more: {}", key, why.getMessage());
        told.remove(key);
        if (unreadable.size() < EXECUTIONS_MAX) {
            unreadable.add(key);
        }
        return List.of();
    }

    @Override
    public boolean passOver(Position from, Position to) {
        boolean hasReadSoFar = position.compareTo(from) >= 0;
        if (hasReadSoFar && position.compareTo(to) < 0) {
            position = to;
        }
        return hasReadSoFar;
    }

    @Override
    public boolean over() {
        return false;
    }

    private Told told(StepPlace step) {
        Told there = told.get(step.key());
        if (there == null) {
            Plan plan = journal.plans()
                    .load(step.key().tenant(), step.digest())
                    .toCompletableFuture()
                    .join();
            there = new Told(step.key(), plan, journal.workflowId().apply(step.version()));
            told.put(step.key(), there);
            if (told.size() > EXECUTIONS_MAX) {
                told.remove(told.keySet().iterator().next());
            }
        }
        return there;
    }

    /** One execution, as far as it was read; that may be further than it was told. */
    private final class Told {
        private final ExecutionKey key;
        private final Chronicle chronicle;
        private final SocketMessages messages;
        private final Map<Long, List<String>> ahead = new HashMap<>();
        private @Nullable ExecutionStatus status;

        Told(ExecutionKey key, Plan plan, String workflowId) {
            this.key = key;
            this.chronicle = new Chronicle(plan);
            this.messages = new SocketMessages(workflowId, key.id());
        }

        List<String> messages(StepPlace place) {
            while (chronicle.state().steps() < place.number()) {
                List<Step> steps = journal.log().read(key, chronicle.state().steps(), STEPS_AT_A_TIME);
                if (steps.isEmpty()) {
                    break; // It was removed in the meantime.
                }
                for (Step step : steps) {
                    List<HistoryEntry> entries = ToldSteps.add(chronicle, key, step);
                    ExecutionStatus now = chronicle.state().status();
                    if (step.number() >= place.number()) {
                        ahead.put(step.number(), messages.of(entries, status, now));
                    }
                    status = now;
                }
            }
            List<String> found = ahead.remove(place.number());
            return found == null ? List.of() : found;
        }
    }
}
