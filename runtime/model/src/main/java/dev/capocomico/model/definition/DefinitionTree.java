package dev.capocomico.model.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.wire.Wired;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A definition as the tree that the workflow language writes, from the root key {@code workflow} on, keys in the order
 * in which the language documents them.
 *
 * <p>What is a default is left out, so equal definitions have equal trees, however they were written; read again, a tree
 * is the same definition. JSON values of the definition are shared with it, not copied.
 */
public final class DefinitionTree {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Beyond this many zeros a number is left in scientific form. */
    private static final int ZEROS_WRITTEN_MAX = 30;

    private DefinitionTree() {}

    public static ObjectNode of(Definition definition) {
        ObjectNode workflow = JSON.objectNode();
        workflow.put("name", definition.name());
        workflow.put("version", definition.version());
        put(workflow, "description", definition.description());
        if (!definition.pattern().equals(PatternUse.GRAPH)) {
            workflow.put("orchestration_pattern", definition.pattern().name());
            putUnlessEmpty(workflow, "pattern", definition.pattern().settings());
        }
        put(workflow, "input_schema", definition.inputSchema());
        put(workflow, "output", definition.output());
        put(workflow, "timeout", definition.timeout());
        if (definition.priority() != Priority.NORMAL) {
            put(workflow, "priority", definition.priority());
        }
        ObjectNode agents = JSON.objectNode();
        definition.agents().forEach((name, role) -> agents.set(name, role(role)));
        putUnlessEmpty(workflow, "agents", agents);
        ArrayNode tasks = workflow.putArray("tasks");
        definition.tasks().forEach(task -> tasks.add(task(task)));
        if (!definition.coordination().equals(Coordination.GRAPH)) {
            workflow.set("coordination", coordination(definition.coordination()));
        }
        putUnlessEmpty(workflow, "fault_tolerance", faultTolerance(definition.faultTolerance()));
        putUnlessEmpty(workflow, "budget", budget(definition.budget()));

        ObjectNode document = JSON.objectNode();
        document.set("workflow", workflow);
        return document;
    }

    private static ObjectNode role(Role role) {
        ObjectNode tree = JSON.objectNode();
        tree.put("type", role.type());
        if (role.count() != 1) {
            tree.put("count", role.count());
        }
        putUnlessEmpty(tree, "capabilities", role.capabilities());
        ObjectNode resources = JSON.objectNode();
        put(resources, "cpu", role.resources().cpu());
        put(resources, "memory", role.resources().memory());
        putUnlessEmpty(tree, "resources", resources);
        if (role.selection() != Selection.LEAST_LOADED) {
            put(tree, "selection", role.selection());
        }
        putUnlessEmpty(tree, "settings", role.settings());
        return tree;
    }

    private static ObjectNode task(Task task) {
        ObjectNode tree = JSON.objectNode();
        tree.put("id", task.id());
        putWork(tree, task.work());
        putUnlessEmpty(tree, "depends_on", task.dependsOn());
        put(tree, "when", task.when());
        put(tree, "input", input(task.work()));
        if (task.fanOut() != null) {
            putFanOut(tree, task.fanOut());
        }
        put(tree, "timeout", task.timeout());
        put(tree, "estimate", task.estimate());
        if (task.retry() != null) {
            putRetry(tree, task.retry());
        }
        put(tree, "priority", task.priority());
        put(tree, "on_failure", task.onFailure());
        if (task.compensation() != null) {
            tree.set("compensate", compensation(task.compensation()));
        }
        put(tree, "output_schema", task.outputSchema());
        put(tree, "heartbeat", task.heartbeat());
        if (task.repeat() != null) {
            tree.set("repeat", repeat(task.repeat()));
        }
        if (task.onEvent() != null) {
            tree.set("on_event", eventWait(task.onEvent()));
        }
        return tree;
    }

    private static void putWork(ObjectNode tree, Work work) {
        switch (work) {
            case Work.AgentCall call -> {
                tree.put("agent", call.role());
                put(tree, "action", call.action());
            }
            case Work.WaitFor wait -> {
                ObjectNode signal = tree.putObject("wait_for");
                signal.put("signal", wait.signal());
                put(signal, "timeout", wait.timeout());
            }
            case Work.Sleep sleep -> put(tree, "sleep", sleep.duration());
            case Work.Child child -> {
                ObjectNode workflow = tree.putObject("workflow");
                workflow.put("name", child.name());
                put(workflow, "version", child.version());
            }
        }
    }

    private static @Nullable JsonNode input(Work work) {
        return switch (work) {
            case Work.AgentCall call -> call.input();
            case Work.Child child -> child.input();
            case Work.WaitFor wait -> null;
            case Work.Sleep sleep -> null;
        };
    }

    private static void putFanOut(ObjectNode tree, FanOut fanOut) {
        switch (fanOut) {
            case FanOut.Parallel parallel -> tree.put("parallel", true);
            case FanOut.ForEach forEach -> tree.set("for_each", forEach.items());
        }
        if (fanOut.maxParallel() != null) {
            tree.put("max_parallel", fanOut.maxParallel());
        }
    }

    private static void putRetry(ObjectNode tree, RetryChoice retry) {
        switch (retry) {
            case RetryChoice.Named named -> tree.put("retry_policy", named.name());
            case RetryChoice.Inline inline -> tree.set("retry_policy", policy(inline.policy()));
        }
    }

    private static ObjectNode policy(RetryPolicy policy) {
        ObjectNode tree = JSON.objectNode();
        put(tree, "strategy", policy.strategy());
        tree.put("max_retries", policy.maxRetries());
        put(tree, "initial_delay", policy.initialDelay());
        put(tree, "max_delay", policy.maxDelay());
        tree.put("multiplier", policy.multiplier());
        tree.put("jitter", policy.jitter());
        putUnlessEmpty(tree, "retry_on", policy.retryOn());
        putUnlessEmpty(tree, "no_retry_on", policy.noRetryOn());
        return tree;
    }

    private static ObjectNode compensation(Compensation compensation) {
        ObjectNode tree = JSON.objectNode();
        tree.put("agent", compensation.agent());
        tree.put("action", compensation.action());
        put(tree, "input", compensation.input());
        return tree;
    }

    private static ObjectNode repeat(Repeat repeat) {
        ObjectNode tree = JSON.objectNode();
        tree.put("until", repeat.until());
        tree.put("max", repeat.max());
        put(tree, "delay", repeat.delay());
        return tree;
    }

    private static ObjectNode eventWait(EventWait wait) {
        ObjectNode tree = JSON.objectNode();
        tree.put("topic", wait.topic());
        put(tree, "match", wait.match());
        put(tree, "timeout", wait.timeout());
        return tree;
    }

    private static ObjectNode coordination(Coordination coordination) {
        ObjectNode tree = JSON.objectNode();
        put(tree, "type", coordination.type());
        putUnlessEmpty(tree, "event_driven", coordination.eventDriven());
        putUnlessEmpty(tree, "graph_based", coordination.graphBased());
        return tree;
    }

    private static ObjectNode faultTolerance(FaultTolerance faultTolerance) {
        ObjectNode tree = JSON.objectNode();
        CircuitBreaker breaker = faultTolerance.circuitBreaker();
        if (breaker != null) {
            ObjectNode settings = tree.putObject("circuit_breaker");
            settings.put("failure_threshold", breaker.failureThreshold());
            settings.set(
                    "timeout_seconds",
                    number(BigDecimal.valueOf(breaker.timeout().toMillis(), 3)));
        }
        Saga saga = faultTolerance.saga();
        if (saga != null) {
            ObjectNode settings = tree.putObject("saga_pattern");
            settings.put("compensation_enabled", saga.compensationEnabled());
            settings.put("rollback_on_failure", saga.rollbackOnFailure());
            put(settings, "strategy", saga.strategy());
        }
        return tree;
    }

    private static ObjectNode budget(Budget budget) {
        ObjectNode tree = JSON.objectNode();
        if (budget.maxAgentCalls() != null) {
            tree.put("max_agent_calls", budget.maxAgentCalls());
        }
        if (budget.maxTokens() != null) {
            tree.put("max_tokens", budget.maxTokens());
        }
        if (budget.maxCost() != null) {
            tree.set("max_cost", number(budget.maxCost()));
        }
        if (budget.maxDepth() != null) {
            tree.put("max_depth", budget.maxDepth());
        }
        return tree;
    }

    /** 1200 as people write it, not as 1.2E+3. */
    private static JsonNode number(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        boolean zerosWritten = stripped.scale() < 0 && stripped.scale() >= -ZEROS_WRITTEN_MAX;
        return JSON.numberNode(zerosWritten ? stripped.setScale(0) : stripped);
    }

    private static void put(ObjectNode tree, String key, @Nullable String text) {
        if (text != null) {
            tree.put(key, text);
        }
    }

    private static void put(ObjectNode tree, String key, @Nullable Duration duration) {
        if (duration != null) {
            tree.put(key, DurationText.print(duration));
        }
    }

    private static void put(ObjectNode tree, String key, @Nullable Wired choice) {
        if (choice != null) {
            tree.put(key, choice.wireName());
        }
    }

    private static void put(ObjectNode tree, String key, @Nullable JsonNode value) {
        if (value != null) {
            tree.set(key, value);
        }
    }

    private static void putUnlessEmpty(ObjectNode tree, String key, ObjectNode value) {
        if (!value.isEmpty()) {
            tree.set(key, value);
        }
    }

    private static void putUnlessEmpty(ObjectNode tree, String key, List<String> texts) {
        if (!texts.isEmpty()) {
            ArrayNode values = tree.putArray(key);
            texts.forEach(values::add);
        }
    }
}
