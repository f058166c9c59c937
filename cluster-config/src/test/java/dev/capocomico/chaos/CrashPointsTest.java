package dev.capocomico.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.engine.probe.CrashPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Halts the JVM of a node at the moments that the engine names, and lets another node go on. */
class CrashPointsTest {
    private static final int ONE_OF_EACH = Scenarios.all().size();
    private static final int SPREAD_MILLIS = 500;
    private static final int POOL = 8;
    private static final int HALTS_PER_RUN = 4;

    /** Between two acknowledgements, where most can be lost. */
    private static final List<CrashPoint> SOME = List.of(
            CrashPoint.AFTER_JOURNAL_COMMIT,
            CrashPoint.AFTER_SNAPSHOT,
            CrashPoint.BEFORE_OUTCOME_REPORT,
            CrashPoint.BEFORE_OFFSET,
            CrashPoint.DURING_RECOVERY);

    /** Few executions of a life have large values. */
    private static final Set<CrashPoint> RARE = Set.of(CrashPoint.BEFORE_PAYLOAD_WRITE, CrashPoint.AFTER_PAYLOAD_WRITE);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path temporary;

    private final long seed = Long.getLong("chaos.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void an_engine_at_work_comes_by_every_crash_point() throws Exception {
        try (Ordeal ordeal = new Ordeal(temporary, Database.beside(temporary.resolve("server")), POOL)) {
            ordeal.cast(ONE_OF_EACH, SPREAD_MILLIS, random.split());
            ordeal.strike(new Strike(Strike.Victim.NODE, false, 1_000, 0));
            // Only the second life is counted; what comes only with a beginning must have one there.
            ordeal.cast("second-life", ONE_OF_EACH, SPREAD_MILLIS, random.split());
            Map<String, Integer> visits = ordeal.visits();
            assertThat(visits).as("-Dchaos.seed=" + seed).hasSize(CrashPoint.values().length);
            assertThat(visits.entrySet().stream().filter(point -> point.getValue() == 0))
                    .as("-Dchaos.seed=" + seed)
                    .isEmpty();
        }
    }

    @Test
    void a_node_that_halts_at_some_crash_points_leaves_nothing_undone_and_nothing_doubled() throws Exception {
        List<String> visits = new ArrayList<>();
        SOME.forEach(point -> visits.add(point + ":" + (1 + random.nextInt(10))));
        assertThat(Checker.check(haltAtEach(visits, ONE_OF_EACH, temporary)))
                .as(name(visits))
                .isEmpty();
    }

    @Test
    @Tag("chaos")
    void a_node_that_halts_at_any_crash_point_leaves_nothing_undone_and_nothing_doubled() throws Exception {
        List<String> visits = new ArrayList<>();
        for (CrashPoint point : CrashPoint.values()) {
            visits.add(point + ":1");
            boolean rare = RARE.contains(point);
            visits.add(point + ":" + (rare ? 2 : 2 + random.nextInt(4)));
            visits.add(point + ":" + (rare ? 3 : 6 + random.nextInt(10)));
        }
        long began = System.nanoTime();
        int checked = 0;
        List<String> failures = new ArrayList<>();
        for (int from = 0; from < visits.size(); from += HALTS_PER_RUN) {
            Path directory = Files.createDirectories(temporary.resolve("from-" + from));
            List<String> some = visits.subList(from, Math.min(visits.size(), from + HALTS_PER_RUN));
            try {
                Recording recording = haltAtEach(some, 2 * ONE_OF_EACH, directory);
                assertThat(Checker.check(recording)).isEmpty();
                checked += recording.histories().size();
            } catch (AssertionError e) {
                // Keeps no other point from being tried.
                failures.add(name(some) + ": " + e.getMessage());
            }
        }
        System.out.printf(
                "halted %d times in %d s, -Dchaos.seed=%d; %d executions were checked, %d runs failed%n",
                visits.size(), Duration.ofNanos(System.nanoTime() - began).toSeconds(), seed, checked, failures.size());
        assertThat(failures).isEmpty();
    }

    private String name(List<String> visits) {
        return "halted at %s, -Dchaos.seed=%d".formatted(visits, seed);
    }

    private Recording haltAtEach(List<String> visits, int executions, Path directory) throws Exception {
        try (Ordeal ordeal = new Ordeal(directory, Database.beside(directory.resolve("server")), POOL)) {
            for (int i = 0; i < visits.size(); i++) {
                // Each life has something new to do, so that it comes by its point whatever the lives before have done.
                ordeal.cast("life-" + i, executions, SPREAD_MILLIS, random.split());
                ordeal.haltAt(visits.get(i));
            }
            return ordeal.finish();
        }
    }
}
