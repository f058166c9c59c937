package dev.capocomico.persistence.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.Usage;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StepCodecTest {
    private final CBORMapper cbor = new CBORMapper();

    @Test
    void a_step_comes_back_as_it_was() {
        long seed = Long.getLong("seed", 20_261_121L);
        SampleFacts samples = new SampleFacts(new SplittableRandom(seed));
        for (int i = 0; i < 5_000; i++) {
            List<Fact> facts = Stream.generate(samples::any).limit(i % 7).toList();
            Step step = new Step(i + 1, 1_700_000_000_000L + i, facts, i % 3 == 0 ? Step.NO_WRITER : samples.writer());
            assertThat(decode(StepCodec.encode(step)))
                    .as("step %d of -Dseed=%d", i, seed)
                    .isEqualTo(step);
        }
    }

    /** The bytes were released as they stand here. */
    @Test
    void a_row_ends_with_its_writer_and_older_rows_have_none() {
        Step step = new Step(2, 1, List.of(new Fact.Paused(null)));
        assertThat(HexFormat.of().formatHex(StepCodec.encode(step)))
                .isEqualTo("830201818268" + "7061757365642f31" + "f6");
        byte[] signed = StepCodec.encode(step.by(-2));
        assertThat(HexFormat.of().formatHex(signed)).isEqualTo("840201818268" + "7061757365642f31" + "f6" + "21");
        assertThat(decode(signed).writer()).isEqualTo(-2);
        assertThat(decode(StepCodec.encode(step)).writer()).isEqualTo(Step.NO_WRITER);
        assertThat(StepSkim.of(StepCodec.manifest(), signed).milestones()).hasSize(1);
    }

    @Test
    void no_damage_does_more_than_make_a_row_unreadable() {
        long seed = Long.getLong("seed", 20_261_122L);
        SplittableRandom random = new SplittableRandom(seed);
        SampleFacts samples = new SampleFacts(random);
        int unreadable = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] row = StepCodec.encode(new Step(1, 2, List.of(samples.any(), samples.any())));
            row[random.nextInt(row.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] damaged = random.nextBoolean() ? row : Arrays.copyOf(row, random.nextInt(row.length));
            try {
                decode(damaged);
            } catch (UnreadableStepException e) {
                unreadable++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("row " + i + " of -Dseed=" + seed, e);
            }
        }
        assertThat(unreadable).isGreaterThan(5_000);
    }

    @Test
    void an_output_of_null_is_told_from_none() {
        Ending ending = new Ending(Ending.Kind.COMPLETED, "COMPLETED", "done", null);
        Step withNull = new Step(1, 1, List.of(new Fact.Ended(ending, JsonNodeFactory.instance.nullNode())));
        Step without = new Step(1, 1, List.of(new Fact.Ended(ending, null)));
        assertThat(decode(StepCodec.encode(withNull))).isEqualTo(withNull).isNotEqualTo(without);
        assertThat(decode(StepCodec.encode(without))).isEqualTo(without);
    }

    @Test
    void half_a_character_is_replaced() {
        Step step = new Step(1, 1, List.of(new Fact.Paused("a\uD800b")));
        assertThat(decode(StepCodec.encode(step)).facts())
                .singleElement()
                .isInstanceOfSatisfying(
                        Fact.Paused.class,
                        paused -> assertThat(paused.by()).startsWith("a").endsWith("b"));
    }

    @Test
    void an_unknown_fact_version_or_manifest_is_named() throws Exception {
        assertUnreadable("[1, 2, [[\"dispatched/9\", [0, 0]]]]", "no fact \"dispatched/9\"");
        assertUnreadable("[1, 2, [[\"java.lang.Runtime\", 1]]]", "no fact \"java.lang.Runtime\"");
        assertThatExceptionOfType(UnreadableStepException.class)
                .isThrownBy(() -> StepCodec.decode("step/2", new byte[0]))
                .withMessageContaining("no kind of row \"step/2\"");
    }

    @Test
    void a_known_fact_of_another_shape_is_unreadable() throws Exception {
        assertUnreadable("[1, 2, [[\"dispatched/1\", [0, 0], 5]]]", "the end of a list");
        assertUnreadable("[1, 2, [[\"dispatched/1\", []]]]", "a whole number");
        assertUnreadable("[1, 2, [[\"timer_fired/1\", [0]]]]", "an element of a task");
        assertUnreadable("[1, 2, [[\"task_skipped/1\", 3000000000]]]", "out of range");
        assertUnreadable("[1, 2, [[\"ended/1\", [\"won\", \"\", \"\", null], []]]]", "no way to end \"won\"");
        assertUnreadable(
                "[1, 2, [[\"gave_up/1\", [0, 0], [\"A\", \"b\", true], null, [-1, 0]]]]", "not less than nothing");
        assertUnreadable("[1, 2, [], 4, 5]", "the end of a list");
        assertUnreadable("[1, 2, [], \"me\"]", "a whole number or the end of a list");
    }

    @Test
    void a_dispatch_and_its_success_take_few_bytes() {
        Step step = new Step(
                2,
                1_700_000_000_000L,
                List.of(
                        new Fact.Succeeded(
                                new Target.Element(0, 0),
                                JsonNodeFactory.instance.objectNode(),
                                "local",
                                1_700_000_000_000L,
                                Usage.NONE),
                        new Fact.Dispatched(new Target.Element(1, 0), null)));
        assertThat(StepCodec.encode(step)).hasSizeLessThan(70);
    }

    private void assertUnreadable(String json, String message) throws Exception {
        byte[] bytes = cbor.writeValueAsBytes(new com.fasterxml.jackson.databind.ObjectMapper().readTree(json));
        assertThatExceptionOfType(UnreadableStepException.class)
                .isThrownBy(() -> decode(bytes))
                .withMessageContaining(message);
    }

    private static Step decode(byte[] bytes) {
        return StepCodec.decode(StepCodec.manifest(), bytes);
    }
}
