package dev.capocomico.language.work;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a piece of work from another thread. The work itself looks whether it should go on, every some thousand steps: reading a
 * document, checking a definition, and holding a value against a schema all do so. Where nobody has begun the work with {@link #run},
 * nothing ends it. Thread-safe.
 */
public final class Cancellation {
    private static final ThreadLocal<@Nullable Cancellation> CURRENT = new ThreadLocal<>();

    /** So many small steps are taken between two looks: some tenths of a millisecond. */
    public static final int STEPS_BETWEEN_LOOKS = 4_096;

    private volatile boolean cancelled;

    /** The work was told to end. Nothing was decided, and nothing is known of its result. */
    public static final class CancelledException extends RuntimeException {
        private static final long serialVersionUID = 1;

        CancelledException() {
            super("the work was told to end before it was done", null, false, false);
        }
    }

    /** Tells the work to end, whether it has begun or not. */
    public void cancel() {
        cancelled = true;
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /**
     * Does the work on this thread.
     *
     * @throws CancelledException if it was told to end before it was done
     */
    public <T> T run(Supplier<T> work) {
        Cancellation outer = CURRENT.get();
        CURRENT.set(this);
        try {
            check();
            return work.get();
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }

    /**
     * To be called by long work, every {@link #STEPS_BETWEEN_LOOKS} steps or so.
     *
     * @throws CancelledException if the work of this thread was told to end
     */
    public static void check() {
        Cancellation mine = CURRENT.get();
        if (mine != null && mine.cancelled) {
            throw new CancelledException();
        }
    }
}
