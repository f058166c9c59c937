package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.collection.LevelFifo;
import dev.capocomico.model.execution.Completion;
import dev.capocomico.model.execution.ElementState;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Progress;
import dev.capocomico.model.execution.Signals;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.TaskState;
import dev.capocomico.model.execution.Undoing;
import dev.capocomico.model.execution.WorkItem;
import dev.capocomico.model.value.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads states. Arguments of a constructor are read in the order in which they stand, which is the order on the wire. */
final class StateReader {
    /** More than there can be of anything; what says more is damaged, and must not cost the memory it asks for. */
    private static final int SIZE_MAX = 10_000_000;

    /** One thing of a list. */
    @FunctionalInterface
    private interface Part<T> {
        T read() throws IOException;
    }

    private final FactReader facts;

    StateReader(JsonParser in) {
        this.facts = new FactReader(Cbor.TREES, in);
    }

    ExecutionState state() throws IOException {
        facts.begin("a state");
        return new ExecutionState(
                facts.number(),
                facts.number(),
                StateNames.phase(facts.text()),
                facts.truth(),
                facts.number(),
                started(),
                facts.number(),
                facts.number(),
                facts.number(),
                facts.integer(),
                facts.integer(),
                facts.integer(),
                facts.number(),
                facts.number(),
                chunks(this::task),
                queue(this::workItem),
                LevelFifo.readBack(list(this::workItem)),
                agenda(),
                signals(),
                queue(this::completion),
                optional(this::undoing),
                optional(facts::ending),
                optional(facts::ending),
                optional(this::value));
    }

    void end() throws IOException {
        facts.end();
    }

    private Fact.Started started() throws IOException {
        facts.begin("a fact");
        Fact fact = facts.fact(facts.text());
        facts.end();
        if (fact instanceof Fact.Started started) {
            return started;
        }
        throw new UnreadableStepException("a snapshot has the start of its execution, not " + fact, null);
    }

    private TaskState task() throws IOException {
        String name = facts.text();
        return switch (name) {
            case StateNames.BLOCKED -> new TaskState.Blocked(facts.integer(), facts.integer(), optional(this::fan));
            case StateNames.READY -> new TaskState.Ready(facts.integer(), optional(this::taken));
            case StateNames.AWAITING_EVENT -> new TaskState.AwaitingEvent(facts.integer(), facts.number());
            case StateNames.AWAITING_SIGNAL ->
                new TaskState.AwaitingSignal(facts.integer(), optional(this::taken), facts.number());
            case StateNames.SLEEPING -> new TaskState.Sleeping(facts.integer(), optional(this::taken), facts.number());
            case StateNames.SINGLE -> new TaskState.Single(element(), optional(this::taken));
            case StateNames.FAN -> fan();
            case StateNames.OVER ->
                new TaskState.Over(
                        StateNames.status(facts.text()),
                        value(),
                        optional(facts::failure),
                        facts.integer(),
                        optional(this::fan),
                        optional(this::taken));
            default -> throw Names.unknown("state of a task", name);
        };
    }

    private TaskState.Fan fan() throws IOException {
        return new TaskState.Fan(
                optional(this::items),
                chunks(this::element),
                facts.integer(),
                facts.integer(),
                queue(facts::integer),
                facts.integer(),
                facts.integer(),
                facts.truth(),
                facts.truth(),
                optional(facts::failure),
                optional(this::taken));
    }

    private ArrayNode items() throws IOException {
        JsonNode items = value();
        facts.require(items.isArray() || items.isBinary(), "a list");
        return Reference.asList(items);
    }

    private ElementState element() throws IOException {
        String name = facts.text();
        return switch (name) {
            case StateNames.FRESH -> new ElementState.Fresh(facts.integer());
            case StateNames.DUE -> new ElementState.Due(progress());
            case StateNames.RUNNING ->
                new ElementState.Running(
                        progress(), facts.number(), facts.number(), facts.truth(), optional(facts::number));
            case StateNames.RESTING -> new ElementState.Resting(progress(), facts.number());
            case StateNames.DONE -> new ElementState.Done(progress(), value());
            case StateNames.FAILED -> new ElementState.Failed(progress(), facts.failure());
            default -> throw Names.unknown("state of an element", name);
        };
    }

    private Progress progress() throws IOException {
        return new Progress(
                facts.integer(),
                facts.integer(),
                facts.integer(),
                facts.integer(),
                facts.integer(),
                facts.truth(),
                optional(this::value),
                optional(this::value));
    }

    private TaskState.Taken taken() throws IOException {
        return new TaskState.Taken(facts.text(), value());
    }

    private WorkItem workItem() throws IOException {
        String name = facts.text();
        return switch (name) {
            case StateNames.START_TASK -> new WorkItem.StartTask(facts.integer());
            case StateNames.START_ELEMENT -> new WorkItem.StartElement(facts.integer());
            case StateNames.TRY_AGAIN -> new WorkItem.TryAgain(facts.target());
            default -> throw Names.unknown("thing to start", name);
        };
    }

    private Agenda<Target> agenda() throws IOException {
        Agenda<Target> agenda = Agenda.empty();
        int size = size();
        for (int i = 0; i < size; i++) {
            agenda = agenda.add(facts.number(), facts.target());
        }
        return agenda;
    }

    private Signals signals() throws IOException {
        return new Signals(queues(this::value), queues(facts::integer), facts.integer(), queue(facts::text));
    }

    private <T> Map<String, Fifo<T>> queues(Part<T> part) throws IOException {
        Map<String, Fifo<T>> queues = new HashMap<>();
        int size = size();
        for (int i = 0; i < size; i++) {
            queues.put(facts.text(), queue(part));
        }
        return Map.copyOf(queues);
    }

    private Completion completion() throws IOException {
        return new Completion(facts.element(), value());
    }

    private Undoing undoing() throws IOException {
        return new Undoing(
                list(this::completion),
                chunks(this::element),
                facts.integer(),
                facts.integer(),
                facts.integer(),
                facts.truth(),
                facts.number());
    }

    private JsonNode value() throws IOException {
        return facts.json();
    }

    private <T> Chunks<T> chunks(Part<T> part) throws IOException {
        Chunks.Editor<T> chunks = Chunks.<T>ofSize(size()).edit();
        int held = size();
        for (int i = 0; i < held; i++) {
            int place = facts.integer();
            facts.require(place >= 0 && place < chunks.size(), "a place below " + chunks.size());
            chunks.set(place, part.read());
        }
        return chunks.freeze();
    }

    private <T> Fifo<T> queue(Part<T> part) throws IOException {
        Fifo<T> queue = Fifo.empty();
        int size = size();
        for (int i = 0; i < size; i++) {
            queue = queue.add(part.read());
        }
        return queue;
    }

    private <T> List<T> list(Part<T> part) throws IOException {
        List<T> list = new ArrayList<>();
        int size = size();
        for (int i = 0; i < size; i++) {
            list.add(part.read());
        }
        return list;
    }

    private int size() throws IOException {
        int size = facts.integer();
        facts.require(size >= 0 && size <= SIZE_MAX, "a size");
        return size;
    }

    private <T> @Nullable T optional(Part<T> part) throws IOException {
        return facts.truth() ? part.read() : null;
    }
}
