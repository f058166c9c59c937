package dev.capocomico.http.access;

import java.time.Instant;

/** What became of a token. */
public sealed interface Verdict {
    /**
     * It is good.
     *
     * @param until from then on it is not, the skew of clocks included
     */
    record Known(Caller caller, Instant until) implements Verdict {}

    /**
     * It is not good.
     *
     * @param reason for the caller, without anything that was in the token
     */
    record Rejected(String reason) implements Verdict {}

    /** The keys cannot be had, so nothing can be said of the token. */
    record Unsure(String reason) implements Verdict {}
}
