package dev.capocomico;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.ValueLostException;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.ExecutionView;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a workflow. Only a name for it: the execution lives on when nobody has a handle, and in the next start of the
 * program. Methods that change something return when the change is in the journal. Thread-safe.
 */
public final class Execution {
    /** Who waits long asks again so often, so that a lost answer costs no more. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

    private final Node node;
    private final StepLog history;
    private final String id;

    Execution(Node node, StepLog history, String id) {
        this.node = node;
        this.history = history;
        this.id = id;
    }

    public String id() {
        return id;
    }

    /**
     * Waits for the end.
     *
     * @return the output
     * @throws ExecutionFailed if it ended without completing
     * @throws HistoryRemoved if it completed so long ago that its output, which was large, was removed
     * @throws TimeoutException if it has not ended in this time; it goes on
     */
    public JsonNode await(Duration atMost) throws TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException("execution \"" + id + "\" has not ended within " + atMost);
            }
            Duration patience = Duration.ofNanos(Math.min(left, ASK_AGAIN.toNanos()));
            if (node.askOnce(id, ExecutionMessage.AwaitEnd::new, patience).orElse(null)
                    instanceof ExecutionAnswer.Ended ended) {
                return output(ended);
            }
        }
    }

    private JsonNode output(ExecutionAnswer.Ended ended) {
        if (ended.ending().kind() != Ending.Kind.COMPLETED) {
            throw new ExecutionFailed(id, ended.ending(), ended.task());
        }
        JsonNode output = ended.output();
        if (output == null) {
            throw outputRemoved();
        }
        try {
            return node.whole(id, output);
        } catch (ValueLostException e) {
            throw outputRemoved();
        } catch (StoreException e) {
            throw new Unavailable("the output of execution \"" + id + "\" cannot be read: " + e.getMessage(), e);
        }
    }

    private HistoryRemoved outputRemoved() {
        return new HistoryRemoved(id, ExecutionStatus.COMPLETED, "its output, which was large, went");
    }

    public ExecutionStatus status() throws InterruptedException {
        return node.status(id);
    }

    /** Where it stands now, and its tasks. */
    public ExecutionView view() throws InterruptedException {
        ExecutionAnswer.Standing standing = node.look(id);
        return ExecutionView.of(standing.plan(), standing.state(), standing.working()::contains);
    }

    /** Begins to follow the execution: first comes what has happened so far. */
    public Following follow() throws InterruptedException {
        return new Following(node, history, id, node.look(id).plan());
    }

    /**
     * Answers a {@code wait_for}. Sent twice it counts twice.
     *
     * @throws IllegalArgumentException if the payload is larger than 8 MiB as JSON, or is otherwise beyond what values may be
     */
    public void signal(String name, @Nullable Object payload) throws InterruptedException {
        signal(name, payload, null);
    }

    /**
     * Answers a {@code wait_for}.
     *
     * @param idempotencyKey a signal with a key that came before changes nothing
     * @throws IllegalArgumentException if the payload is larger than 8 MiB as JSON, or is otherwise beyond what values may be
     */
    public void signal(String name, @Nullable Object payload, @Nullable String idempotencyKey)
            throws InterruptedException {
        Words.name("the name of a signal", name);
        if (idempotencyKey != null) {
            Words.name("an idempotency key", idempotencyKey);
        }
        JsonNode json = Json.bounded("the payload of the signal \"" + name + "\"", payload);
        command(new ExecutionCommand.Signal(node.now(), name, json, idempotencyKey, null));
    }

    /** What runs may end and is recorded; nothing new starts until {@link #resume}. */
    public void pause() throws InterruptedException {
        command(new ExecutionCommand.Pause(node.now(), null));
    }

    public void resume() throws InterruptedException {
        command(new ExecutionCommand.Resume(node.now(), null));
    }

    /** Ends it: what runs is told to stop, and what was done is compensated if the workflow says so. */
    public void cancel(String reason) throws InterruptedException {
        command(new ExecutionCommand.Cancel(node.now(), reason, null));
    }

    /** Goes on with an execution that has failed; what succeeded stays. */
    public void retry() throws InterruptedException {
        command(new ExecutionCommand.Retry(node.now(), false, null));
    }

    /**
     * Lets it be recovered again, after that had failed and what was wrong is mended. Until then everything but {@link #cancel} is refused
     * as {@code QUARANTINED}.
     *
     * @throws CommandRefused as {@code WRONG_STATE} if it is not quarantined, as {@code QUARANTINED} if it still cannot be recovered
     */
    public void release() throws InterruptedException {
        node.ask(id, ExecutionMessage.Release::new);
    }

    private void command(ExecutionCommand command) throws InterruptedException {
        node.ask(id, replyTo -> new ExecutionMessage.Ask(command, replyTo));
    }
}
