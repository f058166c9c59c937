package dev.capocomico.model.execution;

import org.jspecify.annotations.Nullable;

/**
 * Where a command came from, for the audit. It changes nothing.
 *
 * @param action what was asked for, in the words of whoever lets it in: an operation of the HTTP contract
 * @param target what of the execution it was about, such as a signal; null when it was about all of it
 * @param by who asked
 * @param address from where, as far as that is known
 * @param traceId under which it stands in the log
 */
public record Origin(
        String action,
        @Nullable String target,
        @Nullable String by,
        @Nullable String address,
        @Nullable String traceId) {}
