package dev.capocomico.model.definition;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as a definition writes them: {@code 90}, {@code 250ms}, {@code 1.5h}, {@code 1h30m}, {@code PT5M}. */
public final class DurationText {
    private static final Pattern SECONDS = Pattern.compile("\\d{1,12}(?:\\.\\d{1,3})?");
    private static final Pattern PARTS = Pattern.compile("(?:\\d{1,12}(?:\\.\\d{1,3})?(?:ms|s|m|h|d))+");
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");

    private DurationText() {}

    /** Empty when the text is no duration, or one finer than a millisecond or longer than ten thousand years. */
    public static Optional<Duration> parse(String text) {
        if (SECONDS.matcher(text).matches()) {
            return ofMillis(new BigDecimal(text).movePointRight(3));
        }
        if (PARTS.matcher(text).matches()) {
            BigDecimal millis = BigDecimal.ZERO;
            Matcher part = PART.matcher(text);
            while (part.find()) {
                millis = millis.add(new BigDecimal(part.group(1)).multiply(millisOf(part.group(2))));
            }
            return ofMillis(millis);
        }
        if (text.length() <= 40 && (text.startsWith("P") || text.startsWith("p"))) {
            try {
                Duration duration = Duration.parse(text);
                return duration.isNegative() || duration.getNano() % 1_000_000 != 0
                        ? Optional.empty()
                        : ofMillis(BigDecimal.valueOf(duration.getSeconds())
                                .movePointRight(3)
                                .add(BigDecimal.valueOf(duration.toMillisPart())));
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** The shortest text with one unit that {@link #parse} reads as the same duration, such as {@code 90s}. */
    public static String print(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        }
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static Optional<Duration> ofMillis(BigDecimal millis) {
        boolean whole = millis.stripTrailingZeros().scale() <= 0;
        boolean inRange = millis.compareTo(BigDecimal.valueOf(10_000L * 366 * 86_400_000)) <= 0;
        return whole && inRange ? Optional.of(Duration.ofMillis(millis.longValueExact())) : Optional.empty();
    }

    private static BigDecimal millisOf(String unit) {
        return BigDecimal.valueOf(
                switch (unit) {
                    case "ms" -> 1;
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    case "d" -> 86_400_000;
                    default -> throw new IllegalStateException("the pattern lets no unit \"" + unit + "\" through");
                });
    }
}
