package dev.capocomico.language.expression;

import dev.capocomico.language.expression.Value.Int;
import dev.capocomico.language.expression.Value.Moment;
import dev.capocomico.language.expression.Value.Span;
import dev.capocomico.language.expression.Value.Text;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Timestamps (years 1 to 9999) and durations (up to ten thousand years), to the nanosecond. */
final class Times {
    /** No timestamp, duration or time zone is longer. */
    private static final int TEXT_CHARS_MAX = 64;

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final long SPAN_SECONDS_MAX = 315_576_000_000L;
    private static final Pattern SPAN =
            Pattern.compile("([-+]?)((?:\\d{1,18}(?:\\.\\d{0,18})?(?:ns|us|µs|μs|ms|s|m|h))+|0)");
    private static final Pattern SPAN_PART = Pattern.compile("(\\d+\\.?\\d*)(ns|us|µs|μs|ms|s|m|h)");

    private Times() {}

    static Moment plus(Moment moment, Span span) {
        try {
            return checked(moment.value().plus(span.value()));
        } catch (ArithmeticException | DateTimeException e) {
            throw outOfYears();
        }
    }

    static Span plus(Span a, Span b) {
        return checked(a.value().plus(b.value()));
    }

    static Span between(Moment from, Moment to) {
        return checked(Duration.between(from.value(), to.value()));
    }

    static Moment moment(String text) {
        try {
            if (text.length() <= TEXT_CHARS_MAX) {
                return checked(OffsetDateTime.parse(text).toInstant());
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw new EvaluationFailure(
                () -> "\"" + ExpressionText.excerpt(text, 40) + "\" is no timestamp such as 2026-01-31T12:00:00Z");
    }

    static Moment moment(long epochSeconds) {
        try {
            return checked(Instant.ofEpochSecond(epochSeconds));
        } catch (DateTimeException e) {
            throw outOfYears();
        }
    }

    static Span span(String text) {
        Matcher whole = SPAN.matcher(text.length() <= TEXT_CHARS_MAX ? text : "");
        if (!whole.matches()) {
            throw new EvaluationFailure(
                    () -> "\"" + ExpressionText.excerpt(text, 40) + "\" is no duration such as 1h30m or 1.5s");
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = SPAN_PART.matcher(whole.group(2));
        while (part.find()) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(nanosOf(part.group(2))));
        }
        BigDecimal signed = whole.group(1).equals("-") ? nanos.negate() : nanos;
        BigDecimal[] split = signed.divideAndRemainder(BigDecimal.valueOf(1_000_000_000L));
        if (split[0].abs().compareTo(BigDecimal.valueOf(SPAN_SECONDS_MAX)) > 0) {
            throw tooLong();
        }
        return checked(Duration.ofSeconds(split[0].longValue(), split[1].longValue()));
    }

    private static BigDecimal nanosOf(String unit) {
        return BigDecimal.valueOf(
                switch (unit) {
                    case "ns" -> 1L;
                    case "ms" -> 1_000_000L;
                    case "s" -> 1_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    default -> 1_000L; // the three ways to write microseconds
                });
    }

    /** Seconds with as many decimals as needed, in threes: {@code 5400s}, {@code 0.250s}. */
    static String print(Duration span) {
        Duration size = span.abs();
        StringBuilder text = new StringBuilder(span.isNegative() ? "-" : "").append(size.getSeconds());
        int nanos = size.getNano();
        if (nanos != 0) {
            String digits = "%09d".formatted(nanos);
            text.append('.').append(digits, 0, nanos % 1_000_000 == 0 ? 3 : nanos % 1_000 == 0 ? 6 : 9);
        }
        return text.append('s').toString();
    }

    static Value part(String function, Value of, @Nullable Value zone) {
        if (of instanceof Moment moment && (zone == null || zone instanceof Text)) {
            ZoneId zoneId = zone instanceof Text text ? zone(text.value()) : ZoneOffset.UTC;
            return Int.of(part(function, moment.value().atZone(zoneId)));
        }
        if (of instanceof Span span && zone == null) {
            return Int.of(part(function, span.value()));
        }
        throw cannot(function, of);
    }

    private static long part(String function, Duration span) {
        // Towards zero, where a Duration's own seconds go down.
        Duration size = span.abs();
        long part =
                switch (function) {
                    case "getHours" -> size.toHours();
                    case "getMinutes" -> size.toMinutes();
                    case "getSeconds" -> size.toSeconds();
                    case "getMilliseconds" -> size.toMillisPart();
                    default -> throw cannot(function, new Span(span));
                };
        return span.isNegative() ? -part : part;
    }

    private static EvaluationFailure cannot(String function, Value of) {
        return new EvaluationFailure(() -> function + " cannot be applied to " + of.described());
    }

    private static int part(String function, ZonedDateTime at) {
        return switch (function) {
            case "getFullYear" -> at.getYear();
            case "getMonth" -> at.getMonthValue() - 1;
            case "getDate" -> at.getDayOfMonth();
            case "getDayOfMonth" -> at.getDayOfMonth() - 1;
            case "getDayOfWeek" -> at.getDayOfWeek().getValue() % 7;
            case "getDayOfYear" -> at.getDayOfYear() - 1;
            case "getHours" -> at.getHour();
            case "getMinutes" -> at.getMinute();
            case "getSeconds" -> at.getSecond();
            case "getMilliseconds" -> at.getNano() / 1_000_000;
            default -> throw new IllegalArgumentException("no function " + function);
        };
    }

    private static ZoneId zone(String name) {
        try {
            if (name.length() <= TEXT_CHARS_MAX) {
                boolean offset = !name.isEmpty() && Character.isDigit(name.charAt(0));
                return ZoneId.of(offset ? "+" + name : name);
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw new EvaluationFailure(
                () -> "\"" + ExpressionText.excerpt(name, 40) + "\" is no time zone such as Europe/Rome or +02:00");
    }

    private static Moment checked(Instant instant) {
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw outOfYears();
        }
        return new Moment(instant);
    }

    private static Span checked(Duration duration) {
        if (Math.abs(duration.toSeconds()) > SPAN_SECONDS_MAX) {
            throw tooLong();
        }
        return new Span(duration);
    }

    private static EvaluationFailure outOfYears() {
        return new EvaluationFailure("the timestamp is not between the years 1 and 9999");
    }

    private static EvaluationFailure tooLong() {
        return new EvaluationFailure("the duration is longer than ten thousand years");
    }
}
