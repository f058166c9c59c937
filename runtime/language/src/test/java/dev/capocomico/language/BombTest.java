package dev.capocomico.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.capocomico.language.problem.Problem;
import dev.capocomico.language.tree.TreeLimits;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a hostile document may cost. Time is that of the processor, so that a machine that is busy with something else does not
 * fail the test.
 */
class BombTest {
    private static final Duration REFUSAL_MAX = Duration.ofMillis(100);
    private static final long REFUSAL_BYTES_MAX = 64L * Bomb.MIB;
    private static final Duration GIANT_MAX = Duration.ofSeconds(6);
    private static final int ATTEMPTS = 3;

    private static final WorkflowReader READER = new WorkflowReader(new SamplePatterns());
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What reading took. */
    private record Cost(Reading reading, Duration time, long bytes) {
        static Cost of(Source source) {
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            long nanos = THREADS.getCurrentThreadCpuTime();
            Reading reading = READER.read(source);
            return new Cost(
                    reading,
                    Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - nanos),
                    THREADS.getCurrentThreadAllocatedBytes() - bytes);
        }
    }

    /** The limits are for a program that has been running for a while. */
    @BeforeAll
    static void warm_up() {
        for (String unit : List.of("# comment\n", "\n", "- [a, {b: \"c\", d: 'e'}]\n", "a: 1\n")) {
            READER.read(source("warm.yaml", unit.repeat(Bomb.MIB / unit.length())));
            READER.read(source("warm.json", "{\"a\": [" + "{\"b\": 1},".repeat(Bomb.MIB / 9) + "1]}"));
        }
    }

    static List<Bomb> bombs() {
        return Bomb.all();
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void a_bomb_is_refused_in_a_tenth_of_a_second_and_64_mib(Bomb bomb) {
        Source source = new Source(bomb.file(), bomb.document().get());
        READER.read(source);

        Cost best = Stream.generate(() -> Cost.of(source))
                .limit(ATTEMPTS)
                .min((one, other) -> one.time().compareTo(other.time()))
                .orElseThrow();

        System.out.printf("%-60s %5d ms %6.1f MiB%n", bomb, best.time().toMillis(), best.bytes() / (double) Bomb.MIB);
        assertThat(problems(best.reading())).extracting(Problem::code).contains(bomb.expected());
        assertThat(best.time()).isLessThan(REFUSAL_MAX);
        assertThat(best.bytes()).isLessThan(REFUSAL_BYTES_MAX);
    }

    static List<Giant> giants() {
        return Giant.all();
    }

    @ParameterizedTest
    @MethodSource("giants")
    void a_giant_is_read_in_seconds(Giant giant) {
        Source source = source(giant.file(), giant.document().get());
        assertThat(source.bytes().length).isLessThanOrEqualTo(TreeLimits.DOCUMENT_BYTES_MAX);

        Cost cost = Cost.of(source);

        System.out.printf("%-60s %5d ms %6.1f MiB%n", giant, cost.time().toMillis(), cost.bytes() / (double) Bomb.MIB);
        assertThat(cost.time()).isLessThan(GIANT_MAX);
        assertThat(problems(cost.reading())).hasSizeLessThanOrEqualTo(TreeLimits.PROBLEMS_MAX + 1);
    }

    private static Source source(String file, String text) {
        return new Source(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Problem> problems(Reading reading) {
        return switch (reading) {
            case Reading.Valid valid -> List.of();
            case Reading.Invalid invalid -> invalid.problems();
        };
    }
}
