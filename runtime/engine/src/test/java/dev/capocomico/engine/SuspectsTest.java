package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many suspects run together, and that the one who is to blame is found while all others live. */
class SuspectsTest {
    private static final int LOSSES_MAX = 5;

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1, 1", "8, 4, 2, 1, 1", "16, 8, 4, 2, 1", "64, 22, 8, 2, 1", "1000, 177, 31, 5, 1"})
    void each_loss_allows_at_most_half_as_many_together_and_after_the_fifth_it_is_alone(
            int places, int second, int third, int fourth, int fifth) {
        assertThat(IntStream.rangeClosed(0, 5).map(losses -> Suspects.together(places, losses, LOSSES_MAX)))
                .containsExactly(Suspects.ANY_NUMBER, Suspects.ANY_NUMBER, second, third, fourth, fifth);
    }

    @Test
    void in_a_pool_of_any_size_each_loss_at_least_halves_and_the_last_one_allowed_is_alone() {
        for (int lossesMax = 1; lossesMax <= 12; lossesMax++) {
            for (int places = 1; places <= 5_000; places++) {
                int before = places;
                for (int losses = 2; losses <= lossesMax; losses++) {
                    int together = Suspects.together(places, losses, lossesMax);
                    assertThat(together)
                            .as("%d places, loss %d of %d", places, losses, lossesMax)
                            .isBetween(1, Math.max(1, before / 2));
                    before = together;
                }
                assertThat(Suspects.together(places, lossesMax, lossesMax)).isIn(1, Suspects.ANY_NUMBER);
            }
        }
    }

    /** A node of paper: as many run as may, the oldest first; the culprit takes down all that run with it. */
    @Test
    void whoever_it_is_the_culprit_is_lost_six_times_and_nobody_else_more_than_five() {
        long seed = Long.getLong("capocomico.seed", 20261130L);
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < 500; run++) {
            int places = 1 + random.nextInt(100);
            int[] losses = new int[1 + random.nextInt(3 * places)];
            int culprit = random.nextInt(losses.length);
            List<Integer> open =
                    new ArrayList<>(IntStream.range(0, losses.length).boxed().toList());
            int crashes = 0;
            while (losses[culprit] <= LOSSES_MAX) {
                List<Integer> running = fill(open, losses, places);
                if (running.contains(culprit)) {
                    crashes++;
                    running.forEach(one -> losses[one]++);
                } else {
                    open.removeAll(running);
                }
            }
            assertThat(crashes).as("run %d, seed %d", run, seed).isEqualTo(LOSSES_MAX + 1);
            for (int one = 0; one < losses.length; one++) {
                if (one != culprit) {
                    assertThat(losses[one]).as("run %d, seed %d", run, seed).isLessThanOrEqualTo(LOSSES_MAX);
                }
            }
        }
    }

    private static List<Integer> fill(List<Integer> open, int[] losses, int places) {
        List<Integer> running = new ArrayList<>();
        int suspects = 0;
        int fewest = Suspects.ANY_NUMBER;
        for (int one : open) {
            int together = Suspects.together(places, losses[one], LOSSES_MAX);
            boolean suspect = together != Suspects.ANY_NUMBER;
            if (together == 1) {
                // It waits until nothing runs, and nothing runs with it.
                return running.isEmpty() ? List.of(one) : running;
            }
            if (running.size() < places && (!suspect || suspects < Math.min(fewest, together))) {
                running.add(one);
                suspects += suspect ? 1 : 0;
                fewest = suspect ? Math.min(fewest, together) : fewest;
            }
        }
        return running;
    }
}
