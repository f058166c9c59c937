package dev.capocomico.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A connection that waits for a request has an end, and one that is answering has not. */
class HeadDeadlineTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "deadline-test");
    private static final Duration LIMIT = Duration.ofMillis(400);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    /** How many answers there were when the connection was closed, after one request and then none. */
    private static CompletableFuture<Long> answers(CompletionStage<HttpResponse> answer) {
        return Source.single(HttpRequest.create())
                .concat(Source.maybe())
                .via(BidiFlow.fromGraph(new HeadDeadline(LIMIT))
                        .join(Flow.of(HttpRequest.class).mapAsync(1, request -> answer)))
                .runWith(Sink.fold(0L, (count, response) -> count + 1), SYSTEM)
                .toCompletableFuture();
    }

    private static void staysOpen(CompletableFuture<Long> connection) {
        assertThatThrownBy(() -> connection.get(4 * LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void one_on_which_no_request_comes_is_closed_before_and_after_an_answer() throws Exception {
        CompletableFuture<Long> answered = answers(CompletableFuture.completedFuture(HttpResponse.create()));
        assertThat(answered.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        CompletionStage<Long> silent = Source.<HttpRequest>maybe()
                .via(BidiFlow.fromGraph(new HeadDeadline(LIMIT))
                        .join(Flow.of(HttpRequest.class).map(request -> HttpResponse.create())))
                .runWith(Sink.fold(0L, (count, response) -> count + 1), SYSTEM);
        assertThat(silent.toCompletableFuture().get(20, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void one_that_is_being_answered_is_not() throws Exception {
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        CompletableFuture<Long> connection = answers(answer);
        staysOpen(connection);
        answer.complete(HttpResponse.create());
        assertThat(connection.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void streams_and_web_sockets_last() {
        staysOpen(answers(CompletableFuture.completedFuture(HttpResponse.create()
                .withEntity(HttpEntities.createChunked(ContentTypes.TEXT_PLAIN_UTF8, Source.maybe())))));
        staysOpen(answers(
                CompletableFuture.completedFuture(HttpResponse.create().withStatus(StatusCodes.SWITCHING_PROTOCOLS))));
    }
}
