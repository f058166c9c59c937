package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.CommandRefused;
import dev.capocomico.Execution;
import dev.capocomico.ExecutionFailed;
import dev.capocomico.Following;
import dev.capocomico.Unavailable;
import dev.capocomico.model.history.HistoryEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One that the node of this program carries. */
final class LocalExecution implements Watched {
    private static final int PAUSE_MILLIS = 100;
    private static final Duration OUTPUT_PATIENCE = Duration.ofSeconds(30);

    private final Execution execution;
    private final String resumeCommand;
    private final Following following;

    LocalExecution(Execution execution, String resumeCommand) throws InterruptedException {
        this.execution = execution;
        this.resumeCommand = resumeCommand;
        this.following = execution.follow();
    }

    @Override
    public String id() {
        return execution.id();
    }

    /** To ask costs nothing where the execution lives. */
    @Override
    public void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }

    @Override
    public String goOnWith() {
        return resumeCommand;
    }

    @Override
    public String answerWith(String signal) {
        return "in a terminal, \"" + resumeCommand + "\" asks";
    }

    @Override
    public List<HistoryEntry> news() throws InterruptedException {
        try {
            return following.news();
        } catch (Unavailable e) {
            throw new Away("what was done is safe, but the database does not answer (%s)".formatted(e.getMessage()), e);
        }
    }

    @Override
    public Account account() {
        return Account.of(following.plan(), following.view(), following.chronicle());
    }

    @Override
    public boolean isOver() {
        return following.view().status().isEnd();
    }

    @Override
    public void signal(String name, JsonNode payload) throws InterruptedException {
        try {
            execution.signal(name, payload);
        } catch (CommandRefused | Unavailable e) {
            throw new Away(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Optional<JsonNode> output() throws InterruptedException {
        try {
            return Optional.of(execution.await(OUTPUT_PATIENCE));
        } catch (ExecutionFailed e) {
            return Optional.empty();
        } catch (TimeoutException e) {
            throw new IllegalStateException("an execution that has ended did not say how", e);
        }
    }
}
