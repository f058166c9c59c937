package dev.capocomico.cli.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.cli.client.EventParser.Event;
import dev.capocomico.model.execution.ValueLimits;
import dev.capocomico.model.history.HistoryEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The history of one execution, as its server tells it while it happens: each entry once and in order, whatever becomes of the connection or
 * of the server. Each entry comes with its place, and who comes again says the place of the last one that he has, so a step of
 * several entries may be cut between two of them. For one thread, which does all the work while it waits.
 */
public final class HistoryStream implements AutoCloseable {
    /** A server shows what it has accepted. */
    private static final ObjectMapper JSON = new ObjectMapper(
            JsonFactory.builder().streamReadConstraints(ValueLimits.stored()).build());

    private static final int DOUBLINGS_MAX = 16;

    private final ServerClient server;
    private final String path;
    private final Patience patience;
    private Line line = new Resting(System.nanoTime());
    private @Nullable String last;
    private @Nullable ServerFailure trouble;
    private int failures;

    /**
     * How long what is waited for.
     *
     * @param silenceMax after which a connection is given up on which not even a sign of life comes; the server gives one every 15 s
     * @param pauseMin before the server is asked again that was away; doubled each time
     * @param pauseMax the longest such pause; a connection that has lived so long was a good one
     */
    public record Patience(Duration silenceMax, Duration pauseMin, Duration pauseMax) {
        public static final Patience USUAL =
                new Patience(Duration.ofSeconds(40), Duration.ofMillis(250), Duration.ofSeconds(5));
    }

    /** How it stands with the connection. */
    private sealed interface Line {}

    /** There is none, and before this moment none is asked for. */
    private record Resting(long untilNanos) implements Line {}

    private record Calling(CompletableFuture<Optional<Opened.Pieces>> answer) implements Line {}

    private static final class Open implements Line {
        private final Opened.Pieces pieces;
        private final EventParser parser = new EventParser();
        private final long sinceNanos = System.nanoTime();
        private long heardNanos = sinceNanos;
        private boolean hasTold;

        private Open(Opened.Pieces pieces) {
            this.pieces = pieces;
        }
    }

    /** The server has said that there is nothing more to come. */
    private record Over() implements Line {}

    /** Asks for nothing yet. */
    public HistoryStream(ServerClient server, String executionId, Patience patience) {
        this.server = server;
        this.path = "/api/v1/executions/" + ServerClient.encoded(executionId) + "/stream";
        this.patience = patience;
    }

    /** Whether all has been told, up to the end of the execution. A retry may begin it anew, see {@link #askAgain}. */
    public boolean isOver() {
        return line instanceof Over;
    }

    /** Why nothing can be heard at the moment; it is tried again. */
    public Optional<ServerFailure> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Who has heard that all was told asks whether that is still so. */
    public void askAgain() {
        if (isOver()) {
            line = new Resting(System.nanoTime());
        }
    }

    /**
     * What has come since the last call. If nothing has, waits for it, but not for long; nothing when still nothing has.
     *
     * @throws ServerFailure if the server will not tell it, or tells what is not understood
     */
    public List<HistoryEntry> next(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        List<HistoryEntry> entries = new ArrayList<>();
        boolean goesOn = true;
        while (goesOn) {
            long nanos = entries.isEmpty() ? Math.max(0, deadline - System.nanoTime()) : 0;
            goesOn = switch (line) {
                // Before anything else is asked, what there is is looked at: that all was told is then known to come
                // after it.
                case Resting resting -> entries.isEmpty() && rested(resting, nanos);
                case Calling calling -> answered(calling, nanos);
                case Open open -> heard(open, nanos, entries);
                case Over over -> {
                    TimeUnit.NANOSECONDS.sleep(nanos);
                    yield false;
                }
            };
        }
        return entries;
    }

    // Each of these returns whether there may be more to do at once.

    private boolean rested(Resting resting, long nanos) throws InterruptedException {
        long rest = resting.untilNanos() - System.nanoTime();
        if (rest > 0) {
            TimeUnit.NANOSECONDS.sleep(Math.min(rest, nanos));
        }
        if (rest > nanos) {
            return false;
        }
        if (trouble != null) {
            server.findAgain();
        }
        line = new Calling(server.open(path, last));
        return true;
    }

    private boolean answered(Calling calling, long nanos) throws InterruptedException {
        try {
            Optional<Opened.Pieces> pieces = calling.answer().get(nanos, TimeUnit.NANOSECONDS);
            line = pieces.<Line>map(Open::new).orElseGet(Over::new);
            if (pieces.isEmpty()) {
                wentWell();
            }
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ServerFailure failure) {
                wentWrong(failure);
                return true;
            }
            throw new IllegalStateException("a connection that failed in a way of its own", e);
        }
    }

    private boolean heard(Open open, long nanos, List<HistoryEntry> entries) throws InterruptedException {
        Opened.Piece piece = open.pieces.next(Duration.ofNanos(nanos));
        long now = System.nanoTime();
        return switch (piece) {
            case Opened.Bytes bytes -> {
                open.heardNanos = now;
                add(open, bytes, entries);
                yield true;
            }
            case Opened.End end -> {
                gone(open, end.cut(), now);
                yield true;
            }
            case null -> {
                if (now - open.sinceNanos > patience.pauseMin().toNanos()) {
                    trouble = null;
                }
                if (now - open.heardNanos > patience.silenceMax().toNanos()) {
                    gone(
                            open,
                            new IOException("it gave no sign of life for "
                                    + patience.silenceMax().toSeconds() + " s"),
                            now);
                    yield true;
                }
                yield false;
            }
        };
    }

    private void add(Open open, Opened.Bytes bytes, List<HistoryEntry> entries) {
        try {
            for (Event event : open.parser.read(bytes.buffers())) {
                entries.add(ExecutionJsonReader.entry(JSON.readTree(event.data())));
                last = event.id();
                open.hasTold = true;
                wentWell();
            }
        } catch (JsonProcessingException e) {
            throw new ServerFailure.Foreign("the server tells what is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ServerFailure.Foreign("the server tells " + e.getMessage());
        }
    }

    /** One who told something, or was there for a while, is asked again at once, and nobody need know. */
    private void gone(Open open, @Nullable Throwable cut, long now) {
        open.pieces.close();
        if (open.hasTold || now - open.sinceNanos > patience.pauseMax().toNanos()) {
            line = new Resting(now);
        } else {
            wentWrong(server.hungUp(cut));
        }
    }

    private void wentWell() {
        trouble = null;
        failures = 0;
    }

    /** @throws ServerFailure.Refused if it would be answered so again */
    private void wentWrong(ServerFailure failure) {
        if (failure instanceof ServerFailure.Refused refused && !refused.isForNow()) {
            throw refused;
        }
        trouble = failure;
        Duration pause = patience.pauseMin().multipliedBy(1L << Math.min(failures++, DOUBLINGS_MAX));
        line = new Resting(System.nanoTime()
                + Math.min(pause.toNanos(), patience.pauseMax().toNanos()));
    }

    /** Gives up what is under way. */
    @Override
    public void close() {
        switch (line) {
            case Open open -> open.pieces.close();
            case Calling calling -> calling.answer().cancel(true);
            case Resting resting -> {}
            case Over over -> {}
        }
    }
}
