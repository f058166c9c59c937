package dev.capocomico.language.meaning;

import dev.capocomico.language.meaning.Document.TaskPlace;
import dev.capocomico.language.problem.ProblemCode;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Node;
import dev.capocomico.language.tree.Scalars;
import dev.capocomico.model.definition.DurationText;
import dev.capocomico.model.definition.FanOut;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.RetryChoice;
import dev.capocomico.model.definition.Saga;
import dev.capocomico.model.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** That settings do not exclude each other, and that no wait outlives the workflow. */
record Contradictions(Document document) {
    void check() {
        saga();
        for (TaskPlace place : document.tasks()) {
            fanOut(place);
            retry(place);
            onFailure(place);
            wait(place.good("sleep"), "this sleep");
            wait(below(place, "wait_for", "timeout"), "this wait");
            wait(below(place, "on_event", "timeout"), "this wait for an event");
        }
    }

    private void saga() {
        Cursor saga = document.good("fault_tolerance", "saga_pattern");
        Cursor rollback = document.good("fault_tolerance", "saga_pattern", "rollback_on_failure");
        Saga settings = document.definition().faultTolerance().saga();
        if (saga == null || settings == null || settings.compensationEnabled()) {
            return;
        }
        if (rollback != null && settings.rollbackOnFailure()) {
            document.problem(
                    ProblemCode.CONTRADICTION,
                    rollback,
                    "rollback_on_failure has no effect while compensation_enabled is false",
                    "set compensation_enabled: true, or remove rollback_on_failure");
        }
        if (saga.at("strategy") != null) {
            document.problemWithKey(
                    ProblemCode.CONTRADICTION,
                    saga,
                    "strategy",
                    "strategy has no effect while compensation_enabled is false",
                    "set compensation_enabled: true, or remove strategy");
        }
    }

    private void onFailure(TaskPlace place) {
        Saga saga = document.definition().faultTolerance().saga();
        Cursor choice = place.good("on_failure");
        boolean off = saga != null && !saga.compensationEnabled();
        if (off && choice != null && place.task().onFailure() == OnFailure.COMPENSATE) {
            document.problem(
                    ProblemCode.CONTRADICTION,
                    choice,
                    "on_failure: compensate cannot be while saga_pattern.compensation_enabled is false",
                    "set compensation_enabled: true, or choose fail or continue");
        }
    }

    private void fanOut(TaskPlace place) {
        Cursor parallel = place.good("parallel");
        boolean on = parallel != null
                && parallel.node() instanceof Node.Scalar scalar
                && Scalars.bool(scalar).orElse(false);
        if (on && place.task().fanOut() instanceof FanOut.ForEach) {
            document.problemWithKey(
                    ProblemCode.CONTRADICTION,
                    place.at(),
                    "for_each",
                    "for_each and parallel exclude each other: once per item, or once per slot of the role",
                    "remove parallel; for_each runs its items at once by itself, see max_parallel");
        }
    }

    private void retry(TaskPlace place) {
        Cursor at = place.good("retry_policy");
        if (at == null || !(place.task().retry() instanceof RetryChoice.Inline inline)) {
            return;
        }
        RetryPolicy policy = inline.policy();
        if (policy.maxDelay().compareTo(policy.initialDelay()) < 0) {
            String message = "max_delay (%s) is shorter than initial_delay (%s)"
                    .formatted(DurationText.print(policy.maxDelay()), DurationText.print(policy.initialDelay()));
            document.problemWithKey(ProblemCode.CONTRADICTION, at, "max_delay", message, "lengthen max_delay");
        }
        List<String> both = new ArrayList<>(policy.retryOn());
        both.retainAll(policy.noRetryOn());
        if (!both.isEmpty()) {
            String message = "retry_on and no_retry_on both name " + String.join(", ", both);
            document.problemWithKey(ProblemCode.CONTRADICTION, at, "no_retry_on", message, null);
        }
    }

    private void wait(@Nullable Cursor wait, String what) {
        Duration whole = document.definition().timeout();
        Duration length = wait != null && wait.node() instanceof Node.Scalar scalar
                ? Scalars.duration(scalar).orElse(null)
                : null;
        if (wait != null && whole != null && length != null && length.compareTo(whole) > 0) {
            String message = "%s of %s is longer than the workflow's timeout of %s"
                    .formatted(what, DurationText.print(length), DurationText.print(whole));
            document.problem(ProblemCode.WAIT_TOO_LONG, wait, message, null);
        }
    }

    private @Nullable Cursor below(TaskPlace place, String section, String key) {
        Cursor at = place.good(section);
        Cursor value = at == null ? null : at.at(key);
        return value == null || document.structure().isBad(value.node()) ? null : value;
    }
}
