package dev.capocomico.cli.client;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The body of an answer: all of it, or what goes on and is taken as it comes. */
sealed interface Opened {
    /** Of an answer that says something else than what was asked for. */
    record Whole(String text) implements Opened {}

    /** What came, or how it ended. */
    sealed interface Piece {}

    /** Some bytes. */
    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    /**
     * The end.
     *
     * @param cut null if the server has ended it itself
     */
    record End(@Nullable Throwable cut) implements Piece {}

    /** Asks for the next piece when it has given one away, so a reader who is slow holds the sender back. For one thread. */
    final class Pieces implements Opened, HttpResponse.BodySubscriber<Opened>, AutoCloseable {
        private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

        /** Null if nothing has come in time. */
        @Nullable Piece next(Duration patience) throws InterruptedException {
            Piece piece = pieces.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (piece instanceof Bytes) {
                subscription.join().request(1);
            }
            return piece;
        }

        @Override
        public CompletionStage<Opened> getBody() {
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription.complete(begun);
            begun.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            pieces.add(new Bytes(buffers));
        }

        @Override
        public void onError(Throwable failure) {
            pieces.add(new End(failure));
        }

        @Override
        public void onComplete() {
            pieces.add(new End(null));
        }

        /** Gives the connection up. */
        @Override
        public void close() {
            var unused = subscription.thenAccept(Flow.Subscription::cancel);
        }
    }
}
