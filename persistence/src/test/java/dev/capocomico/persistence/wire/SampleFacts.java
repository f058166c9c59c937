package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.retry.RetryStrategy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Facts with anything in them that they may have; the same for the same source of chance. */
record SampleFacts(RandomGenerator random) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Ending.Kind[] ENDINGS = Ending.Kind.values();

    Fact any() {
        Target.Element element = new Target.Element(task(), task());
        return switch (random.nextInt(28)) {
            case 0 -> new Fact.Started(text(), text(), json(3), options(), time(), or(this::text));
            case 1 -> new Fact.TaskSkipped(task());
            case 2 -> new Fact.EventAwaited(task(), time());
            case 3 -> new Fact.EventTaken(task(), text(), json(3));
            case 4 -> new Fact.Expanded(task(), task(), or(this::list));
            case 5 -> new Fact.WaitBegan(task(), time());
            case 6 -> new Fact.SleepBegan(task(), time());
            case 7 -> new Fact.Dispatched(target(), or(() -> json(3)));
            case 8 -> new Fact.Succeeded(target(), json(3), or(this::text), time(), usage());
            case 9 -> new Fact.IterationEnded(target(), json(3), or(this::text), time(), usage());
            case 10 -> new Fact.AttemptFailed(target(), failure(), or(this::text), time(), usage());
            case 11 -> new Fact.AttemptLost(target(), random.nextBoolean());
            case 12 -> new Fact.GaveUp(target(), failure(), or(this::text), usage());
            case 13 -> new Fact.TimerFired(element);
            case 14 -> new Fact.UndoTimerFired(task());
            case 15 -> new Fact.SignalArrived(text(), json(3), or(this::text), or(this::text));
            case 16 -> new Fact.Paused(or(this::text));
            case 17 -> new Fact.Resumed(or(this::text));
            case 18 -> new Fact.EndingBegan(ending(), time(), or(this::text));
            case 19 -> new Fact.CompensationBegan(time());
            case 20 -> new Fact.Ended(ending(), or(() -> json(3)));
            case 21 -> new Fact.TaskCancelled(task(), time(), or(this::text));
            case 22 -> new Fact.Parked(time());
            case 23 -> new Fact.AttemptBegan(target());
            case 24 -> new Fact.KeyRemembered(text());
            case 25 -> new Fact.AttemptHandedBack(target(), random.nextBoolean());
            case 26 ->
                new Fact.Called(new Origin(text(), or(this::text), or(this::text), or(this::text), or(this::text)));
            default -> new Fact.Retried(time(), or(this::text));
        };
    }

    long writer() {
        return random.nextLong();
    }

    private Target target() {
        return random.nextBoolean() ? new Target.Element(task(), task() - 1) : new Target.Undo(task());
    }

    private Usage usage() {
        return random.nextBoolean() ? Usage.NONE : new Usage(task(), time());
    }

    private Failure failure() {
        return new Failure(text(), text(), random.nextBoolean());
    }

    private Ending ending() {
        return new Ending(ENDINGS[random.nextInt(ENDINGS.length)], text(), text(), or(this::task));
    }

    private StartOptions options() {
        RetryStrategy[] strategies = RetryStrategy.values();
        Priority[] priorities = Priority.values();
        return new StartOptions(
                or(() -> Duration.ofMillis(random.nextLong(1_000_000))),
                or(() -> new RetryPolicy(
                        strategies[random.nextInt(strategies.length)],
                        task(),
                        Duration.ofMillis(task()),
                        Duration.ofMillis(task()),
                        random.nextDouble() * 4,
                        random.nextDouble(),
                        List.of(text(), text()),
                        List.of(text()))),
                or(() -> priorities[random.nextInt(priorities.length)]),
                or(this::task),
                or(() -> new StartOptions.Parent(text(), new Target.Element(task(), task()), task())),
                random.nextBoolean() ? Map.of() : Map.of(text(), text(), "team", text()));
    }

    private <T> T or(Supplier<T> value) {
        return random.nextInt(3) == 0 ? null : value.get();
    }

    private int task() {
        return random.nextInt(1 << random.nextInt(1, 18));
    }

    private long time() {
        return random.nextInt(8) == 0 ? Long.MAX_VALUE : random.nextLong(4_000_000_000_000L);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(20) == 0 ? 5_000 : random.nextInt(20);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(
                    random.nextInt(4) == 0 ? random.nextInt(0x10000, 0x10FFFF) : random.nextInt(0, 0xD7FF));
        }
        return text.toString();
    }

    private ArrayNode list() {
        ArrayNode list = JSON.arrayNode();
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            list.add(json(1));
        }
        return list;
    }

    /** As parsing gives it: whole numbers in the narrowest type. */
    private JsonNode json(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 7)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(random.nextInt());
            case 3 -> JSON.numberNode((1L << 40) + random.nextInt());
            case 4 -> JSON.numberNode(random.nextDouble());
            case 5 ->
                random.nextBoolean()
                        ? JSON.numberNode(BigInteger.TWO.pow(80))
                        : JSON.numberNode(new BigDecimal("1234567890.123456789012345678901"));
            case 6 -> JSON.textNode(text());
            case 7 -> {
                ArrayNode list = JSON.arrayNode();
                int size = random.nextInt(4);
                for (int i = 0; i < size; i++) {
                    list.add(json(depth - 1));
                }
                yield list;
            }
            default -> {
                ObjectNode object = JSON.objectNode();
                int size = random.nextInt(4);
                for (int i = 0; i < size; i++) {
                    object.set("k" + text(), json(depth - 1));
                }
                yield object;
            }
        };
    }
}
