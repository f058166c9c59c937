package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.cli.client.HistoryStream;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.cli.client.ServerFailure;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.history.HistoryEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An execution that a server carries, while it happens: the server tells what does, and where the execution stands then is asked for. As long
 * as nothing is told, nothing is asked.
 */
final class RemoteFollowing implements Watched, AutoCloseable {
    /** In between what is told is gathered, and what is shown has its clock. */
    private static final Duration PAUSE = Duration.ofMillis(250);

    /** Before it is asked where an execution stands though nothing was told, or it could not be said. */
    private static final Duration LOOK_PAUSE = Duration.ofSeconds(1);

    private final ServerClient server;
    private final RemoteExecution execution;
    private final String option;
    private final HistoryStream stream;
    private final List<HistoryEntry> unshown = new ArrayList<>();
    private Account account;
    private long lookedNanos = System.nanoTime();
    private boolean lookFailed;

    private RemoteFollowing(ServerClient server, RemoteExecution execution, String option, HistoryStream stream) {
        this.server = server;
        this.execution = execution;
        this.option = option;
        this.stream = stream;
        this.account = execution.account();
    }

    /**
     * Begins to follow.
     *
     * @param option what commands need to find the same server again
     */
    static RemoteFollowing of(ServerClient server, RemoteExecution execution, String option) {
        return new RemoteFollowing(
                server, execution, option, new HistoryStream(server, execution.id(), HistoryStream.Patience.USUAL));
    }

    @Override
    public String id() {
        return execution.id();
    }

    @Override
    public String goOnWith() {
        return "capo watch " + id() + option;
    }

    @Override
    public String answerWith(String signal) {
        return "\"capo signal " + id() + " " + Shell.word(signal) + option + "\" answers";
    }

    /** What comes after a silence is told at once; what comes in streams, as often as somebody can read. */
    @Override
    public void pause() throws InterruptedException {
        if (unshown.isEmpty()) {
            unshown.addAll(stream.next(PAUSE));
        }
        long rest = lookedNanos + (lookFailed ? LOOK_PAUSE : PAUSE).toNanos() - System.nanoTime();
        if (rest > 0 && (!unshown.isEmpty() || isStale())) {
            TimeUnit.NANOSECONDS.sleep(rest);
        }
    }

    @Override
    public List<HistoryEntry> news() throws InterruptedException {
        unshown.addAll(stream.next(Duration.ZERO));
        Optional<ServerFailure> trouble = stream.trouble();
        if (trouble.isPresent()) {
            throw away(trouble.get());
        }
        if (!unshown.isEmpty() || isStale()) {
            look();
        }
        List<HistoryEntry> news = List.copyOf(unshown);
        unshown.clear();
        return news;
    }

    /** That an agent was found for an attempt is in no history. */
    private boolean isStale() {
        boolean queued = account.view().tasks().stream().anyMatch(task -> task.status() == TaskStatus.QUEUED);
        return execution.isBehind()
                || (stream.isOver() && !account.hasEnded())
                || (queued && System.nanoTime() - lookedNanos > LOOK_PAUSE.toNanos());
    }

    private void look() throws InterruptedException {
        lookedNanos = System.nanoTime();
        lookFailed = true;
        try {
            execution.look();
        } catch (ServerFailure.Unreachable e) {
            throw away(e);
        } catch (ServerFailure.Refused e) {
            throw e.isForNow() ? away(e) : e;
        }
        lookFailed = false;
        unshown.forEach(execution::add);
        account = execution.account();
        // It may have been begun anew between the end that was told and the end that was seen.
        stream.askAgain();
    }

    private static Away away(ServerFailure failure) {
        String safe = failure instanceof ServerFailure.Unreachable ? "; what it has accepted is safe" : "";
        return new Away(failure.getMessage() + safe, failure);
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public boolean isOver() {
        return stream.isOver() && account.hasEnded();
    }

    @Override
    public void signal(String name, JsonNode payload) throws InterruptedException {
        try {
            server.post(
                    "/api/v1/executions/%s/signals/%s"
                            .formatted(ServerClient.encoded(id()), ServerClient.encoded(name)),
                    payload);
        } catch (ServerFailure e) {
            throw new Away(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Optional<JsonNode> output() {
        return execution.output();
    }

    @Override
    public void close() {
        stream.close();
    }
}
