package dev.capocomico.model.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Saga;
import dev.capocomico.model.expression.Expressions.Evaluation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides one command: gathers facts, each put into the draft at once, so that what follows is decided with it in view. The
 * answer is found by the parts this class hands out: {@link Outcomes}, {@link Timers}, {@link Starts}.
 */
final class Decider {
    private final Rules rules;
    private final Definition definition;
    private final Draft draft;
    private final Lookup lookup;
    private final Evolution evolution;
    private final Attempts attempts;
    private final Timers timers;
    private final Starts starts;
    private final List<Fact> facts = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final List<AttemptKey> stale = new ArrayList<>();

    Decider(Rules rules, Draft draft, Lookup lookup) {
        this.rules = rules;
        this.definition = rules.plan().definition();
        this.draft = draft;
        this.lookup = lookup;
        this.evolution = new Evolution(rules.plan(), draft);
        this.attempts = new Attempts(rules, draft, lookup);
        this.timers = new Timers(this);
        this.starts = new Starts(this);
    }

    Rules rules() {
        return rules;
    }

    Draft draft() {
        return draft;
    }

    Lookup lookup() {
        return lookup;
    }

    /** What a template comes to for the execution or a task. */
    Evaluation evaluate(JsonNode template, Sight sight) {
        return lookup.evaluate(rules.expressions(), template, sight);
    }

    /** Whether the execution may hold so many bytes more. */
    boolean mayHold(long more) {
        return draft.bytesHeld + more <= rules.settings().bytesMax();
    }

    /** Why a value is too large for the execution, with what that value is. */
    Failure tooLarge(String what) {
        return Failure.permanent(
                FailureCode.STATE_TOO_LARGE,
                "with %s the execution would hold more than %,d bytes of values, the most that one may (it holds %,d)"
                        .formatted(what, rules.settings().bytesMax(), draft.bytesHeld));
    }

    Attempts attempts() {
        return attempts;
    }

    void fact(Fact fact) {
        facts.add(fact);
        evolution.apply(fact);
    }

    int factCount() {
        return facts.size();
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    void stale(AttemptKey key) {
        stale.add(key);
    }

    /** Everything decided; the state before, unchanged, when nothing was. */
    Decision decision(ExecutionState before, @Nullable Refusal refusal) {
        if (facts.isEmpty()) {
            return new Decision(null, before, List.of(), stale, refusal);
        }
        Parking.of(rules, draft).ifPresent(this::fact);
        return new Decision(new Step(draft.step, draft.atMillis, facts), draft.freeze(), effects, stale, refusal);
    }

    void decideWhatIsDue() {
        timers.decideWhatIsDue();
    }

    /** Goes on as far as it can without anything new from outside. */
    void advance() {
        int before = -1;
        while (facts.size() != before) {
            before = facts.size();
            settle();
            if (!draft.paused) {
                start();
            }
            timers.decideWhatIsDue();
        }
    }

    private void start() {
        switch (draft.phase) {
            case RUNNING -> starts.startWhatIsReady();
            case COMPENSATING -> starts.startUndoing();
            case NEW, ENDING, ENDED -> {}
        }
    }

    /** Draws the line under what is over, and starts nothing. */
    void settle() {
        int before = -1;
        while (!draft.paused && facts.size() != before) {
            before = facts.size();
            switch (draft.phase) {
                case RUNNING -> {
                    if (draft.doom != null) {
                        beginEnding(draft.doom, ExecutionState.NEVER, null);
                    } else if (draft.unfinished == 0) {
                        complete();
                    }
                }
                case ENDING -> endOrCompensate();
                case COMPENSATING -> {
                    if (draft.undoing != null && draft.undoing.over()) {
                        fact(new Fact.Ended(ending(), null));
                    }
                }
                case NEW, ENDED -> {}
            }
        }
    }

    private void complete() {
        JsonNode template = definition.output();
        Evaluation evaluation = template == null
                ? new Evaluation.Value(outputsOfLastTasks())
                : evaluate(template, Sight.ofExecution(rules.plan(), draft, lookup));
        switch (evaluation) {
            case Evaluation.Value value -> complete(value.json());
            case Evaluation.Failed failed -> fail(FailureCode.EXPRESSION_ERROR, "output: " + failed.reason());
        }
    }

    /** The output is made of what the execution holds already, so it only must not be larger than all of that may be. */
    private void complete(JsonNode output) {
        long bytes = Held.by(output);
        if (bytes > rules.settings().bytesMax()) {
            String message = "the output has %,d bytes; an execution may hold no more than %,d"
                    .formatted(bytes, rules.settings().bytesMax());
            fail(FailureCode.STATE_TOO_LARGE, message);
        } else {
            fact(new Fact.Ended(Ending.COMPLETED, output));
        }
    }

    private void fail(String code, String message) {
        beginEnding(new Ending(Ending.Kind.FAILED, code, message, null), ExecutionState.NEVER, null);
    }

    private ObjectNode outputsOfLastTasks() {
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        for (int task = 0; task < rules.plan().size(); task++) {
            if (rules.plan().graph().successorCount(task) == 0) {
                JsonNode output =
                        draft.tasks.get(task) instanceof TaskState.Over over ? over.output() : NullNode.instance;
                outputs.set(rules.plan().graph().id(task), output);
            }
        }
        return outputs;
    }

    /** From here on nothing new starts; children are told to stop, and with a grace everything that runs is. */
    void beginEnding(Ending ending, long graceUntilMillis, @Nullable String by) {
        fact(new Fact.EndingBegan(ending, graceUntilMillis, by));
        new Running(draft).forEach((target, running) -> {
            if (attempts.toldToStop(target, running)) {
                effect(new Effect.Stop(new AttemptKey(target, running.fence())));
            }
        });
    }

    private void endOrCompensate() {
        if (draft.inFlight > 0) {
            return;
        }
        Ending ending = ending();
        if (!draft.completions.isEmpty() && compensates(ending)) {
            long deadline =
                    draft.atMillis + rules.settings().compensationTimeout().toMillis();
            fact(new Fact.CompensationBegan(deadline));
        } else {
            fact(new Fact.Ended(ending, null));
        }
    }

    private boolean compensates(Ending ending) {
        Integer culprit = ending.task();
        if (culprit != null) {
            return definition.onFailure(definition.tasks().get(culprit)) == OnFailure.COMPENSATE;
        }
        Saga saga = definition.faultTolerance().saga();
        boolean failed = ending.kind() == Ending.Kind.FAILED;
        return saga != null && saga.compensationEnabled() && (saga.rollbackOnFailure() || !failed);
    }

    /** How the execution will end, from the moment that it is known. */
    Ending ending() {
        if (draft.ending == null) {
            throw new IllegalStateException("in phase " + draft.phase + " an execution has an ending");
        }
        return draft.ending;
    }
}
