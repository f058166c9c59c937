package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.collection.LevelFifo;
import dev.capocomico.model.value.Measure;
import dev.capocomico.model.value.Reading;
import dev.capocomico.model.value.Reference;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The same execution once more, of which every object and every list of more than two is kept elsewhere, and of what is kept elsewhere nothing is at
 * hand until a decision has said that it needs it. Everything must come out as in the execution that holds its values, but for the values.
 */
final class WalkByReference {
    private final Rules rules;
    private final Random random;
    private final Map<Reference, JsonNode> kept = new HashMap<>();
    private final Map<JsonNode, Reference> references = new HashMap<>();
    private ExecutionState state = ExecutionState.NEW;
    private int needed;

    WalkByReference(Rules rules, Random random) {
        this.rules = rules;
        this.random = random;
    }

    /** How often a decision had to be tried again. */
    int needed() {
        return needed;
    }

    /** @param compare whether the whole states are compared, which takes long */
    void follow(ExecutionCommand command, Decision whole, boolean compare) {
        Decision decision = decide(command);
        assertThat(decision.refusal()).isEqualTo(whole.refusal());
        assertThat(decision.stale()).isEqualTo(whole.stale());
        assertThat(plain(decision.step())).as("the step").isEqualTo(plain(whole.step()));
        Step step = decision.step();
        if (step != null) {
            Step written = new Step(
                    step.number(),
                    step.atMillis(),
                    step.facts().stream().map(this::slim).toList());
            decision = Execution.written(rules, state, decision, written);
            assertThat(Execution.evolve(rules, state, written)).isEqualTo(decision.next());
            state = decision.next();
        }
        assertThat(plain(decision.effects())).as("the effects").isEqualTo(plain(whole.effects()));
        assertThat(state.bytesHeld()).as("bytes held").isEqualTo(whole.next().bytesHeld());
        assertThat(state.inputBytes())
                .as("bytes of inputs")
                .isEqualTo(whole.next().inputBytes());
        if (compare) {
            assertThat(plain(state)).as("the state").isEqualTo(plain(whole.next()));
            assertThat(plain(Execution.owed(rules, state))).isEqualTo(plain(Execution.owed(rules, whole.next())));
        }
    }

    private Decision decide(ExecutionCommand command) {
        Set<Reference> atHand = new HashSet<>();
        ExecutionCommand asked = sometimesByReference(command);
        while (true) {
            Reading<Decision> reading = Execution.decide(
                    rules, reference -> atHand.contains(reference) ? kept.get(reference) : null, state, asked);
            switch (reading) {
                case Reading.Done<Decision> done -> {
                    return done.result();
                }
                case Reading.Needs<Decision> needs -> {
                    needed++;
                    assertThat(atHand).as("it needs what it has not").doesNotContainAnyElementsOf(needs.references());
                    atHand.addAll(needs.references());
                }
            }
        }
    }

    /** What agents come to is kept before it is reported; what comes from elsewhere is not. */
    private ExecutionCommand sometimesByReference(ExecutionCommand command) {
        if (!(command instanceof ExecutionCommand.Report report) || random.nextBoolean()) {
            return command;
        }
        return new ExecutionCommand.Report(
                report.atMillis(),
                report.outcomes().stream()
                        .map(outcome -> outcome.result() instanceof AttemptResult.Succeeded succeeded
                                ? new ExecutionCommand.Outcome(
                                        outcome.key(),
                                        new AttemptResult.Succeeded(
                                                slim(succeeded.output()),
                                                succeeded.agent(),
                                                succeeded.startedAtMillis(),
                                                succeeded.usage()))
                                : outcome)
                        .toList(),
                report.chance());
    }

    private Fact slim(Fact fact) {
        return switch (fact) {
            case Fact.Started one ->
                new Fact.Started(
                        one.executionId(),
                        one.planDigest(),
                        slim(one.input()),
                        one.options(),
                        one.deadlineMillis(),
                        one.by());
            case Fact.EventTaken one -> new Fact.EventTaken(one.task(), one.eventId(), slim(one.event()));
            case Fact.Expanded one ->
                new Fact.Expanded(
                        one.task(),
                        one.count(),
                        one.items() == null ? null : Reference.asList(slim(Reference.fromList(one.items()))));
            case Fact.Dispatched one ->
                new Fact.Dispatched(one.target(), one.input() == null ? null : slim(one.input()));
            case Fact.Succeeded one ->
                new Fact.Succeeded(one.target(), slim(one.output()), one.agent(), one.startedAtMillis(), one.usage());
            case Fact.IterationEnded one ->
                new Fact.IterationEnded(one.target(), slim(one.output()), one.agent(), one.nextAtMillis(), one.usage());
            case Fact.SignalArrived one -> new Fact.SignalArrived(one.name(), slim(one.payload()), one.key(), one.by());
            case Fact.Ended one -> new Fact.Ended(one.ending(), one.output() == null ? null : slim(one.output()));
            default -> fact; // holds no value
        };
    }

    private JsonNode slim(JsonNode value) {
        boolean large = value.isObject() || (value.isArray() && value.size() > 2);
        return large ? reference(inside(value)).node() : inside(value);
    }

    private JsonNode inside(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode slim = object.objectNode();
            object.properties().forEach(field -> slim.set(field.getKey(), slim(field.getValue())));
            return slim;
        }
        if (value instanceof ArrayNode list) {
            ArrayNode slim = list.arrayNode();
            list.forEach(element -> slim.add(slim(element)));
            return slim;
        }
        return value;
    }

    private Reference reference(JsonNode value) {
        return references.computeIfAbsent(value, unknown -> {
            byte[] digest = ByteBuffer.allocate(32).putLong(references.size()).array();
            Reference reference = Reference.of(digest, Measure.size(value), Measure.depth(value));
            kept.put(reference, value);
            return reference;
        });
    }

    // --- What is compared

    /** Everything as lists of lists, with the whole of every value. */
    private @Nullable Object plain(@Nullable Object thing) {
        return switch (thing) {
            case null -> null;
            case ArrayNode list -> whole(Reference.fromList(list));
            case JsonNode value -> whole(value);
            case Chunks<?> chunks -> {
                List<@Nullable Object> all = new ArrayList<>();
                for (int i = 0; i < chunks.size(); i++) {
                    all.add(plain(chunks.get(i)));
                }
                yield all;
            }
            case Fifo<?> fifo -> plain(fifo.toList());
            case LevelFifo<?> queue -> plain(queue.toList());
            case Agenda<?> agenda -> plain(agenda.toList());
            case Collection<?> list -> {
                List<@Nullable Object> all = new ArrayList<>();
                list.forEach(one -> all.add(plain(one)));
                yield all;
            }
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> all = new TreeMap<>();
                map.forEach((key, value) -> all.put(String.valueOf(key), plain(value)));
                yield all;
            }
            case Record record -> parts(record);
            default -> thing;
        };
    }

    private List<@Nullable Object> parts(Record record) {
        List<@Nullable Object> all = new ArrayList<>();
        all.add(record.getClass());
        try {
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                all.add(plain(component.getAccessor().invoke(record)));
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }

    private JsonNode whole(JsonNode value) {
        if (value.isBinary()) {
            return whole(kept.get(Reference.of(value)));
        }
        if (value instanceof ObjectNode object) {
            ObjectNode whole = object.objectNode();
            object.properties().forEach(field -> whole.set(field.getKey(), whole(field.getValue())));
            return whole;
        }
        if (value instanceof ArrayNode list) {
            ArrayNode whole = list.arrayNode();
            list.forEach(element -> whole.add(whole(element)));
            return whole;
        }
        return value;
    }
}
