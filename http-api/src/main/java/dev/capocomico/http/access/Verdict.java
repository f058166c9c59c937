package dev.capocomico.http.access;

/** What became of a token. */
public sealed interface Verdict {
    record Known(Caller caller) implements Verdict {}

    /**
     * It is not good.
     *
     * @param reason for the caller, without anything that was in the token
     */
    record Rejected(String reason) implements Verdict {}

    /** The keys cannot be had, so nothing can be said of the token. */
    record Unsure(String reason) implements Verdict {}
}
