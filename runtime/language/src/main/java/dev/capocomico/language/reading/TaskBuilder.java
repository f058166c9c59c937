package dev.capocomico.language.reading;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Node;
import dev.capocomico.model.definition.Compensation;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.FanOut;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.Repeat;
import dev.capocomico.model.definition.RetryChoice;
import dev.capocomico.model.definition.Task;
import dev.capocomico.model.definition.Work;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.retry.RetryStrategy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Builds one task, see {@link DefinitionBuilder}. */
record TaskBuilder(Fields fields) {
    private static final String COMPENSATE_ACTION_DEFAULT = "compensate";

    Task build() {
        return new Task(
                fields.text("id", ""),
                work(),
                fields.texts("depends_on"),
                fields.text("when"),
                fanOut(),
                repeat(fields.fields("repeat")),
                onEvent(fields.fields("on_event")),
                fields.time("timeout"),
                fields.time("estimate"),
                fields.time("heartbeat"),
                retry(fields.get("retry_policy")),
                fields.choice("priority", Priority.class),
                fields.choice("on_failure", OnFailure.class),
                compensation(fields.fields("compensate")),
                fields.json("output_schema"));
    }

    private Work work() {
        if (fields.get("agent") != null) {
            return new Work.AgentCall(fields.text("agent", ""), fields.text("action"), fields.json("input"));
        }
        Fields child = fields.fields("workflow");
        if (child != null) {
            return new Work.Child(child.text("name", ""), child.text("version"), fields.json("input"));
        }
        Fields wait = fields.fields("wait_for");
        if (wait != null) {
            return new Work.WaitFor(wait.text("signal", ""), wait.time("timeout"));
        }
        return new Work.Sleep(fields.time("sleep", Duration.ZERO));
    }

    private @Nullable FanOut fanOut() {
        Long max = fields.whole("max_parallel");
        Integer maxParallel = max == null ? null : max.intValue();
        JsonNode items = fields.json("for_each");
        if (items != null) {
            return new FanOut.ForEach(items, maxParallel);
        }
        return fields.bool("parallel", false) ? new FanOut.Parallel(maxParallel) : null;
    }

    private static @Nullable Repeat repeat(@Nullable Fields fields) {
        return fields == null
                ? null
                : new Repeat(fields.text("until", ""), fields.whole("max", 1), fields.time("delay", Duration.ZERO));
    }

    private static @Nullable EventWait onEvent(@Nullable Fields fields) {
        return fields == null
                ? null
                : new EventWait(fields.text("topic", ""), fields.text("match"), fields.time("timeout"));
    }

    private @Nullable Compensation compensation(@Nullable Fields compensate) {
        if (compensate == null) {
            return null;
        }
        String agent = compensate.text("agent", fields.text("agent", ""));
        return new Compensation(agent, compensate.text("action", COMPENSATE_ACTION_DEFAULT), compensate.json("input"));
    }

    private @Nullable RetryChoice retry(@Nullable Cursor policy) {
        if (policy == null) {
            return null;
        }
        if (policy.node() instanceof Node.Scalar name) {
            return RetryPolicy.NAMED.containsKey(name.text()) ? new RetryChoice.Named(name.text()) : null;
        }
        return new RetryChoice.Inline(inline(new Fields(policy, fields.structure())));
    }

    private static RetryPolicy inline(Fields policy) {
        RetryPolicy standard = RetryPolicy.STANDARD;
        Duration initial = policy.time("initial_delay", standard.initialDelay());
        // Who says only how long the first delay is does not mean that the standard limit cuts it.
        Duration max = initial.compareTo(standard.maxDelay()) > 0 ? initial : standard.maxDelay();
        return new RetryPolicy(
                policy.choice("strategy", RetryStrategy.class, standard.strategy()),
                policy.whole("max_retries", standard.maxRetries()),
                initial,
                policy.time("max_delay", max),
                policy.decimal("multiplier", standard.multiplier()),
                policy.decimal("jitter", standard.jitter()),
                policy.texts("retry_on"),
                policy.texts("no_retry_on"));
    }
}
