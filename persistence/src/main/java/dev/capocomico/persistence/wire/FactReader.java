package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads facts of every version there ever was. Arguments of a constructor are read in the order in which they stand, which is
 * the order on the wire.
 */
final class FactReader {
    private final ObjectMapper trees;
    private final JsonParser in;

    FactReader(ObjectMapper trees, JsonParser in) {
        this.trees = trees;
        this.in = in;
    }

    /** All facts of a list that has begun, with its end. */
    List<Fact> facts() throws IOException {
        List<Fact> facts = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            require(in.currentToken() == JsonToken.START_ARRAY, "a fact");
            facts.add(fact(text()));
            end();
        }
        return facts;
    }

    Fact fact(String name) throws IOException {
        return switch (name) {
            case Names.STARTED -> new Fact.Started(text(), text(), json(), options(), number(), optionalText());
            case Names.TASK_SKIPPED -> new Fact.TaskSkipped(integer());
            case Names.EVENT_AWAITED -> new Fact.EventAwaited(integer(), number());
            case Names.EVENT_TAKEN -> new Fact.EventTaken(integer(), text(), json());
            case Names.EXPANDED -> new Fact.Expanded(integer(), integer(), optionalList());
            case Names.WAIT_BEGAN -> new Fact.WaitBegan(integer(), number());
            case Names.SLEEP_BEGAN -> new Fact.SleepBegan(integer(), number());
            case Names.DISPATCHED -> new Fact.Dispatched(target(), null);
            case Names.DISPATCHED_WITH_INPUT -> new Fact.Dispatched(target(), json());
            case Names.SUCCEEDED -> new Fact.Succeeded(target(), json(), optionalText(), number(), usage());
            case Names.ITERATION_ENDED -> new Fact.IterationEnded(target(), json(), optionalText(), number(), usage());
            case Names.ATTEMPT_FAILED -> new Fact.AttemptFailed(target(), failure(), optionalText(), number(), usage());
            case Names.ATTEMPT_BEGAN -> new Fact.AttemptBegan(target());
            case Names.ATTEMPT_LOST -> new Fact.AttemptLost(target(), truth());
            case Names.ATTEMPT_HANDED_BACK -> new Fact.AttemptHandedBack(target(), truth());
            case Names.GAVE_UP -> new Fact.GaveUp(target(), failure(), optionalText(), usage());
            case Names.TASK_CANCELLED -> new Fact.TaskCancelled(integer(), number(), optionalText());
            case Names.TIMER_FIRED -> new Fact.TimerFired(element());
            case Names.UNDO_TIMER_FIRED -> new Fact.UndoTimerFired(integer());
            case Names.SIGNAL_ARRIVED -> new Fact.SignalArrived(text(), json(), optionalText(), optionalText());
            case Names.KEY_REMEMBERED -> new Fact.KeyRemembered(text());
            case Names.CALLED -> new Fact.Called(origin());
            case Names.PAUSED -> new Fact.Paused(optionalText());
            case Names.RESUMED -> new Fact.Resumed(optionalText());
            case Names.ENDING_BEGAN -> new Fact.EndingBegan(ending(), number(), optionalText());
            case Names.COMPENSATION_BEGAN -> new Fact.CompensationBegan(number());
            case Names.ENDED -> new Fact.Ended(ending(), optionalJson());
            case Names.PARKED -> new Fact.Parked(number());
            case Names.RETRIED -> new Fact.Retried(number(), optionalText());
            default -> throw Names.unknown("fact", name);
        };
    }

    Origin origin() throws IOException {
        return new Origin(text(), optionalText(), optionalText(), optionalText(), optionalText());
    }

    StartOptions options() throws IOException {
        begin("options");
        StartOptions options = new StartOptions(
                optionalDuration(), optionalRetry(), optionalPriority(), optionalInteger(), optionalParent(), labels());
        end();
        return options;
    }

    private Map<String, String> labels() throws IOException {
        Map<String, String> labels = new HashMap<>();
        begin("labels");
        while (in.nextToken() != JsonToken.END_ARRAY) {
            require(in.currentToken() == JsonToken.VALUE_STRING, "a label");
            String name = in.getText();
            labels.put(name, text());
        }
        return labels;
    }

    private @Nullable RetryPolicy optionalRetry() throws IOException {
        if (in.nextToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        require(in.currentToken() == JsonToken.START_ARRAY, "a retry policy");
        RetryPolicy policy = new RetryPolicy(
                Names.choice(RetryStrategy.class, "retry strategy", text()),
                integer(),
                Duration.ofMillis(number()),
                Duration.ofMillis(number()),
                fraction(),
                fraction(),
                texts(),
                texts());
        end();
        return policy;
    }

    private @Nullable Priority optionalPriority() throws IOException {
        String name = optionalText();
        return name == null ? null : Names.choice(Priority.class, "priority", name);
    }

    private StartOptions.@Nullable Parent optionalParent() throws IOException {
        if (in.nextToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        require(in.currentToken() == JsonToken.START_ARRAY, "a parent");
        StartOptions.Parent parent = new StartOptions.Parent(text(), element(), integer());
        end();
        return parent;
    }

    Ending ending() throws IOException {
        begin("an ending");
        Ending ending = new Ending(Names.endingKind(text()), text(), text(), optionalInteger());
        end();
        return ending;
    }

    Failure failure() throws IOException {
        begin("a failure");
        Failure failure = new Failure(text(), text(), truth());
        end();
        return failure;
    }

    /** Nothing stands for {@link Usage#NONE}, which most attempts have. */
    private Usage usage() throws IOException {
        if (in.nextToken() == JsonToken.VALUE_NULL) {
            return Usage.NONE;
        }
        require(in.currentToken() == JsonToken.START_ARRAY, "what was used");
        long tokens = number();
        long costNanos = number();
        require(tokens >= 0 && costNanos >= 0, "what was used, which is not less than nothing");
        end();
        return new Usage(tokens, costNanos);
    }

    Target target() throws IOException {
        begin("a target");
        int first = integer();
        if (in.nextToken() == JsonToken.END_ARRAY) {
            return new Target.Undo(first);
        }
        require(in.currentToken() == JsonToken.VALUE_NUMBER_INT, "the number of an element");
        Target target = new Target.Element(first, in.getIntValue());
        end();
        return target;
    }

    Target.Element element() throws IOException {
        Target target = target();
        require(target instanceof Target.Element, "an element of a task");
        return (Target.Element) target;
    }

    private List<String> texts() throws IOException {
        begin("a list");
        List<String> texts = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            require(in.currentToken() == JsonToken.VALUE_STRING, "a text");
            texts.add(in.getText());
        }
        return texts;
    }

    JsonNode json() throws IOException {
        require(in.nextToken() != null, "a value");
        return trees.readTree(in);
    }

    @Nullable JsonNode optionalJson() throws IOException {
        begin("a value or none");
        if (in.nextToken() == JsonToken.END_ARRAY) {
            return null;
        }
        JsonNode value = trees.readTree(in);
        end();
        return value;
    }

    private @Nullable ArrayNode optionalList() throws IOException {
        JsonNode value = optionalJson();
        require(value == null || value.isArray(), "a list");
        return (ArrayNode) value;
    }

    String text() throws IOException {
        require(in.nextToken() == JsonToken.VALUE_STRING, "a text");
        return in.getText();
    }

    @Nullable String optionalText() throws IOException {
        if (in.nextToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        require(in.currentToken() == JsonToken.VALUE_STRING, "a text or nothing");
        return in.getText();
    }

    long number() throws IOException {
        require(in.nextToken() == JsonToken.VALUE_NUMBER_INT, "a whole number");
        return in.getLongValue();
    }

    int integer() throws IOException {
        require(in.nextToken() == JsonToken.VALUE_NUMBER_INT, "a whole number");
        return in.getIntValue();
    }

    private @Nullable Integer optionalInteger() throws IOException {
        if (in.nextToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        require(in.currentToken() == JsonToken.VALUE_NUMBER_INT, "a whole number or nothing");
        return in.getIntValue();
    }

    private @Nullable Duration optionalDuration() throws IOException {
        if (in.nextToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        require(in.currentToken() == JsonToken.VALUE_NUMBER_INT, "milliseconds or nothing");
        return Duration.ofMillis(in.getLongValue());
    }

    private double fraction() throws IOException {
        in.nextToken();
        require(in.currentToken() != null && in.currentToken().isNumeric(), "a number");
        return in.getDoubleValue();
    }

    boolean truth() throws IOException {
        in.nextToken();
        require(in.currentToken() != null && in.currentToken().isBoolean(), "true or false");
        return in.getBooleanValue();
    }

    void begin(String what) throws IOException {
        require(in.nextToken() == JsonToken.START_ARRAY, what);
    }

    void end() throws IOException {
        require(in.nextToken() == JsonToken.END_ARRAY, "the end of a list");
    }

    /** The last field of a list, which older rows do not have, and its end. */
    long numberOrEnd(long ifNone) throws IOException {
        if (in.nextToken() == JsonToken.END_ARRAY) {
            return ifNone;
        }
        require(in.currentToken() == JsonToken.VALUE_NUMBER_INT, "a whole number or the end of a list");
        long number = in.getLongValue();
        end();
        return number;
    }

    void require(boolean so, String expected) throws IOException {
        if (!so) {
            throw new UnreadableStepException(
                    "at byte %d there should be %s, and there is %s"
                            .formatted(in.currentLocation().getByteOffset(), expected, in.currentToken()),
                    null);
        }
    }
}
