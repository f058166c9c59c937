package dev.capocomico.cli;

import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.util.Arrays;

/** How the length of a plan's critical path is told. */
final class CriticalPath {
    private CriticalPath() {}

    /** A length in time is told only as far as the definition says how long its tasks take. */
    static String of(Plan plan) {
        int[] path = plan.criticalPath();
        Duration known = Arrays.stream(path)
                .filter(plan::estimated)
                .mapToObj(plan::duration)
                .reduce(Duration.ZERO, Duration::plus);
        long unknown = Arrays.stream(path).filter(task -> !plan.estimated(task)).count();
        if (unknown == 0) {
            return text(known);
        }
        String tasks = "of " + path.length + (path.length == 1 ? " task" : " tasks");
        return unknown == path.length ? tasks : tasks + ", at least " + text(known);
    }

    static boolean allEstimated(Plan plan) {
        return Arrays.stream(plan.criticalPath()).allMatch(plan::estimated);
    }

    /** The two largest units: {@code 250ms}, {@code 12s}, {@code 1h 5m}, {@code 2d 3h}. */
    static String text(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(10)) < 0 && duration.toMillisPart() != 0) {
            return duration.toMillis() < 1000 ? duration.toMillis() + "ms" : duration.toMillis() / 1000.0 + "s";
        }
        if (duration.toDays() > 0) {
            return two(duration.toDays(), "d", duration.toHoursPart(), "h");
        }
        if (duration.toHours() > 0) {
            return two(duration.toHours(), "h", duration.toMinutesPart(), "m");
        }
        return duration.toMinutes() > 0
                ? two(duration.toMinutes(), "m", duration.toSecondsPart(), "s")
                : duration.toSeconds() + "s";
    }

    private static String two(long large, String largeUnit, int small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : " " + small + smallUnit);
    }
}
