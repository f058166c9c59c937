package dev.capocomico.model.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each collection beside one of the JDK's, through the same random changes; old versions must stay as they were. */
class CollectionsTest {
    private static final long SEED = Long.getLong("capocomico.seed", 20261121L);

    private record Version<C, M>(C collection, M model) {}

    @Test
    void a_fifo_behaves_as_a_deque_and_old_versions_stay() {
        Random random = random();
        List<Version<Fifo<Integer>, List<Integer>>> versions = new ArrayList<>();
        Fifo<Integer> fifo = Fifo.empty();
        Deque<Integer> model = new ArrayDeque<>();
        for (int i = 0; i < 3_000; i++) {
            if (random.nextInt(5) < 3 || model.isEmpty()) {
                fifo = fifo.add(i);
                model.add(i);
            } else {
                fifo = fifo.rest();
                model.remove();
            }
            assertThat(fifo.peek()).isEqualTo(model.peek());
            assertThat(fifo.size()).isEqualTo(model.size());
            assertThat(fifo.isEmpty()).isEqualTo(model.isEmpty());
            int value = random.nextInt(i + 1);
            assertThat(fifo.contains(value)).isEqualTo(model.contains(value));
            if (random.nextInt(20) == 0) {
                versions.add(new Version<>(fifo, List.copyOf(model)));
            }
        }
        assertThat(versions)
                .allSatisfy(version -> assertThat(version.collection().toList()).isEqualTo(version.model()));
    }

    @Test
    void fifos_are_equal_by_what_they_hold() {
        Fifo<Integer> turned = Fifo.<Integer>empty().add(0).add(1).add(2).rest();
        Fifo<Integer> fresh = Fifo.<Integer>empty().add(1).add(2);
        assertThat(turned).isEqualTo(fresh).hasSameHashCodeAs(fresh).hasToString("[1, 2]");
        assertThat(turned).isNotEqualTo(fresh.add(3));
        assertThatThrownBy(() -> Fifo.empty().rest()).hasMessage("an empty queue has no rest");
    }

    @Test
    void a_queue_with_levels_behaves_as_a_fifo_for_each_and_old_versions_stay() {
        Random random = random();
        List<Version<LevelFifo<Integer>, List<Integer>>> versions = new ArrayList<>();
        LevelFifo<Integer> queue = LevelFifo.empty();
        TreeMap<Integer, Deque<Integer>> model = new TreeMap<>();
        for (int i = 0; i < 3_000; i++) {
            // The level of a number is its remainder, so that it can be found again.
            int choice = random.nextInt(6);
            Deque<Integer> first =
                    model.isEmpty() ? new ArrayDeque<>() : model.firstEntry().getValue();
            if (choice < 3 || first.isEmpty()) {
                int level = random.nextInt(5);
                queue = queue.add(level, 5 * i + level);
                model.computeIfAbsent(level, key -> new ArrayDeque<>()).add(5 * i + level);
            } else if (choice == 3) {
                queue = queue.firstGivesWay();
                first.add(first.remove());
            } else {
                queue = queue.rest();
                first.remove();
                model.values().removeIf(Deque::isEmpty);
            }
            List<Integer> all = model.values().stream().flatMap(Deque::stream).toList();
            assertThat(queue.toList()).isEqualTo(all);
            assertThat(queue.peek()).isEqualTo(all.isEmpty() ? null : all.getFirst());
            assertThat(queue.isEmpty()).isEqualTo(all.isEmpty());
            LevelFifo<Integer> back = LevelFifo.readBack(all);
            assertThat(back).isEqualTo(queue).hasSameHashCodeAs(queue);
            assertThat(back.sorted(number -> number % 5).add(0, -1)).isEqualTo(queue.add(0, -1));
            if (random.nextInt(20) == 0) {
                versions.add(new Version<>(queue, all));
            }
        }
        assertThat(versions)
                .allSatisfy(version -> assertThat(version.collection().toList()).isEqualTo(version.model()));
    }

    @Test
    void chunks_behave_as_an_array_and_old_versions_stay() {
        Random random = random();
        for (int size : new int[] {0, 1, 31, 32, 33, 1_024, 1_025, 40_000}) {
            List<Version<Chunks<Integer>, @Nullable Integer[]>> versions = new ArrayList<>();
            Chunks<Integer> chunks = Chunks.ofSize(size);
            @Nullable Integer[] model = new Integer[size];
            for (int round = 0; round < 30 && size > 0; round++) {
                versions.add(new Version<>(chunks, model.clone()));
                Chunks.Editor<Integer> editor = chunks.edit();
                for (int i = 0; i < 20; i++) {
                    int index = random.nextInt(size);
                    editor.set(index, round);
                    model[index] = round;
                    assertThat(editor.get(index)).isEqualTo(round);
                }
                chunks = editor.freeze();
            }
            versions.add(new Version<>(chunks, model));
            for (Version<Chunks<Integer>, @Nullable Integer[]> version : versions) {
                assertThat(all(version.collection())).isEqualTo(Arrays.asList(version.model()));
            }
        }
    }

    private static List<@Nullable Integer> all(Chunks<Integer> chunks) {
        List<@Nullable Integer> all = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            all.add(chunks.get(i));
        }
        return all;
    }

    @Test
    void an_editor_that_is_used_on_does_not_reach_what_it_handed_out() {
        Chunks.Editor<String> editor = Chunks.<String>ofSize(100).edit();
        editor.set(7, "old");
        Chunks<String> handedOut = editor.freeze();
        editor.set(7, "new");
        editor.set(8, "new");
        assertThat(handedOut.get(7)).isEqualTo("old");
        assertThat(handedOut.get(8)).isNull();
        assertThat(editor.freeze().get(7)).isEqualTo("new");
    }

    @Test
    void two_editors_of_one_version_know_nothing_of_each_other() {
        Chunks.Editor<String> first = Chunks.<String>ofSize(40).edit();
        first.set(0, "base");
        Chunks<String> base = first.freeze();
        Chunks.Editor<String> one = base.edit();
        Chunks.Editor<String> other = base.edit();
        one.set(1, "one");
        other.set(1, "other");
        assertThat(one.freeze().get(1)).isEqualTo("one");
        assertThat(other.freeze().get(1)).isEqualTo("other");
        assertThat(base.get(1)).isNull();
    }

    @Test
    void chunks_are_equal_by_what_they_hold() {
        Chunks.Editor<String> forwards = Chunks.<String>ofSize(2_000).edit();
        Chunks.Editor<String> backwards = Chunks.<String>ofSize(2_000).edit();
        for (int i = 0; i < 2_000; i += 7) {
            forwards.set(i, "v" + i);
            backwards.set(1_995 - i, "v" + (1_995 - i));
        }
        Chunks<String> one = forwards.freeze();
        Chunks<String> other = backwards.freeze();
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        backwards.set(1_999, "more");
        assertThat(one).isNotEqualTo(backwards.freeze());
        assertThat(Chunks.ofSize(3)).isNotEqualTo(Chunks.ofSize(4)).hasToString("[null, null, null]");
    }

    @Test
    void chunks_know_their_bounds() {
        assertThatThrownBy(() -> Chunks.ofSize(3).get(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Chunks.ofSize(3).edit().set(-1, "")).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void an_agenda_behaves_as_a_sorted_map_of_queues_and_old_versions_stay() {
        Random random = random();
        Agenda<Integer> agenda = Agenda.empty();
        TreeMap<Long, Deque<Integer>> model = new TreeMap<>();
        List<Version<Agenda<Integer>, List<Integer>>> versions = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            if (random.nextInt(5) < 3 || model.isEmpty()) {
                long at = random.nextInt(50);
                agenda = agenda.add(at, i);
                model.computeIfAbsent(at, any -> new ArrayDeque<>()).add(i);
            } else {
                Deque<Integer> earliest = model.firstEntry().getValue();
                earliest.remove();
                if (earliest.isEmpty()) {
                    model.pollFirstEntry();
                }
                agenda = agenda.withoutFirst();
            }
            Agenda.Entry<Integer> first = agenda.first();
            assertThat(first == null ? null : first.value())
                    .isEqualTo(
                            model.isEmpty()
                                    ? null
                                    : model.firstEntry().getValue().peek());
            if (random.nextInt(50) == 0) {
                versions.add(new Version<>(
                        agenda, model.values().stream().flatMap(Deque::stream).toList()));
            }
        }
        assertThat(versions).allSatisfy(version -> {
            assertThat(version.collection().toList().stream().map(Agenda.Entry::value))
                    .isEqualTo(version.model());
            assertThat(drained(version.collection())).isEqualTo(version.model());
        });
    }

    private static List<Integer> drained(Agenda<Integer> agenda) {
        List<Integer> values = new ArrayList<>();
        Agenda<Integer> left = agenda;
        for (Agenda.Entry<Integer> first = left.first(); first != null; first = left.first()) {
            values.add(first.value());
            left = left.withoutFirst();
        }
        return values;
    }

    @Test
    void agendas_are_equal_by_what_comes_out_of_them() {
        Agenda<String> one =
                Agenda.<String>empty().add(5, "a").add(5, "b").add(1, "x").withoutFirst();
        Agenda<String> other = Agenda.<String>empty().add(5, "a").add(5, "b");
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString(other.toString());
        assertThat(Agenda.<String>empty().add(5, "b").add(5, "a")).isNotEqualTo(other);
        assertThatThrownBy(() -> Agenda.empty().withoutFirst()).hasMessage("an empty agenda has no first entry");
    }

    @Test
    void an_agenda_filled_in_order_does_not_grow_deep() {
        Agenda<Integer> agenda = Agenda.empty();
        for (int i = 0; i < 200_000; i++) {
            agenda = agenda.add(i % 2 == 0 ? i : -i, i);
        }
        assertThat(agenda.toList()).hasSize(200_000);
        for (int i = 0; i < 1_000; i++) {
            agenda = agenda.withoutFirst();
        }
        assertThat(agenda.first()).extracting(Agenda.Entry::atMillis).isEqualTo(-197_999L);
    }

    private static Random random() {
        System.out.println("capocomico.seed=" + SEED);
        return new Random(SEED);
    }
}
