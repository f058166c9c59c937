package dev.capocomico.engine.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who has done what from outside, and who was not let. Nothing of it is changed, and it is removed only when it is old. What an
 * execution accepted is put there by the projection of the journal, what was registered and published by whoever keeps that; here what
 * was refused is added. Methods block, and fail with {@link StoreException}. Thread-safe.
 */
public interface AuditLog {
    int LIMIT_MAX = 500;

    /** What came of it. */
    enum Outcome {
        ACCEPTED("accepted"),
        /** The caller may not do it, or is unknown. */
        DENIED("denied");

        private final String wireName;

        Outcome(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /**
     * One entry.
     *
     * @param times how often it was so, one as the other, within a moment
     * @param tenant null when it is not known
     * @param subject who it was; null when that is not known
     * @param action an operation of the HTTP contract
     * @param target a signal, a task, an event's id
     * @param reason why it was not let; null of what was accepted
     * @param address from where; null when that is not known
     */
    record Entry(
            Instant at,
            int times,
            @Nullable String tenant,
            @Nullable String subject,
            String action,
            Outcome outcome,
            @Nullable String workflow,
            @Nullable String executionId,
            @Nullable String target,
            @Nullable String reason,
            @Nullable String address,
            @Nullable String traceId) {}

    /**
     * What has to be true of an entry; null asks for nothing.
     *
     * @param tenant whose entries
     * @param strangers whether those of no tenant are meant too
     * @param among of the names of workflows; where that is not any, entries without a workflow are not meant
     * @param since inclusive
     * @param until exclusive
     */
    record Filter(
            String tenant,
            boolean strangers,
            @Nullable String subject,
            @Nullable String action,
            @Nullable String workflow,
            NamePatterns among,
            @Nullable String executionId,
            @Nullable Outcome outcome,
            @Nullable Instant since,
            @Nullable Instant until) {}

    /**
     * Some of them.
     *
     * @param next null when nothing follows
     */
    record Page(List<Entry> entries, @Nullable Long next) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /** Adds entries, all or none; returns when they are durable. */
    void append(List<Entry> entries);

    /**
     * A page, newest first.
     *
     * @param after the {@link Page#next} of the page before; null for the first
     * @param limit 1 to {@link #LIMIT_MAX}
     */
    Page page(Filter filter, @Nullable Long after, int limit);

    /**
     * Removes what is from before a time.
     *
     * @return how many; to be called again while it is as many as the limit
     */
    int removeBefore(Instant time, int limit);
}
