package dev.capocomico.persistence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.collection.LevelFifo;
import dev.capocomico.model.execution.Completion;
import dev.capocomico.model.execution.ElementState;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.Phase;
import dev.capocomico.model.execution.Progress;
import dev.capocomico.model.execution.Signals;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.TaskState;
import dev.capocomico.model.execution.TaskStatus;
import dev.capocomico.model.execution.Undoing;
import dev.capocomico.model.execution.WorkItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A snapshot's bytes belong to its manifest. When this fails because the state has changed, {@code StateNames.STATE} gets the next
 * number, the old files go, and {@code -Dgolden.write=true} writes new ones; snapshots of the old number are then left unread.
 */
class GoldenStatesTest {
    private static final Path GOLDEN = Path.of(System.getProperty("capocomico.root"))
            .resolve("persistence/src/test/resources/dev/capocomico/persistence/wire/golden-states");
    private static final long AT = 1_767_225_600_123L;
    private static final ObjectNode VALUE =
            JsonNodeFactory.instance.objectNode().put("text", "né ☂ 𝄞").put("wide", 5_000_000_000L);
    private static final Failure FAILURE = new Failure("CARD_DECLINED", "the card was declined", true);
    private static final Ending ENDING = new Ending(Ending.Kind.FAILED, "CARD_DECLINED", "it failed", 3);
    private static final Progress PROGRESS = new Progress(1, 2, 3, 4, 5, true, VALUE, VALUE);
    private static final Target.Element ELEMENT = new Target.Element(3, 1);

    private static Map<String, ExecutionState> states() {
        Map<String, ExecutionState> states = new LinkedHashMap<>();
        states.put("begun", state(Phase.RUNNING, Chunks.ofSize(3), ExecutionState.NEW.signals(), null));
        states.put("everything", state(Phase.RUNNING, chunks(tasks()), signals(), null));
        states.put("compensating", state(Phase.COMPENSATING, chunks(tasks()), ExecutionState.NEW.signals(), undoing()));
        return states;
    }

    private static List<TaskState> tasks() {
        TaskState.Taken taken = new TaskState.Taken("event-9", VALUE);
        TaskState.Fan fan = new TaskState.Fan(
                JsonNodeFactory.instance.arrayNode().add(1).add("two"),
                chunks(elements()),
                1,
                6,
                Fifo.<Integer>empty().add(1),
                1,
                2,
                true,
                true,
                FAILURE,
                taken);
        return List.of(
                new TaskState.Blocked(2, 1, fan),
                new TaskState.Ready(1, taken),
                new TaskState.AwaitingEvent(0, Long.MAX_VALUE),
                new TaskState.AwaitingSignal(0, null, AT),
                new TaskState.Sleeping(0, taken, AT),
                new TaskState.Single(elements().getFirst(), taken),
                fan,
                new TaskState.Over(TaskStatus.FAILED, VALUE, FAILURE, 1, null, null));
    }

    private static List<ElementState> elements() {
        return List.of(
                new ElementState.Running(PROGRESS, 17, AT, true, Long.MAX_VALUE),
                new ElementState.Due(PROGRESS),
                new ElementState.Fresh(2),
                new ElementState.Resting(new Progress(0, 1, 1, 1, 0, false, null, null), AT),
                new ElementState.Done(PROGRESS, VALUE),
                new ElementState.Failed(PROGRESS, FAILURE));
    }

    private static Signals signals() {
        return new Signals(
                Map.of(
                        "go",
                        Fifo.<com.fasterxml.jackson.databind.JsonNode>empty().add(VALUE)),
                Map.of("stay", Fifo.<Integer>empty().add(3)),
                1,
                Fifo.<String>empty().add("key-1"));
    }

    private static Undoing undoing() {
        List<Completion> entries = List.of(new Completion(ELEMENT, VALUE), new Completion(ELEMENT, VALUE));
        return new Undoing(entries, chunks(elements().subList(0, 2)), 2, 2, 0, true, AT);
    }

    private static ExecutionState state(
            Phase phase, Chunks<TaskState> tasks, Signals signals, @Nullable Undoing undoing) {
        Fact.Started started = new Fact.Started("order-17", "0a1b2c", VALUE, StartOptions.NONE, AT + 1, "ann");
        return new ExecutionState(
                40,
                AT,
                phase,
                true,
                AT - 1,
                started,
                AT - 2,
                AT + 1,
                Long.MAX_VALUE,
                7,
                2,
                1,
                12_345,
                678,
                tasks,
                Fifo.<WorkItem>empty().add(new WorkItem.StartTask(1)),
                LevelFifo.<WorkItem>empty()
                        .add(2, new WorkItem.StartElement(6))
                        .add(2, new WorkItem.TryAgain(new Target.Undo(1))),
                Agenda.<Target>empty().add(AT, ELEMENT).add(AT, new Target.Undo(0)),
                signals,
                Fifo.<Completion>empty().add(new Completion(ELEMENT, VALUE)),
                undoing,
                undoing == null ? null : ENDING,
                undoing == null ? null : ENDING,
                null);
    }

    private static <T> Chunks<T> chunks(List<T> list) {
        Chunks.Editor<T> chunks = Chunks.<T>ofSize(list.size() + 1).edit();
        for (int i = 0; i < list.size(); i++) {
            chunks.set(i, list.get(i));
        }
        return chunks.freeze();
    }

    @Test
    void every_kind_of_state_is_shown() {
        assertThat(tasks().stream().<Class<?>>map(Object::getClass))
                .containsExactlyInAnyOrder(TaskState.class.getPermittedSubclasses());
        assertThat(elements().stream().<Class<?>>map(Object::getClass))
                .containsExactlyInAnyOrder(ElementState.class.getPermittedSubclasses());
    }

    @TestFactory
    Stream<DynamicTest> a_state_is_written_and_read_as_its_manifest_says() {
        return states().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    byte[] written = StateCodec.encode(entry.getValue(), UnaryOperator.identity());
                    Path file = GOLDEN.resolve(StateCodec.manifest().replace('/', '.') + "." + entry.getKey() + ".hex");
                    if (Boolean.getBoolean("golden.write") && Files.notExists(file)) {
                        write(file, written);
                    }
                    assertThat(file).as("the bytes of this manifest").exists();
                    assertThat(HexFormat.of().formatHex(written)).isEqualTo(hex(file));
                    byte[] released = HexFormat.of().parseHex(hex(file));
                    assertThat(StateCodec.decode(StateCodec.manifest(), released))
                            .isEqualTo(entry.getValue());
                }));
    }

    private static void write(Path file, byte[] written) throws IOException {
        Files.createDirectories(GOLDEN);
        String hex = HexFormat.of().formatHex(written);
        Files.writeString(file, String.join("\n", Arrays.asList(hex.split("(?<=\\G.{96})"))) + "\n");
        Files.writeString(
                file.resolveSibling(file.getFileName().toString().replace(".hex", ".json")),
                new ObjectMapper()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(new CBORMapper().readTree(written))
                        + "\n");
    }

    private static String hex(Path file) throws IOException {
        return Files.readString(file).replaceAll("\\s", "");
    }
}
