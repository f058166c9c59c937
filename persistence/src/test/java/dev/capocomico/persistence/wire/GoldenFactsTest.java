package dev.capocomico.persistence.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.retry.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Released bytes stay readable, and stay what is written. A file is never changed: a new shape of a fact gets a new name and
 * a new file. {@code -Dgolden.write=true} writes the files that are missing.
 */
class GoldenFactsTest {
    private static final Path GOLDEN = Path.of(System.getProperty("capocomico.root"))
            .resolve("persistence/src/test/resources/dev/capocomico/persistence/wire/golden");
    private static final long AT = 1_767_225_600_123L;
    private static final ObjectNode VALUE = JsonNodeFactory.instance
            .objectNode()
            .put("text", "né ☂ 𝄞")
            .put("whole", 42)
            .put("wide", 5_000_000_000L)
            .put("fraction", 0.25)
            .putNull("nothing");

    /** The newest version of every fact, by its name on the wire. */
    private static Map<String, Fact> newest() {
        Map<String, Fact> facts = new LinkedHashMap<>();
        Target.Element element = new Target.Element(3, 1);
        Target.Undo undo = new Target.Undo(7);
        Failure failure = new Failure("CARD_DECLINED", "the card was declined", true);
        Ending ending = new Ending(Ending.Kind.FAILED, "CARD_DECLINED", "task \"charge\" failed", 3);
        Usage usage = new Usage(1_200, 3_500_000);
        StartOptions options = new StartOptions(
                Duration.ofHours(2),
                RetryPolicy.STANDARD,
                Priority.HIGH,
                12,
                new StartOptions.Parent("order-17", element, 4),
                Map.of("team", "sales", "area", "north"));
        facts.put("started/1", new Fact.Started("order-17", "0a1b2c", VALUE, options, AT + 7_200_000, "ann"));
        facts.put("task_skipped/1", new Fact.TaskSkipped(4));
        facts.put("event_awaited/1", new Fact.EventAwaited(4, Long.MAX_VALUE));
        facts.put("event_taken/1", new Fact.EventTaken(4, "event-9", VALUE));
        facts.put(
                "expanded/1",
                new Fact.Expanded(
                        4, 2, JsonNodeFactory.instance.arrayNode().add(1).add("two")));
        facts.put("wait_began/1", new Fact.WaitBegan(4, AT + 60_000));
        facts.put("sleep_began/1", new Fact.SleepBegan(4, AT + 60_000));
        facts.put("dispatched/1", new Fact.Dispatched(element, null));
        facts.put("dispatched/2", new Fact.Dispatched(element, VALUE));
        facts.put("succeeded/1", new Fact.Succeeded(element, VALUE, "payments-2", AT, usage));
        facts.put("iteration_ended/1", new Fact.IterationEnded(element, VALUE, "payments-2", AT + 1_000, usage));
        facts.put("attempt_failed/1", new Fact.AttemptFailed(undo, failure, "payments-2", AT + 1_000, usage));
        facts.put("attempt_began/1", new Fact.AttemptBegan(element));
        facts.put("attempt_lost/1", new Fact.AttemptLost(undo, true));
        facts.put("attempt_handed_back/1", new Fact.AttemptHandedBack(undo, true));
        facts.put("gave_up/1", new Fact.GaveUp(element, failure, null, Usage.NONE));
        facts.put("task_cancelled/1", new Fact.TaskCancelled(4, AT + 30_000, "ann"));
        facts.put("timer_fired/1", new Fact.TimerFired(element));
        facts.put("undo_timer_fired/1", new Fact.UndoTimerFired(7));
        facts.put("signal_arrived/1", new Fact.SignalArrived("approval", VALUE, "key-1", null));
        facts.put("key_remembered/1", new Fact.KeyRemembered("retry key-1"));
        facts.put(
                "called/1",
                new Fact.Called(new Origin(
                        "signalExecution", "approval", "ann", "192.0.2.17", "4bf92f3577b34da6a3ce929d0e0e4736")));
        facts.put("paused/1", new Fact.Paused("ann"));
        facts.put("resumed/1", new Fact.Resumed(null));
        facts.put("ending_began/1", new Fact.EndingBegan(ending, AT + 30_000, "ann"));
        facts.put("compensation_began/1", new Fact.CompensationBegan(AT + 600_000));
        facts.put("ended/1", new Fact.Ended(ending, VALUE));
        facts.put("retried/1", new Fact.Retried(AT + 7_200_000, "ann"));
        facts.put("parked/1", new Fact.Parked(AT + 3_600_000));
        return facts;
    }

    @Test
    void every_fact_has_a_golden_file() {
        // One fact may be written in two ways.
        Set<Class<?>> shown =
                newest().values().stream().<Class<?>>map(Object::getClass).collect(Collectors.toSet());
        assertThat(shown)
                .as("a new fact is added to newest() here, and its files are written with -Dgolden.write=true")
                .containsExactlyInAnyOrder(Fact.class.getPermittedSubclasses());
    }

    @TestFactory
    Stream<DynamicTest> the_newest_version_is_written_as_it_was_released() {
        return newest().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    byte[] written = StepCodec.encode(step(entry.getValue()));
                    Path file = file(entry.getKey());
                    if (Boolean.getBoolean("golden.write") && Files.notExists(file)) {
                        Files.createDirectories(GOLDEN);
                        Files.writeString(file, lines(HexFormat.of().formatHex(written)));
                        Files.writeString(readable(file), json(written));
                    }
                    assertThat(file).as("the released bytes").exists();
                    assertThat(HexFormat.of().formatHex(written)).isEqualTo(hex(file));
                }));
    }

    @TestFactory
    Stream<DynamicTest> every_version_that_was_released_is_read() throws IOException {
        Map<String, Fact> newest = newest();
        try (Stream<Path> files = Files.list(GOLDEN)) {
            List<Path> released = files.filter(file -> file.toString().endsWith(".hex"))
                    .sorted()
                    .toList();
            return released.stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                        byte[] bytes = HexFormat.of().parseHex(hex(file));
                        Step step = StepCodec.decode(StepCodec.manifest(), bytes);
                        Fact expected = newest.get(name(file));
                        // Of an older version the reader builds today's fact; it is enough that it is read at all.
                        if (expected != null) {
                            assertThat(step).isEqualTo(step(expected));
                        }
                        assertThat(Files.readString(readable(file))).isEqualTo(json(bytes));
                    }));
        }
    }

    private static Step step(Fact fact) {
        return new Step(2, AT, List.of(fact));
    }

    private static Path file(String name) {
        return GOLDEN.resolve(name.replace('/', '.') + ".hex");
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - ".hex".length()).replace('.', '/');
    }

    private static Path readable(Path file) {
        return file.resolveSibling(file.getFileName().toString().replace(".hex", ".json"));
    }

    private static String hex(Path file) throws IOException {
        return Files.readString(file).replaceAll("\\s", "");
    }

    private static String lines(String hex) {
        return String.join("\n", Arrays.asList(hex.split("(?<=\\G.{96})"))) + "\n";
    }

    private static String json(byte[] cbor) throws IOException {
        JsonNode tree = new CBORMapper().readTree(cbor);
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
    }
}
