package dev.capocomico.http.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.GraphDSL;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import scala.Option;

/** One end of a WebSocket, and what the other may do and not do. */
class SocketTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "socket-test");
    private static final Socket.Patience SHORT =
            new Socket.Patience(Duration.ofMillis(100), Duration.ofMillis(600), Duration.ofMillis(300));
    private static final Socket.Patience WITH_STALLS =
            new Socket.Patience(Duration.ofMillis(100), Duration.ofMinutes(1), Duration.ofSeconds(1));

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private static Flow<FrameEvent, FrameEvent, NotUsed> flow(Socket.Patience patience, Source<String, ?> messages) {
        return Flow.fromGraph(GraphDSL.create(builder -> {
            var socket = builder.add(new Socket(patience));
            builder.from(builder.add(messages)).toInlet(socket.in1());
            return FlowShape.of(socket.in0(), socket.out());
        }));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void a_peer_that_answers_no_ping_is_given_up() {
        CompletionStage<Done> run =
                Source.<FrameEvent>maybe().via(flow(SHORT, Source.never())).runWith(Sink.ignore(), SYSTEM);
        assertThatThrownBy(() -> get(run)).hasCauseInstanceOf(IOException.class).hasMessageContaining("nobody answers");
    }

    @Test
    void one_that_answers_pings_stays() throws Exception {
        // It hears a ping and answers it, for longer than silence is borne.
        CompletionStage<Long> frames = Source.tick(Duration.ofMillis(50), Duration.ofMillis(50), "pong")
                .map(tick -> (FrameEvent) masked(Frames.pong(ByteString.emptyByteString())))
                .takeWithin(Duration.ofMillis(1_500))
                .via(flow(SHORT, Source.never()))
                .runFold(0L, (count, frame) -> count + 1, SYSTEM);
        assertThat(get(frames)).isGreaterThan(5);
    }

    @Test
    void one_that_takes_nothing_is_closed_with_1013_after_what_it_has_taken_and_nothing_is_left_out() throws Exception {
        Source<String, NotUsed> messages = Source.from(
                IntStream.range(0, 1_000).mapToObj(Integer::toString).toList());
        SinkQueueWithCancel<FrameEvent> taken =
                Source.<FrameEvent>maybe().via(flow(WITH_STALLS, messages)).runWith(Sink.<FrameEvent>queue(1), SYSTEM);
        assertThat(code(get(taken.pull()).orElseThrow())).isEqualTo((byte) 1);
        // Longer than is waited for it to go on, and not so long that it is cut off.
        long until = System.nanoTime() + Duration.ofMillis(1_500).toNanos();
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        int expected = 1;
        FrameStart frame = (FrameStart) get(taken.pull()).orElseThrow();
        while (code(frame) == 1) {
            assertThat(frame.data().utf8String()).isEqualTo(Integer.toString(expected++));
            frame = (FrameStart) get(taken.pull()).orElseThrow();
        }
        assertThat(code(frame)).isEqualTo(Frames.CLOSE);
        assertThat(frame.data().take(2).toArray()).containsExactly(0x03, 0xF5);
        assertThat(expected).isLessThan(100);
        assertThat(get(taken.pull())).isEmpty();
    }

    @Test
    void one_that_does_not_even_take_the_last_word_is_cut_off() {
        CompletionStage<Done> run = Source.<FrameEvent>maybe()
                .via(flow(WITH_STALLS, Source.repeat("x")))
                .watchTermination((nothing, done) -> done)
                .to(Sink.foreachAsync(1, frame -> new CompletableFuture<>()))
                .run(SYSTEM);
        assertThatThrownBy(() -> get(run)).hasCauseInstanceOf(IOException.class);
    }

    /** As a client sends it; the mask is one that changes nothing. */
    private static FrameStart masked(FrameStart frame) {
        FrameHeader header = frame.header();
        return new FrameStart(
                new FrameHeader(header.opcode(), Option.apply(0), header.length(), true, false, false, false),
                frame.data());
    }

    private static byte code(FrameEvent frame) {
        return Frames.code((FrameStart) frame);
    }
}
