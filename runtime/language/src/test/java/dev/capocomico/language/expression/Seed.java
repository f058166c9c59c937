package dev.capocomico.language.expression;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Randomness that can be repeated: {@code -Dcapocomico.seed=N} runs a test with the seed that it printed. */
final class Seed {
    private Seed() {}

    /** The same every time, unless a seed is given. */
    static RandomGenerator random(String test) {
        long seed = Long.getLong("capocomico.seed", 20261121L);
        System.out.println(test + ": -Dcapocomico.seed=" + seed);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    static <T> T pick(RandomGenerator random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
