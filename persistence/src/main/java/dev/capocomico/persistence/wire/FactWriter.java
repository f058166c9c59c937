package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.retry.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes facts in their newest version: a list of the name and the fields, in the order of {@link FactReader}. */
final class FactWriter {
    private final ObjectMapper trees;
    private final JsonGenerator out;

    FactWriter(ObjectMapper trees, JsonGenerator out) {
        this.trees = trees;
        this.out = out;
    }

    void fact(Fact fact) throws IOException {
        switch (fact) {
            case Fact.Started started -> started(started);
            case Fact.TaskSkipped skipped -> {
                begin(Names.TASK_SKIPPED, 1);
                out.writeNumber(skipped.task());
            }
            case Fact.EventAwaited awaited ->
                taskAndTime(Names.EVENT_AWAITED, awaited.task(), awaited.deadlineMillis());
            case Fact.EventTaken taken -> {
                begin(Names.EVENT_TAKEN, 3);
                out.writeNumber(taken.task());
                out.writeString(taken.eventId());
                json(taken.event());
            }
            case Fact.Expanded expanded -> {
                begin(Names.EXPANDED, 3);
                out.writeNumber(expanded.task());
                out.writeNumber(expanded.count());
                optionalJson(expanded.items());
            }
            case Fact.WaitBegan began -> taskAndTime(Names.WAIT_BEGAN, began.task(), began.deadlineMillis());
            case Fact.SleepBegan began -> taskAndTime(Names.SLEEP_BEGAN, began.task(), began.untilMillis());
            case Fact.TaskCancelled cancelled -> {
                begin(Names.TASK_CANCELLED, 3);
                out.writeNumber(cancelled.task());
                out.writeNumber(cancelled.graceUntilMillis());
                optional(cancelled.by());
            }
            case Fact.TimerFired fired -> {
                begin(Names.TIMER_FIRED, 1);
                target(fired.element());
            }
            case Fact.UndoTimerFired fired -> {
                begin(Names.UNDO_TIMER_FIRED, 1);
                out.writeNumber(fired.entry());
            }
            case Fact.SignalArrived arrived -> {
                begin(Names.SIGNAL_ARRIVED, 4);
                out.writeString(arrived.name());
                json(arrived.payload());
                optional(arrived.key());
                optional(arrived.by());
            }
            case Fact.KeyRemembered remembered -> {
                begin(Names.KEY_REMEMBERED, 1);
                out.writeString(remembered.key());
            }
            case Fact.Called called -> {
                Origin origin = called.origin();
                begin(Names.CALLED, 5);
                out.writeString(origin.action());
                optional(origin.target());
                optional(origin.by());
                optional(origin.address());
                optional(origin.traceId());
            }
            case Fact.Paused paused -> {
                begin(Names.PAUSED, 1);
                optional(paused.by());
            }
            case Fact.Resumed resumed -> {
                begin(Names.RESUMED, 1);
                optional(resumed.by());
            }
            case Fact.EndingBegan began -> {
                begin(Names.ENDING_BEGAN, 3);
                ending(began.ending());
                out.writeNumber(began.graceUntilMillis());
                optional(began.by());
            }
            case Fact.CompensationBegan began -> {
                begin(Names.COMPENSATION_BEGAN, 1);
                out.writeNumber(began.deadlineMillis());
            }
            case Fact.Ended ended -> {
                begin(Names.ENDED, 2);
                ending(ended.ending());
                optionalJson(ended.output());
            }
            case Fact.Parked parked -> {
                begin(Names.PARKED, 1);
                out.writeNumber(parked.wakeAtMillis());
            }
            case Fact.Retried retried -> {
                begin(Names.RETRIED, 2);
                out.writeNumber(retried.deadlineMillis());
                optional(retried.by());
            }
            case Fact.Dispatched attempt -> attempt(attempt);
            case Fact.Succeeded attempt -> attempt(attempt);
            case Fact.IterationEnded attempt -> attempt(attempt);
            case Fact.AttemptFailed attempt -> attempt(attempt);
            case Fact.AttemptBegan attempt -> attempt(attempt);
            case Fact.AttemptLost attempt -> attempt(attempt);
            case Fact.AttemptHandedBack attempt -> attempt(attempt);
            case Fact.GaveUp attempt -> attempt(attempt);
        }
        out.writeEndArray();
    }

    /** Most have nothing to say of the input, and are written as they always were. */
    private void attempt(Fact.Dispatched dispatched) throws IOException {
        JsonNode input = dispatched.input();
        if (input == null) {
            begin(Names.DISPATCHED, 1);
            target(dispatched.target());
        } else {
            begin(Names.DISPATCHED_WITH_INPUT, 2);
            target(dispatched.target());
            json(input);
        }
    }

    private void attempt(Fact.Succeeded succeeded) throws IOException {
        begin(Names.SUCCEEDED, 5);
        target(succeeded.target());
        json(succeeded.output());
        optional(succeeded.agent());
        out.writeNumber(succeeded.startedAtMillis());
        usage(succeeded.usage());
    }

    private void attempt(Fact.IterationEnded ended) throws IOException {
        begin(Names.ITERATION_ENDED, 5);
        target(ended.target());
        json(ended.output());
        optional(ended.agent());
        out.writeNumber(ended.nextAtMillis());
        usage(ended.usage());
    }

    private void attempt(Fact.AttemptFailed failed) throws IOException {
        begin(Names.ATTEMPT_FAILED, 5);
        target(failed.target());
        failure(failed.failure());
        optional(failed.agent());
        out.writeNumber(failed.nextAtMillis());
        usage(failed.usage());
    }

    private void attempt(Fact.AttemptBegan began) throws IOException {
        begin(Names.ATTEMPT_BEGAN, 1);
        target(began.target());
    }

    private void attempt(Fact.AttemptLost lost) throws IOException {
        begin(Names.ATTEMPT_LOST, 2);
        target(lost.target());
        out.writeBoolean(lost.begun());
    }

    private void attempt(Fact.AttemptHandedBack back) throws IOException {
        begin(Names.ATTEMPT_HANDED_BACK, 2);
        target(back.target());
        out.writeBoolean(back.begun());
    }

    private void attempt(Fact.GaveUp gaveUp) throws IOException {
        begin(Names.GAVE_UP, 4);
        target(gaveUp.target());
        failure(gaveUp.failure());
        optional(gaveUp.agent());
        usage(gaveUp.usage());
    }

    private void started(Fact.Started started) throws IOException {
        begin(Names.STARTED, 6);
        out.writeString(started.executionId());
        out.writeString(started.planDigest());
        json(started.input());
        options(started.options());
        out.writeNumber(started.deadlineMillis());
        optional(started.by());
    }

    private void options(StartOptions options) throws IOException {
        list(6);
        optional(options.timeout());
        if (options.retry() == null) {
            out.writeNull();
        } else {
            retry(options.retry());
        }
        optional(options.priority() == null ? null : options.priority().wireName());
        if (options.maxAgents() == null) {
            out.writeNull();
        } else {
            out.writeNumber(options.maxAgents());
        }
        StartOptions.Parent parent = options.parent();
        if (parent == null) {
            out.writeNull();
        } else {
            list(3);
            out.writeString(parent.executionId());
            target(parent.element());
            out.writeNumber(parent.depthLeft());
            out.writeEndArray();
        }
        labels(options.labels());
        out.writeEndArray();
    }

    /** In the order of their names, so that the same options are the same bytes. */
    private void labels(Map<String, String> labels) throws IOException {
        list(2 * labels.size());
        for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
            out.writeString(label.getKey());
            out.writeString(label.getValue());
        }
        out.writeEndArray();
    }

    private void retry(RetryPolicy policy) throws IOException {
        list(8);
        out.writeString(policy.strategy().wireName());
        out.writeNumber(policy.maxRetries());
        out.writeNumber(policy.initialDelay().toMillis());
        out.writeNumber(policy.maxDelay().toMillis());
        out.writeNumber(policy.multiplier());
        out.writeNumber(policy.jitter());
        texts(policy.retryOn());
        texts(policy.noRetryOn());
        out.writeEndArray();
    }

    void ending(Ending ending) throws IOException {
        list(4);
        out.writeString(Names.of(ending.kind()));
        out.writeString(ending.code());
        out.writeString(ending.message());
        if (ending.task() == null) {
            out.writeNull();
        } else {
            out.writeNumber(ending.task());
        }
        out.writeEndArray();
    }

    void failure(Failure failure) throws IOException {
        list(3);
        out.writeString(failure.code());
        out.writeString(failure.message());
        out.writeBoolean(failure.retryable());
        out.writeEndArray();
    }

    private void usage(Usage usage) throws IOException {
        if (usage.equals(Usage.NONE)) {
            out.writeNull();
            return;
        }
        list(2);
        out.writeNumber(usage.tokens());
        out.writeNumber(usage.costNanos());
        out.writeEndArray();
    }

    /** Two numbers are an element of a task, one is an entry of what is undone. */
    void target(Target target) throws IOException {
        switch (target) {
            case Target.Element element -> {
                list(2);
                out.writeNumber(element.task());
                out.writeNumber(element.element());
            }
            case Target.Undo undo -> {
                list(1);
                out.writeNumber(undo.entry());
            }
        }
        out.writeEndArray();
    }

    private void taskAndTime(String name, int task, long atMillis) throws IOException {
        begin(name, 2);
        out.writeNumber(task);
        out.writeNumber(atMillis);
    }

    private void begin(String name, int fields) throws IOException {
        list(1 + fields);
        out.writeString(name);
    }

    void list(int size) throws IOException {
        out.writeStartArray(null, size);
    }

    private void texts(List<String> texts) throws IOException {
        list(texts.size());
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }

    void json(JsonNode value) throws IOException {
        trees.writeTree(out, value);
    }

    /** A list of none or one, so that "no value" is told from the value null. */
    void optionalJson(@Nullable JsonNode value) throws IOException {
        list(value == null ? 0 : 1);
        if (value != null) {
            json(value);
        }
        out.writeEndArray();
    }

    void optional(@Nullable String text) throws IOException {
        if (text == null) {
            out.writeNull();
        } else {
            out.writeString(text);
        }
    }

    private void optional(@Nullable Duration duration) throws IOException {
        if (duration == null) {
            out.writeNull();
        } else {
            out.writeNumber(duration.toMillis());
        }
    }
}
