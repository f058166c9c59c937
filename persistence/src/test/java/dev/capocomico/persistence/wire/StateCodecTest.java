package dev.capocomico.persistence.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.value.Reference;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class StateCodecTest {
    private static final int WALKS = 60;
    private static final int WALK = 80;

    @Test
    void a_state_comes_back_as_it_was_wherever_an_execution_stands() {
        long seed = Long.getLong("seed", 20_261_124L);
        SplittableRandom random = new SplittableRandom(seed);
        Set<dev.capocomico.model.execution.Phase> met = EnumSet.noneOf(dev.capocomico.model.execution.Phase.class);
        for (int walk = 0; walk < WALKS; walk++) {
            for (ExecutionState state : new SampleStates(random.split()).walk(WALK)) {
                met.add(state.phase());
                byte[] bytes = StateCodec.encode(state, UnaryOperator.identity());
                assertThat(StateCodec.decode(StateCodec.manifest(), bytes))
                        .as("walk %d of -Dseed=%d", walk, seed)
                        .isEqualTo(state);
            }
        }
        assertThat(met).as("phases that were met").hasSize(4);
    }

    @Test
    void large_values_are_referred_to_and_come_back() {
        long seed = Long.getLong("seed", 20_261_125L);
        SplittableRandom random = new SplittableRandom(seed);
        int withReferences = 0;
        for (int walk = 0; walk < WALKS; walk++) {
            ExecutionState state =
                    new SampleStates(random.split()).walk(WALK / 2).getLast();
            Payloads payloads = new Payloads();
            byte[] bytes = StateCodec.encode(state, payloads::slim);
            ExecutionState read = StoredState.read(StateCodec.manifest(), bytes).state();
            Map<Reference, JsonNode> known = new HashMap<>();
            payloads.bytes().forEach((reference, payload) -> known.put(reference, Payloads.read(reference, payload)));
            // What is put back in the place of the references gives the same bytes as the state itself.
            assertThat(StateCodec.encode(read, value -> Payloads.whole(value, known)))
                    .as("walk %d of -Dseed=%d", walk, seed)
                    .isEqualTo(StateCodec.encode(state, UnaryOperator.identity()));
            withReferences += known.isEmpty() ? 0 : 1;
        }
        assertThat(withReferences).as("states with references").isGreaterThan(WALKS / 2);
    }

    @Test
    void no_damage_does_more_than_make_a_snapshot_unreadable() {
        long seed = Long.getLong("seed", 20_261_126L);
        SplittableRandom random = new SplittableRandom(seed);
        int unreadable = 0;
        for (int walk = 0; walk < WALKS; walk++) {
            byte[] good =
                    StateCodec.encode(new SampleStates(random.split()).walk(20).getLast(), UnaryOperator.identity());
            for (int i = 0; i < 100; i++) {
                byte[] bad = random.nextBoolean() ? good.clone() : Arrays.copyOf(good, random.nextInt(good.length));
                if (bad.length > 0) {
                    bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                }
                try {
                    StateCodec.decode(StateCodec.manifest(), bad);
                } catch (UnreadableStepException | IllegalArgumentException e) {
                    unreadable++;
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("walk " + walk + " of -Dseed=" + seed, e);
                }
            }
        }
        assertThat(unreadable).isGreaterThan(WALKS * 50);
    }

    @Test
    void another_version_is_named() {
        assertThatExceptionOfType(UnreadableStepException.class)
                .isThrownBy(() -> StateCodec.decode("state/9", new byte[0]))
                .withMessageContaining("no kind of snapshot \"state/9\"");
    }
}
