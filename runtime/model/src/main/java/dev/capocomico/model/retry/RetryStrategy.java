package dev.capocomico.model.retry;

import dev.capocomico.model.wire.Wired;

/** How the delay grows from one retry to the next. */
public enum RetryStrategy implements Wired {
    FIXED("fixed"),
    LINEAR("linear"),
    EXPONENTIAL("exponential"),
    FIBONACCI("fibonacci"),
    RANDOM("random");

    private final String wireName;

    RetryStrategy(String wireName) {
        this.wireName = wireName;
    }

    @Override
    public String wireName() {
        return wireName;
    }
}
