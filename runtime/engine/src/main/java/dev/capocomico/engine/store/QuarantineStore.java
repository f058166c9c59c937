package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which executions cannot be recovered, so that nobody tries again before somebody has mended what is wrong. Methods block,
 * and fail with {@link StoreException}.
 */
public interface QuarantineStore {
    /** An execution that cannot be recovered, and why. */
    record Entry(ExecutionKey key, String reason, Instant since) {}

    /** What came of a wish to end one. */
    enum Cancellation {
        CANCELLED,
        /** It had ended before it could not be read any more. */
        ENDED,
        /** It is not quarantined, or goes on at this moment. */
        NOT_QUARANTINED
    }

    /**
     * Notes that the execution cannot be recovered. It keeps the status that it was last known to have.
     *
     * @return false when nothing was noted, because its history was removed in this moment: it answers from what is left
     */
    boolean note(ExecutionKey key, String reason);

    /** What came of a wish to release one. */
    enum Release {
        RELEASED,
        NOT_QUARANTINED,
        /** No such execution is listed. */
        UNKNOWN
    }

    /**
     * Lets it be recovered again, and lists take in what they could not read of it.
     *
     * @param origin where the wish came from, for the audit; null when a program had it
     */
    Release release(ExecutionKey key, @Nullable Origin origin);

    /**
     * Ends a quarantined one as cancelled, without reading it. Its steps stay for as long as those of others that have ended.
     *
     * @param origin where the wish came from, for the audit; null when a program had it
     */
    Cancellation cancel(ExecutionKey key, long atMillis, @Nullable String reason, @Nullable Origin origin);

    /** Those quarantined last come first. */
    List<Entry> newest(int limit);
}
