package dev.capocomico.http.contract;

import dev.capocomico.http.answer.Answer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads times out of queries. */
public final class TimeParameter {
    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    private TimeParameter() {}

    /** The time that was said; null when none was, or none that can be meant: then there is a flaw more. */
    public static @Nullable Instant read(Arguments said, String name, List<Answer.Flaw> flaws) {
        Optional<String> text = said.text(name);
        try {
            Instant time = text.map(OffsetDateTime::parse)
                    .map(OffsetDateTime::toInstant)
                    .orElse(null);
            if (time == null || (time.isAfter(FIRST) && time.isBefore(LAST))) {
                return time;
            }
        } catch (DateTimeException e) {
            // It is told below, like a time at which nothing can have been.
        }
        flaws.add(new Answer.Flaw("query/" + name, "\"" + name + "\" is a time such as 2026-03-01T12:00:00Z"));
        return null;
    }
}
