package dev.capocomico.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.engine.probe.CrashPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Halts the JVM of a node at the moments that the engine names, and lets another node go on. */
class CrashPointsTest {
    private static final int EXECUTIONS = 30;
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

    @TempDir
    Path temporary;

    private final long seed = Long.getLong("chaos.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void an_engine_at_work_comes_by_every_crash_point() throws Exception {
        try (Ordeal ordeal = new Ordeal(temporary, Database.beside(temporary.resolve("server")), POOL)) {
            ordeal.cast(EXECUTIONS, SPREAD_MILLIS, random.split());
            ordeal.strike(new Strike(Strike.Victim.NODE, false, 1_000, 0));
            // Only the second life is counted; what comes only with a beginning must have one there.
            ordeal.cast("second-life", EXECUTIONS, SPREAD_MILLIS, random.split());
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
        haltAtEach(visits, temporary);
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
        for (int from = 0; from < visits.size(); from += HALTS_PER_RUN) {
            Path directory = Files.createDirectories(temporary.resolve("from-" + from));
            haltAtEach(visits.subList(from, Math.min(visits.size(), from + HALTS_PER_RUN)), directory);
        }
    }

    private void haltAtEach(List<String> visits, Path directory) throws Exception {
        try (Ordeal ordeal = new Ordeal(directory, Database.beside(directory.resolve("server")), POOL)) {
            for (int i = 0; i < visits.size(); i++) {
                // Each life has something new to do, so that it comes by its point whatever the lives before have done.
                ordeal.cast("life-" + i, EXECUTIONS, SPREAD_MILLIS, random.split());
                ordeal.haltAt(visits.get(i));
            }
            assertThat(Checker.check(ordeal.finish()))
                    .as("halted at %s, -Dchaos.seed=%d".formatted(visits, seed))
                    .isEmpty();
        }
    }
}
