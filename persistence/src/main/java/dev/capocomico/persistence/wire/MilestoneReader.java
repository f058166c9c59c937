package dev.capocomico.persistence.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes through the facts of a step by their names, and reads only what makes a {@link Milestone}. */
final class MilestoneReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Facts that say nothing about the execution as a whole. Their fields are not looked at. */
    private static final Set<String> PASSED_OVER = Set.of(
            Names.TASK_SKIPPED,
            Names.EXPANDED,
            Names.WAIT_BEGAN,
            Names.SLEEP_BEGAN,
            Names.DISPATCHED,
            Names.DISPATCHED_WITH_INPUT,
            Names.SUCCEEDED,
            Names.ITERATION_ENDED,
            Names.ATTEMPT_FAILED,
            Names.ATTEMPT_BEGAN,
            Names.ATTEMPT_LOST,
            Names.ATTEMPT_HANDED_BACK,
            Names.TIMER_FIRED,
            Names.UNDO_TIMER_FIRED,
            Names.SIGNAL_ARRIVED,
            Names.KEY_REMEMBERED);

    private final ObjectMapper trees;
    private final JsonParser in;
    private final FactReader fields;
    private final byte[] bytes;

    MilestoneReader(ObjectMapper trees, JsonParser in, byte[] bytes) {
        this.trees = trees;
        this.in = in;
        this.fields = new FactReader(trees, in);
        this.bytes = bytes;
    }

    List<Milestone> milestones() throws IOException {
        fields.begin("facts");
        List<Milestone> milestones = new ArrayList<>(2);
        while (in.nextToken() != JsonToken.END_ARRAY) {
            fields.require(in.currentToken() == JsonToken.START_ARRAY, "a fact");
            Milestone milestone = milestone(fields.text());
            if (milestone != null) {
                milestones.add(milestone);
            }
            passOverTheRest();
        }
        return milestones;
    }

    private @Nullable Milestone milestone(String name) throws IOException {
        if (PASSED_OVER.contains(name)) {
            return null;
        }
        return switch (name) {
            case Names.STARTED -> started();
            case Names.CALLED -> new Milestone.Called(fields.origin());
            case Names.PAUSED -> new Milestone.Paused();
            case Names.RESUMED -> new Milestone.Resumed();
            case Names.COMPENSATION_BEGAN -> new Milestone.CompensationBegan();
            case Names.ENDING_BEGAN -> new Milestone.EndingBegan();
            case Names.ENDED -> ended();
            case Names.RETRIED -> new Milestone.Retried();
            case Names.PARKED -> new Milestone.Parked(fields.number());
            case Names.EVENT_AWAITED -> new Milestone.EventAwaited(fields.integer());
            case Names.EVENT_TAKEN, Names.TASK_CANCELLED -> new Milestone.EventWaitOver(fields.integer());
            case Names.GAVE_UP ->
                fields.target() instanceof Target.Element element ? new Milestone.EventWaitOver(element.task()) : null;
            default -> throw Names.unknown("fact", name);
        };
    }

    private Milestone started() throws IOException {
        fields.text();
        String digest = fields.text();
        passOverValue();
        StartOptions options = fields.options();
        return new Milestone.Started(digest, options);
    }

    private Milestone ended() throws IOException {
        Ending ending = fields.ending();
        fields.begin("a value or none");
        if (in.nextToken() == JsonToken.END_ARRAY) {
            return new Milestone.Ended(ending, null);
        }
        String output = smallValue();
        fields.end();
        return new Milestone.Ended(ending, output);
    }

    /** The value that has begun, or null when it is not all here or too large. */
    private @Nullable String smallValue() throws IOException {
        int from = (int) in.currentTokenLocation().getByteOffset();
        boolean allHere = true;
        int depth = 0;
        JsonToken token = in.currentToken();
        while (true) {
            fields.require(token != null, "a value");
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            // A byte string stands for a value that is kept elsewhere.
            allHere &= token != JsonToken.VALUE_EMBEDDED_OBJECT;
            if (depth == 0) {
                break;
            }
            token = in.nextToken();
        }
        in.finishToken();
        int length = (int) in.currentLocation().getByteOffset() - from;
        if (!allHere || length > StepSkim.OUTPUT_SIZE_MAX) {
            return null;
        }
        String json = JSON.writeValueAsString(trees.readTree(bytes, from, length));
        return json.length() > StepSkim.OUTPUT_SIZE_MAX ? null : json;
    }

    private void passOverValue() throws IOException {
        fields.require(in.nextToken() != null, "a value");
        in.skipChildren();
    }

    private void passOverTheRest() throws IOException {
        while (in.nextToken() != JsonToken.END_ARRAY) {
            fields.require(in.currentToken() != null, "the end of a fact");
            in.skipChildren();
        }
    }
}
