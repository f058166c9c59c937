package dev.capocomico;

import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionView;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.history.Chronicle;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One execution as it happens: what comes is read from the journal, so it is durable when it is told, and comes in order and once.
 * To be asked several times a second at most; for one thread.
 */
public final class Following {
    private static final int STEPS_MAX = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration READ_AGE_MAX = Duration.ofSeconds(2);

    private final Node node;
    private final StepLog journal;
    private final String id;
    private final Plan plan;
    private final Chronicle chronicle;
    private Set<AttemptKey> working = Set.of();
    private long readAtNanos;

    Following(Node node, StepLog journal, String id, Plan plan) {
        this.node = node;
        this.journal = journal;
        this.id = id;
        this.plan = plan;
        this.chronicle = new Chronicle(plan);
        this.readAtNanos = System.nanoTime();
    }

    public Plan plan() {
        return plan;
    }

    /**
     * What has happened since the last call; nothing when nothing has.
     *
     * @throws Unavailable if the node or the database cannot be asked; nothing is left out in the next call
     */
    public List<HistoryEntry> news() throws InterruptedException {
        ExecutionAnswer.Standing now = look();
        List<HistoryEntry> news = new ArrayList<>();
        // The journal costs a query, what the node remembers costs nothing: mostly there is no news. But a node learns
        // late that its
        // database is gone, so it is asked now and then all the same.
        boolean asks = System.nanoTime() - readAtNanos > READ_AGE_MAX.toNanos();
        while (asks || chronicle.state().steps() < now.state().steps()) {
            asks = false;
            List<Step> steps = read();
            if (steps.isEmpty()) {
                break;
            }
            steps.forEach(step -> news.addAll(chronicle.add(step)));
        }
        working = now.working();
        return news;
    }

    /** An execution that must first be read back answers late, and not at all while the database is away. */
    private ExecutionAnswer.Standing look() throws InterruptedException {
        if (node.askOnce(id, ExecutionMessage.Look::new, PATIENCE).orElse(null)
                instanceof ExecutionAnswer.Standing standing) {
            return standing;
        }
        read();
        throw new Unavailable("the execution does not answer", null);
    }

    private List<Step> read() {
        try {
            readAtNanos = System.nanoTime();
            return journal.read(
                    new ExecutionKey(node.tenant(), id), chronicle.state().steps(), STEPS_MAX);
        } catch (RuntimeException e) {
            throw new Unavailable(String.valueOf(e.getMessage()), e);
        }
    }

    /** Where it stands after the last {@link #news}. */
    public ExecutionView view() {
        return ExecutionView.of(plan, chronicle.state(), working::contains);
    }

    /** All that was told so far, in short. */
    public Chronicle chronicle() {
        return chronicle;
    }
}
