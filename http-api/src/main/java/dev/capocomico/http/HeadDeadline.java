package dev.capocomico.http;

import java.time.Duration;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/**
 * Closes a connection on which no request has come whole for a while, though bytes may have: who sends one now and then is never
 * silent, and would hold the connection for months. While a request is answered, or an answer goes on as a stream or as a WebSocket,
 * nothing is due; when a body has to be there is not decided here.
 */
final class HeadDeadline extends GraphStage<BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse>> {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final Inlet<HttpRequest> arrived = Inlet.create("arrived");
    private final Outlet<HttpRequest> asked = Outlet.create("asked");
    private final Inlet<HttpResponse> answered = Inlet.create("answered");
    private final Outlet<HttpResponse> sent = Outlet.create("sent");
    private final BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape =
            new BidiShape<>(arrived, asked, answered, sent);
    private final Duration limit;

    HeadDeadline(Duration limit) {
        this.limit = limit;
    }

    @Override
    public BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        private static final String TICK = "tick";

        private boolean due = true;
        private long sinceNanos = System.nanoTime();

        Logic() {
            super(shape);
            setHandler(arrived, new AbstractInHandler() {
                @Override
                public void onPush() {
                    due = false;
                    push(asked, grab(arrived));
                }

                @Override
                public void onUpstreamFinish() {
                    complete(asked);
                }
            });
            setHandler(asked, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pull(arrived);
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(arrived, cause);
                }
            });
            setHandler(answered, new AbstractInHandler() {
                @Override
                public void onPush() {
                    HttpResponse answer = grab(answered);
                    due = answer.entity().isStrict() && answer.status().intValue() != SWITCHING_PROTOCOLS;
                    sinceNanos = System.nanoTime();
                    push(sent, answer);
                }
            });
            setHandler(sent, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pull(answered);
                }
            });
        }

        /** Looks now and then: a timer for each request would cost more than what it is for. */
        @Override
        public void preStart() {
            Duration tick = limit.dividedBy(4);
            scheduleAtFixedRate(TICK, tick, tick);
        }

        @Override
        public void onTimer(Object tick) {
            if (due && System.nanoTime() - sinceNanos > limit.toNanos()) {
                completeStage();
            }
        }
    }
}
