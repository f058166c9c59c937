package dev.capocomico.persistence.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.capocomico.engine.store.StoredValues;
import dev.capocomico.engine.store.ValueLostException;
import dev.capocomico.model.value.Measure;
import dev.capocomico.model.value.Reference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PayloadsTest {
    private static final JsonNode LARGE = TextNode.valueOf("x".repeat(20_000));
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Payloads payloads = new Payloads();

    @Test
    void a_small_value_stays_where_it_is() {
        JsonNode small = TextNode.valueOf("x".repeat(StoredValues.SIZE_MAX - 10));
        assertThat(payloads.slim(small)).isSameAs(small);
        assertThat(payloads.bytes()).isEmpty();
    }

    @Test
    void what_is_handed_on_inside_another_value_is_kept_once() {
        JsonNode inside = JSON.objectNode().set("report", LARGE);
        JsonNode around = JSON.objectNode().put("of", "research").set("result", inside);
        List<JsonNode> slim = List.of(payloads.slim(LARGE), payloads.slim(inside), payloads.slim(around));
        assertThat(payloads.bytes()).hasSize(1);
        assertThat(slim).noneMatch(StoredValues::isLarge).allMatch(Reference::isIn);
        assertThat(whole(slim)).containsExactly(LARGE, inside, around);
    }

    @Test
    void what_is_large_only_by_the_number_of_its_parts_is_kept_as_a_whole() {
        var list = JSON.arrayNode();
        for (int i = 0; i < 10_000; i++) {
            list.add(i);
        }
        list.add(LARGE);
        JsonNode slim = payloads.slim(list);
        assertThat(slim).isInstanceOf(BinaryNode.class);
        assertThat(payloads.bytes()).hasSize(2);
        assertThat(whole(List.of(slim))).containsExactly(list);
    }

    @Test
    void any_values_come_back_as_they_were() {
        long seed = Long.getLong("seed", 20_261_123L);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            JsonNode value = any(random, 4);
            Payloads own = new Payloads();
            JsonNode slim = own.slim(value);
            assertThat(StoredValues.isLarge(slim)).as("-Dseed=%d", seed).isFalse();
            assertThat(Payloads.whole(slim, known(own, List.of(slim))))
                    .as("value %d of -Dseed=%d", i, seed)
                    .isEqualTo(value);
        }
    }

    @Test
    void a_damaged_or_missing_payload_is_noticed() {
        Reference reference = Reference.of(payloads.slim(LARGE));
        byte[] bytes = payloads.bytes().get(reference).clone();
        bytes[100]++;
        assertThat(Payloads.read(reference, bytes).isMissingNode()).isTrue();
        assertThatExceptionOfType(ValueLostException.class)
                .isThrownBy(() -> Payloads.whole(reference.node(), new HashMap<>()))
                .withMessageContaining("not there");
    }

    @Test
    void a_value_has_one_size_and_one_depth_wherever_its_parts_are() {
        long seed = Long.getLong("seed", 20_261_130L);
        SplittableRandom random = new SplittableRandom(seed);
        int apart = 0;
        for (int i = 0; i < 300; i++) {
            JsonNode value = any(random, 4);
            JsonNode slim = new Payloads().slim(value);
            assertThat(Measure.size(slim)).as("value %d of -Dseed=%d", i, seed).isEqualTo(Measure.size(value));
            assertThat(Measure.depth(slim)).as("value %d of -Dseed=%d", i, seed).isEqualTo(Measure.depth(value));
            apart += Reference.isIn(slim) ? 1 : 0;
        }
        assertThat(apart).isGreaterThan(50);
    }

    @Test
    void the_reference_of_an_earlier_program_is_the_digest_alone() {
        Reference reference = Reference.of(payloads.slim(LARGE));
        Reference old = Reference.of(BinaryNode.valueOf(reference.digest()));
        assertThat(old).isEqualTo(reference);
        assertThat(old.size()).as("what it was at least").isEqualTo(StoredValues.SIZE_MAX);
        JsonNode whole =
                Payloads.whole(BinaryNode.valueOf(reference.digest()), new HashMap<>(Map.of(reference, LARGE)));
        assertThat(whole).isEqualTo(LARGE);
    }

    private List<JsonNode> whole(List<JsonNode> slim) {
        Map<Reference, JsonNode> known = known(payloads, slim);
        return slim.stream().map(value -> Payloads.whole(value, known)).toList();
    }

    private static Map<Reference, JsonNode> known(Payloads payloads, List<JsonNode> slim) {
        Map<Reference, JsonNode> known = new HashMap<>();
        payloads.bytes().forEach((reference, bytes) -> known.put(reference, Payloads.read(reference, bytes)));
        Set<Reference> wanted = new HashSet<>();
        slim.forEach(one -> Reference.collect(one, wanted));
        assertThat(known.keySet()).containsAll(wanted);
        return known;
    }

    private static JsonNode any(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> TextNode.valueOf("y".repeat(random.nextInt(1 << random.nextInt(1, 17))));
            case 1 -> JSON.numberNode(random.nextInt());
            case 2 -> JSON.nullNode();
            case 3 -> {
                var list = JSON.arrayNode();
                int size = random.nextInt(1 << random.nextInt(1, 6));
                for (int i = 0; i < size; i++) {
                    list.add(any(random, depth - 1));
                }
                yield list;
            }
            default -> {
                ObjectNode object = JSON.objectNode();
                int size = random.nextInt(6);
                for (int i = 0; i < size; i++) {
                    object.set("k" + i, any(random, depth - 1));
                }
                yield object;
            }
        };
    }
}
