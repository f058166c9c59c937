package dev.capocomico.model.definition;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A task starts when an event of a topic arrives that satisfies {@code match}; null takes any event of the topic. */
public record EventWait(
        String topic, @Nullable String match, @Nullable Duration timeout) {}
