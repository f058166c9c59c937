package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.engine.store.FactValues;
import dev.capocomico.model.collection.Agenda;
import dev.capocomico.model.collection.Chunks;
import dev.capocomico.model.collection.Fifo;
import dev.capocomico.model.execution.Completion;
import dev.capocomico.model.execution.ElementState;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.Progress;
import dev.capocomico.model.execution.Signals;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.TaskState;
import dev.capocomico.model.execution.Undoing;
import dev.capocomico.model.execution.WorkItem;
import dev.capocomico.model.value.Reference;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes states in the order of {@link StateReader}. Lists begin with their size. */
final class StateWriter {
    /** One thing of a list. */
    @FunctionalInterface
    private interface Part<T> {
        void write(T part) throws IOException;
    }

    private final JsonGenerator out;
    private final FactWriter facts;
    private final UnaryOperator<JsonNode> values;

    /** @param values what is written in place of a value */
    StateWriter(JsonGenerator out, UnaryOperator<JsonNode> values) {
        this.out = out;
        this.facts = new FactWriter(Cbor.TREES, out);
        this.values = values;
    }

    void state(ExecutionState state) throws IOException {
        out.writeNumber(state.steps());
        out.writeNumber(state.atMillis());
        out.writeString(StateNames.of(state.phase()));
        out.writeBoolean(state.paused());
        out.writeNumber(state.pausedSinceMillis());
        started(state.started());
        out.writeNumber(state.startedAtMillis());
        out.writeNumber(state.deadlineMillis());
        out.writeNumber(state.graceUntilMillis());
        out.writeNumber(state.unfinished());
        out.writeNumber(state.inFlight());
        out.writeNumber(state.childrenInFlight());
        out.writeNumber(state.bytesHeld());
        out.writeNumber(state.inputBytes());
        chunks(state.tasks(), this::task);
        list(state.prompt().toList(), this::workItem);
        list(state.ready().toList(), this::workItem);
        agenda(state.agenda());
        signals(state.signals());
        list(state.completions().toList(), this::completion);
        optional(state.undoing(), this::undoing);
        optional(state.ending(), this::ending);
        optional(state.doom(), this::ending);
        optional(state.output(), this::value);
    }

    private void started(Fact.@Nullable Started started) throws IOException {
        if (started == null) {
            throw new IllegalArgumentException("an execution that was not started has no snapshot");
        }
        List<Step> step = List.of(new Step(1, 0, List.of(started)));
        List<JsonNode> slim = FactValues.of(step).stream().map(values).toList();
        facts.fact(FactValues.replace(step, slim).getFirst().facts().getFirst());
    }

    private void task(TaskState task) throws IOException {
        switch (task) {
            case TaskState.Blocked blocked -> {
                out.writeString(StateNames.BLOCKED);
                out.writeNumber(blocked.remaining());
                out.writeNumber(blocked.generation());
                optional(blocked.fan(), this::fan);
            }
            case TaskState.Ready ready -> {
                out.writeString(StateNames.READY);
                out.writeNumber(ready.generation());
                optional(ready.event(), this::taken);
            }
            case TaskState.AwaitingEvent awaiting -> {
                out.writeString(StateNames.AWAITING_EVENT);
                out.writeNumber(awaiting.generation());
                out.writeNumber(awaiting.deadlineMillis());
            }
            case TaskState.AwaitingSignal awaiting -> {
                out.writeString(StateNames.AWAITING_SIGNAL);
                out.writeNumber(awaiting.generation());
                optional(awaiting.event(), this::taken);
                out.writeNumber(awaiting.deadlineMillis());
            }
            case TaskState.Sleeping sleeping -> {
                out.writeString(StateNames.SLEEPING);
                out.writeNumber(sleeping.generation());
                optional(sleeping.event(), this::taken);
                out.writeNumber(sleeping.untilMillis());
            }
            case TaskState.Single single -> {
                out.writeString(StateNames.SINGLE);
                element(single.element());
                optional(single.event(), this::taken);
            }
            case TaskState.Fan fan -> {
                out.writeString(StateNames.FAN);
                fan(fan);
            }
            case TaskState.Over over -> over(over);
        }
    }

    private void fan(TaskState.Fan fan) throws IOException {
        optional(fan.items() == null ? null : Reference.fromList(fan.items()), this::value);
        chunks(fan.elements(), this::element);
        out.writeNumber(fan.generation());
        out.writeNumber(fan.next());
        list(fan.again().toList(), out::writeNumber);
        out.writeNumber(fan.running());
        out.writeNumber(fan.ended());
        out.writeBoolean(fan.queued());
        out.writeBoolean(fan.stopped());
        optional(fan.failure(), this::failure);
        optional(fan.event(), this::taken);
    }

    private void over(TaskState.Over over) throws IOException {
        out.writeString(StateNames.OVER);
        out.writeString(over.status().wireName());
        value(over.output());
        optional(over.failure(), this::failure);
        out.writeNumber(over.generation());
        optional(over.fan(), this::fan);
        optional(over.event(), this::taken);
    }

    private void element(ElementState element) throws IOException {
        switch (element) {
            case ElementState.Fresh fresh -> {
                out.writeString(StateNames.FRESH);
                out.writeNumber(fresh.generation());
            }
            case ElementState.Due due -> {
                out.writeString(StateNames.DUE);
                progress(due.progress());
            }
            case ElementState.Running running -> {
                out.writeString(StateNames.RUNNING);
                progress(running.progress());
                out.writeNumber(running.fence());
                out.writeNumber(running.sinceMillis());
                out.writeBoolean(running.begun());
                optional(running.stopByMillis(), out::writeNumber);
            }
            case ElementState.Resting resting -> {
                out.writeString(StateNames.RESTING);
                progress(resting.progress());
                out.writeNumber(resting.untilMillis());
            }
            case ElementState.Done done -> {
                out.writeString(StateNames.DONE);
                progress(done.progress());
                value(done.output());
            }
            case ElementState.Failed failed -> {
                out.writeString(StateNames.FAILED);
                progress(failed.progress());
                failure(failed.failure());
            }
        }
    }

    private void progress(Progress progress) throws IOException {
        out.writeNumber(progress.generation());
        out.writeNumber(progress.iteration());
        out.writeNumber(progress.attempts());
        out.writeNumber(progress.retries());
        out.writeNumber(progress.losses());
        out.writeBoolean(progress.unknown());
        optional(progress.previous(), this::value);
        optional(progress.input(), this::value);
    }

    private void taken(TaskState.Taken taken) throws IOException {
        out.writeString(taken.id());
        value(taken.payload());
    }

    private void workItem(WorkItem item) throws IOException {
        switch (item) {
            case WorkItem.StartTask start -> {
                out.writeString(StateNames.START_TASK);
                out.writeNumber(start.task());
            }
            case WorkItem.StartElement start -> {
                out.writeString(StateNames.START_ELEMENT);
                out.writeNumber(start.task());
            }
            case WorkItem.TryAgain again -> {
                out.writeString(StateNames.TRY_AGAIN);
                facts.target(again.target());
            }
        }
    }

    /** Without the numbers of the entries, which say no more than their order. */
    private void agenda(Agenda<Target> agenda) throws IOException {
        list(agenda.toList(), entry -> {
            out.writeNumber(entry.atMillis());
            facts.target(entry.value());
        });
    }

    private void signals(Signals signals) throws IOException {
        queues(signals.early(), this::value);
        queues(signals.waiting(), out::writeNumber);
        out.writeNumber(signals.held());
        list(signals.keys().toList(), out::writeString);
    }

    /** In the order of their names, so that the same state is the same bytes. */
    private <T> void queues(Map<String, Fifo<T>> queues, Part<T> part) throws IOException {
        out.writeNumber(queues.size());
        for (Map.Entry<String, Fifo<T>> queue : new TreeMap<>(queues).entrySet()) {
            out.writeString(queue.getKey());
            list(queue.getValue().toList(), part);
        }
    }

    private void completion(Completion completion) throws IOException {
        facts.target(completion.element());
        value(completion.output());
    }

    private void undoing(Undoing undoing) throws IOException {
        list(undoing.entries(), this::completion);
        chunks(undoing.states(), this::element);
        out.writeNumber(undoing.next());
        out.writeNumber(undoing.active());
        out.writeNumber(undoing.ended());
        out.writeBoolean(undoing.someFailed());
        out.writeNumber(undoing.deadlineMillis());
    }

    private void ending(Ending ending) throws IOException {
        facts.ending(ending);
    }

    private void failure(Failure failure) throws IOException {
        facts.failure(failure);
    }

    private void value(JsonNode value) throws IOException {
        facts.json(values.apply(value));
    }

    /** Of places that hold nothing only their number is known, so that what was not begun takes no bytes. */
    private <T> void chunks(Chunks<T> chunks, Part<T> part) throws IOException {
        out.writeNumber(chunks.size());
        int held = 0;
        for (int place = 0; place < chunks.size(); place++) {
            held += chunks.get(place) == null ? 0 : 1;
        }
        out.writeNumber(held);
        for (int place = 0; place < chunks.size(); place++) {
            T one = chunks.get(place);
            if (one != null) {
                out.writeNumber(place);
                part.write(one);
            }
        }
    }

    private <T> void list(List<T> list, Part<T> part) throws IOException {
        out.writeNumber(list.size());
        for (T one : list) {
            part.write(one);
        }
    }

    private <T> void optional(@Nullable T value, Part<T> part) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            part.write(value);
        }
    }
}
