package dev.capocomico.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Repeats a round of work until the machine does it at a steady rate, and then measures it: a JVM does the same work
 * several times faster once it has compiled it.
 */
public final class Rounds {
    /** The rate is steady when so many rounds in a row took the same time. */
    static final int STEADY_ROUNDS = 3;

    /** How far apart, as a share of the shortest, times may be that are the same. */
    static final double TOLERANCE = 0.10;

    /** A rate that is not steady after so many rounds is measured as it is. */
    static final int WARM_UP_ROUNDS_MAX = 30;

    static final int MEASURED_ROUNDS = 10;

    private Rounds() {}

    /** One round of work: how long each piece of it took. */
    interface Round {
        long[] run();
    }

    /**
     * What the rounds after the warm-up came to, by piece of work.
     *
     * @param steady whether the rate had become steady before
     */
    public record Measured(
            double medianMillis, double minMillis, double maxMillis, int warmUpRounds, int rounds, boolean steady) {}

    static Measured measure(Round round) {
        List<Long> warmUp = new ArrayList<>();
        while (!steady(warmUp) && warmUp.size() < WARM_UP_ROUNDS_MAX) {
            warmUp.add(Arrays.stream(round.run()).sum());
        }
        List<long[]> measured = new ArrayList<>();
        for (int i = 0; i < MEASURED_ROUNDS; i++) {
            measured.add(round.run());
        }
        long[] nanos = measured.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Measured(
                (nanos[(nanos.length - 1) / 2] + nanos[nanos.length / 2]) / 2e6,
                nanos[0] / 1e6,
                nanos[nanos.length - 1] / 1e6,
                warmUp.size(),
                MEASURED_ROUNDS,
                steady(warmUp));
    }

    private static boolean steady(List<Long> rounds) {
        return steady(rounds, STEADY_ROUNDS, TOLERANCE);
    }

    /** Whether the last so many of these times are no further apart than this share of the shortest. */
    static boolean steady(List<Long> rounds, int count, double tolerance) {
        if (rounds.size() < count) {
            return false;
        }
        List<Long> last = rounds.subList(rounds.size() - count, rounds.size());
        long shortest = last.stream().mapToLong(Long::longValue).min().orElseThrow();
        long longest = last.stream().mapToLong(Long::longValue).max().orElseThrow();
        return longest - shortest <= shortest * tolerance;
    }
}
