package dev.capocomico;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells when a node that is told to stop begins nothing more and waits for its agents. */
final class DrainSign {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private DrainSign() {}

    /** @param stopping the thread that stops the node, as soon as there is one */
    static void await(Supplier<@Nullable Thread> stopping) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!waitsForAgents(stopping.get())) {
            assertThat(System.nanoTime()).as("the node waits for its agents").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static boolean waitsForAgents(@Nullable Thread stopping) {
        return stopping != null
                && Arrays.stream(stopping.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("awaitIdle"));
    }
}
