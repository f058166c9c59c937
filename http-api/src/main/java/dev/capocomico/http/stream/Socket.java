package dev.capocomico.http.stream;

import java.io.IOException;
import java.time.Duration;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FanInShape2;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One end of a WebSocket that tells and does not listen. Sends messages as fast as they are taken, and takes the next only then, so
 * that nothing gathers here. Whoever takes nothing for a while though there is something is closed with 1013 and can resume; whoever
 * does not answer pings is not there any more.
 */
final class Socket extends GraphStage<FanInShape2<FrameEvent, String, FrameEvent>> {
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int FAULT = 1011;
    static final int TRY_AGAIN_LATER = 1013;

    /** One of those that are free for anybody's own use, and like the status that the same token would be answered with. */
    static final int UNAUTHENTICATED = 4401;

    /** Free for own use, like the statuses of HTTP: there is no such workflow or execution for this caller. */
    static final int NOT_FOUND = 4404;

    /** The execution ended long ago, and its history is kept no more. */
    static final int HISTORY_REMOVED = 4410;

    private final Inlet<FrameEvent> heard = Inlet.create("heard");
    private final Inlet<String> messages = Inlet.create("messages");
    private final Outlet<FrameEvent> said = Outlet.create("said");
    private final FanInShape2<FrameEvent, String, FrameEvent> shape = new FanInShape2<>(heard, messages, said);
    private final Patience patience;

    /**
     * How long is waited.
     *
     * @param pause between two pings
     * @param silenceMax without an answer
     * @param stallMax while there is something to be taken
     */
    record Patience(Duration pause, Duration silenceMax, Duration stallMax) {
        static final Patience DEFAULT =
                new Patience(Duration.ofSeconds(20), Duration.ofSeconds(65), Duration.ofSeconds(10));
    }

    Socket(Patience patience) {
        this.patience = patience;
    }

    @Override
    public FanInShape2<FrameEvent, String, FrameEvent> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        private static final String TICK = "tick";

        private @Nullable String message;
        private @Nullable FrameStart pong;
        private @Nullable FrameStart close;
        private boolean pingDue;
        private long heardAtNanos = System.nanoTime();
        private long pingAtNanos = System.nanoTime();
        private long waitsSinceNanos;

        /** The control frame that has not come whole yet, and what has come of it. */
        private @Nullable FrameStart control;

        private ByteString controlData = ByteString.emptyByteString();

        Logic() {
            super(shape);
            setHandler(heard, new Ear());
            setHandler(messages, new Source());
            setHandler(said, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    send();
                }
            });
        }

        @Override
        public void preStart() {
            pull(heard);
            pull(messages);
            Duration tick = patience.pause().dividedBy(4);
            scheduleAtFixedRate(TICK, tick, tick);
        }

        private final class Source extends AbstractInHandler {
            @Override
            public void onPush() {
                message = grab(messages);
                waitsSinceNanos = System.nanoTime();
                send();
            }

            @Override
            public void onUpstreamFinish() {
                if (message == null) {
                    closeWith(GOING_AWAY, "resume with the last cursor");
                }
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
                if (failure instanceof TooManyBehind) {
                    closeWith(TRY_AGAIN_LATER, "too many read old news at this moment");
                } else if (failure instanceof TokenExpired) {
                    closeWith(UNAUTHENTICATED, "the token has expired; resume with a new one and the last cursor");
                } else {
                    closeWith(FAULT, "resume with the last cursor");
                }
            }
        }

        private final class Ear extends AbstractInHandler {
            @Override
            public void onPush() {
                heardAtNanos = System.nanoTime();
                FrameEvent event = grab(heard);
                String complaint = event instanceof FrameStart start ? Frames.complaint(start) : null;
                if (complaint != null) {
                    closeWith(PROTOCOL_ERROR, complaint);
                } else {
                    gather(event);
                }
                // What else is said has no meaning here, and is not kept.
                if (!isClosed(heard)) {
                    pull(heard);
                }
            }

            @Override
            public void onUpstreamFinish() {
                completeStage();
            }
        }

        private void gather(FrameEvent event) {
            if (event instanceof FrameStart start && start.header().opcode().isControl()) {
                control = start;
                controlData = start.data();
            } else if (control != null) {
                controlData = controlData.concat(event.data());
            }
            FrameStart whole = control;
            if (whole != null && event.lastPart()) {
                control = null;
                control(whole);
            }
        }

        private void control(FrameStart frame) {
            switch (Frames.code(frame)) {
                case Frames.CLOSE -> closeWith(NORMAL, "");
                case Frames.PING -> {
                    pong = Frames.pong(Frames.payload(frame, controlData));
                    send();
                }
                default -> {
                    // A pong: it was noted that something was heard.
                }
            }
        }

        private void closeWith(int code, String reason) {
            if (close == null) {
                close = Frames.close(code, reason);
                message = null;
                waitsSinceNanos = System.nanoTime();
                send();
            }
        }

        private void send() {
            if (!isAvailable(said)) {
                return;
            }
            if (close != null) {
                push(said, close);
                completeStage();
            } else if (pong != null) {
                push(said, pong);
                pong = null;
            } else if (message != null) {
                push(said, Frames.text(message));
                message = null;
                if (isClosed(messages)) {
                    closeWith(GOING_AWAY, "resume with the last cursor");
                } else {
                    pull(messages);
                }
            } else if (pingDue) {
                push(said, Frames.ping());
                pingDue = false;
            }
        }

        @Override
        public void onTimer(Object tick) {
            long now = System.nanoTime();
            if (now - heardAtNanos > patience.silenceMax().toNanos()) {
                failStage(new IOException("nobody answers"));
            } else if (close != null
                    && now - waitsSinceNanos > patience.stallMax().toNanos()) {
                failStage(new IOException("nobody takes the last word"));
            } else if (message != null
                    && now - waitsSinceNanos > patience.stallMax().toNanos()) {
                closeWith(TRY_AGAIN_LATER, "too slow; resume with the last cursor");
            } else if (now - pingAtNanos > patience.pause().toNanos()) {
                pingAtNanos = now;
                pingDue = true;
                send();
            }
        }
    }
}
