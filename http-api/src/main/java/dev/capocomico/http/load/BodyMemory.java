package dev.capocomico.http.load;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * How much of the heap the bodies of calls may take at once, with what reading them makes of them: a body of 8 MiB that is a list
 * of empty objects is some hundred MiB once it is read. Each takes its part before it is read. Thread-safe.
 */
public final class BodyMemory {
    /** A body, its text, and what is written of it. */
    private static final int BYTES_PER_BYTE = 4;

    /** What is made of a value, at the moment when there is most of it. */
    private static final int BYTES_PER_VALUE = 128;

    /** The least, for what a call is beside its body. */
    private static final int BYTES_MIN = 1_024;

    private static final Duration PATIENCE = Duration.ofMillis(300);

    /** Those that arrive, and those that are read: who is read waits for nobody who arrives, so all come to their end. */
    private final FairShare arriving;

    private final FairShare reading;

    /** @param bytesMax of all bodies together; one tenant gets three quarters of it at most */
    public BodyMemory(long bytesMax, Executor threads) {
        this.arriving = share(bytesMax / 3, threads);
        this.reading = share(bytesMax - bytesMax / 3, threads);
    }

    private static FairShare share(long bytes, Executor threads) {
        return new FairShare(bytes, bytes * 3 / 4, bytes * 3 / 4, threads);
    }

    /** Of the heap, so many percent. */
    public static BodyMemory percentOfHeap(int percent, Executor threads) {
        return new BodyMemory(Runtime.getRuntime().maxMemory() / 100 * percent, threads);
    }

    /** What a body takes while it is read, and until its call is answered. Looks at each byte once. */
    static long weight(byte[] body) {
        long values = 0;
        for (byte each : body) {
            values += switch (each) {
                case ',', ':', '[', '{', '\n' -> 1;
                default -> 0;
            };
        }
        return Math.max(BYTES_MIN, BYTES_PER_BYTE * (long) body.length + BYTES_PER_VALUE * values);
    }

    /** Whether a body of so many bytes can arrive here at all. */
    public boolean canTake(long bodyBytes) {
        return bodyBytes <= arriving.most();
    }

    /** Whether a body can be read at all by this server. */
    public boolean canRead(byte[] body) {
        return weight(body) <= reading.most();
    }

    /** Before a body arrives; empty when there was no room in time. */
    public CompletableFuture<Optional<FairShare.Place>> take(String tenant, long bodyBytes) {
        return arriving.enter(tenant, Math.max(BYTES_MIN, bodyBytes), PATIENCE);
    }

    /** Before it is read, beside the place that it has already; empty when there was no room in time. */
    public CompletableFuture<Optional<FairShare.Place>> read(String tenant, byte[] body) {
        return reading.enter(tenant, weight(body), PATIENCE);
    }
}
