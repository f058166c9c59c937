package dev.capocomico.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capocomico.chaos.Strike.Victim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments in runs of mixed workflows, and a checker that finds nothing afterwards. The seed of a run that
 * failed is in its message; {@code -Dchaos.seed=…} repeats its workflows and its strikes, though not the machine's own timing.
 */
class RandomKillsTest {
    private static final int EXECUTIONS = 45;
    private static final int SPREAD_MILLIS = 3_000;
    private static final int POOL = 8;

    /** An attempt may be lost five times, and each that is under way is lost whenever the node is. */
    private static final int STRIKES_BESIDE = 4;

    private static final int STRIKES_INSIDE = 2;
    private static final List<Victim> BESIDE = List.of(Victim.values());

    /** A node's own database stays away until there is another node. */
    private static final List<Victim> INSIDE = List.of(Victim.NODE, Victim.BOTH);

    @TempDir
    Path temporary;

    @Test
    void whatever_is_killed_all_that_was_accepted_ends_as_it_would_have() throws Exception {
        long seed = Long.getLong("chaos.seed", System.nanoTime());
        int kills = Integer.getInteger("chaos.kills", STRIKES_BESIDE + STRIKES_INSIDE);
        SplittableRandom random = new SplittableRandom(seed);
        for (int done = 0; done < kills; done += STRIKES_BESIDE + STRIKES_INSIDE) {
            Path directory = temporary.resolve("after-" + done);
            String name = "-Dchaos.seed=%d, after %d kills".formatted(seed, done);
            Path server = Files.createDirectories(directory.resolve("server"));
            try (Ordeal ordeal = new Ordeal(server, Database.beside(server), POOL)) {
                run(ordeal, STRIKES_BESIDE, BESIDE, random.split(), name);
            }
            Path node = Files.createDirectories(directory.resolve("node"));
            try (Ordeal ordeal = new Ordeal(node, Database.inside(node), POOL)) {
                run(ordeal, STRIKES_INSIDE, INSIDE, random.split(), name + ", node with its own database");
            }
        }
    }

    private static void run(Ordeal ordeal, int strikes, List<Victim> victims, SplittableRandom random, String name)
            throws Exception {
        ordeal.cast(EXECUTIONS, SPREAD_MILLIS, random.split());
        for (int i = 0; i < strikes; i++) {
            ordeal.strike(Strike.random(victims.get(random.nextInt(victims.size())), random));
        }
        assertThat(Checker.check(ordeal.finish())).as(name).isEmpty();
    }
}
