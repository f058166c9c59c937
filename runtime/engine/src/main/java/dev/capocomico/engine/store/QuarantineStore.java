package dev.capocomico.engine.store;

import dev.capocomico.model.execution.ExecutionKey;
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

    /** Lets it be recovered again. */
    Release release(ExecutionKey key);

    /** Ends a quarantined one as cancelled, without reading it. Its steps stay for as long as those of others that have ended. */
    Cancellation cancel(ExecutionKey key, long atMillis, @Nullable String reason);

    /** Those quarantined last come first. */
    List<Entry> newest(int limit);
}
