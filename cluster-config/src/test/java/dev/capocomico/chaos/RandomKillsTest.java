package dev.capocomico.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.chaos.Strike.Victim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments in runs of mixed workflows, and a checker that finds nothing afterwards. Each round has a seed of its own,
 * which stands in the message of one that failed: {@code -Dchaos.seed=… -Dchaos.kills=6} repeats its workflows and its strikes, though not the
 * machine's own timing. What a failed round has left on the disk is kept.
 */
class RandomKillsTest {
    private static final int EXECUTIONS = 52;
    private static final int SPREAD_MILLIS = 3_000;
    private static final int POOL = 8;

    /** An attempt may be lost five times, and each that is under way is lost whenever the node is. */
    private static final int STRIKES_BESIDE = 4;

    private static final int STRIKES_INSIDE = 2;
    private static final List<Victim> BESIDE = chosen(Victim.values());

    /** A node's own database stays away until there is another node. */
    private static final List<Victim> INSIDE = chosen(Victim.NODE, Victim.NODE_IN_ORDER, Victim.BOTH);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path temporary;

    private final Map<Victim, Integer> killed = new EnumMap<>(Victim.class);
    private final List<String> failures = new ArrayList<>();
    private int missed;
    private int checked;

    @Test
    void whatever_is_killed_all_that_was_accepted_ends_as_it_would_have() throws Exception {
        long seed = Long.getLong("chaos.seed", System.nanoTime());
        int kills = Integer.getInteger("chaos.kills", STRIKES_BESIDE + STRIKES_INSIDE);
        int perRound = STRIKES_BESIDE + STRIKES_INSIDE;
        long began = System.nanoTime();
        for (int round = 0; round * perRound < kills; round++) {
            SplittableRandom random = new SplittableRandom(seed + round);
            String name = "-Dchaos.seed=%d -Dchaos.kills=%d".formatted(seed + round, perRound);
            Path server = Files.createDirectories(temporary.resolve("server-" + round));
            go(server, Database.beside(server), STRIKES_BESIDE, BESIDE, random.split(), name);
            Path node = Files.createDirectories(temporary.resolve("node-" + round));
            go(
                    node,
                    Database.inside(node),
                    STRIKES_INSIDE,
                    INSIDE,
                    random.split(),
                    name + ", a node with its own database");
        }
        System.out.printf(
                "killed %s, missed %d in %d s, from -Dchaos.seed=%d on; %d executions were checked, %d runs failed%n",
                killed,
                missed,
                Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                seed,
                checked,
                failures.size());
        assertThat(failures).isEmpty();
    }

    private static List<Victim> chosen(Victim... victims) {
        return Arrays.stream(victims)
                .filter(victim -> victim != Victim.NODE_IN_ORDER || Workload.STOPS.isChosen())
                .toList();
    }

    /** One that fails keeps no other from being tried: what is found once in a hundred kills must not hide the rest. */
    private void go(
            Path directory, Database database, int strikes, List<Victim> victims, SplittableRandom random, String name)
            throws Exception {
        try (Ordeal ordeal = new Ordeal(directory, database, POOL)) {
            if (Workload.CLOCKS.isChosen()) {
                ordeal.skewClocks(random.split());
            }
            ordeal.cast(EXECUTIONS, SPREAD_MILLIS, random.split());
            for (int i = 0; i < strikes; i++) {
                Strike strike = Strike.random(victims.get(random.nextInt(victims.size())), random);
                if (ordeal.strike(strike)) {
                    killed.merge(strike.victim(), 1, Integer::sum);
                } else {
                    missed++;
                }
            }
            Recording recording = ordeal.finish();
            assertThat(Checker.check(recording)).isEmpty();
            checked += recording.histories().size();
        } catch (AssertionError e) {
            failures.add(name + ": " + e.getMessage());
            System.out.printf("%s, kept in %s: %s%n", name, directory, e.getMessage());
            return;
        }
        delete(directory);
    }

    /** Dozens of databases are more than a small disk may hold. */
    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }
}
