package dev.capocomico.language.reading;

import dev.capocomico.language.grammar.StructureCheck;
import dev.capocomico.language.tree.Cursor;
import dev.capocomico.language.tree.Node;
import dev.capocomico.model.definition.Budget;
import dev.capocomico.model.definition.CircuitBreaker;
import dev.capocomico.model.definition.Coordination;
import dev.capocomico.model.definition.CoordinationType;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.FaultTolerance;
import dev.capocomico.model.definition.PatternUse;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.Resources;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.definition.Saga;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Selection;
import dev.capocomico.model.definition.Task;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds a definition from a tree that was held against the grammar. Where the tree did not fit, the default stands in: such a
 * definition never leaves the reader, it only lets the checks of meaning find what else is wrong.
 */
public final class DefinitionBuilder {
    private static final int FAILURE_THRESHOLD_DEFAULT = 5;
    private static final BigDecimal BREAKER_SECONDS_DEFAULT = BigDecimal.valueOf(30);

    private final StructureCheck structure;

    public DefinitionBuilder(StructureCheck structure) {
        this.structure = structure;
    }

    public Definition build(Cursor workflow) {
        Fields fields = new Fields(workflow, structure);
        return new Definition(
                fields.text("name", ""),
                fields.text("version", ""),
                fields.text("description"),
                new PatternUse(fields.text("orchestration_pattern", PatternUse.GRAPH.name()), fields.object("pattern")),
                fields.json("input_schema"),
                fields.json("output"),
                fields.time("timeout"),
                fields.choice("priority", Priority.class, Priority.NORMAL),
                roles(fields.get("agents")),
                tasks(fields.get("tasks")),
                coordination(fields.fields("coordination")),
                faultTolerance(fields.fields("fault_tolerance")),
                budget(fields.fields("budget")));
    }

    private Map<String, Role> roles(@Nullable Cursor agents) {
        Map<String, Role> roles = new LinkedHashMap<>();
        if (agents != null && agents.node() instanceof Node.Mapping mapping) {
            for (Node.Entry entry : mapping.entries()) {
                String name = entry.key().text();
                roles.put(
                        name,
                        role(new Fields(new Cursor(entry.value(), agents.path().then(name)), structure)));
            }
        }
        return roles;
    }

    private static Role role(Fields fields) {
        Fields resources = fields.fields("resources");
        return new Role(
                fields.text("type", ""),
                fields.whole("count", 1),
                fields.texts("capabilities"),
                resources == null ? Resources.NONE : new Resources(resources.text("cpu"), resources.text("memory")),
                fields.choice("selection", Selection.class, Selection.LEAST_LOADED),
                fields.object("settings"));
    }

    private List<Task> tasks(@Nullable Cursor tasks) {
        return tasks == null
                ? List.of()
                : tasks.items()
                        .map(item -> new TaskBuilder(new Fields(item, structure)).build())
                        .toList();
    }

    private static Coordination coordination(@Nullable Fields fields) {
        if (fields == null) {
            return Coordination.GRAPH;
        }
        List<String> topics = fields.texts("event_driven");
        CoordinationType implied = topics.isEmpty() ? CoordinationType.GRAPH : CoordinationType.HYBRID;
        return new Coordination(
                fields.choice("type", CoordinationType.class, implied), topics, fields.texts("graph_based"));
    }

    private static FaultTolerance faultTolerance(@Nullable Fields fields) {
        return fields == null
                ? FaultTolerance.DEFAULT
                : new FaultTolerance(
                        circuitBreaker(fields.fields("circuit_breaker")), saga(fields.fields("saga_pattern")));
    }

    private static @Nullable CircuitBreaker circuitBreaker(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        BigDecimal seconds = fields.decimal("timeout_seconds");
        Duration timeout = Duration.ofMillis((seconds == null ? BREAKER_SECONDS_DEFAULT : seconds)
                .movePointRight(3)
                .longValue());
        return new CircuitBreaker(fields.whole("failure_threshold", FAILURE_THRESHOLD_DEFAULT), timeout);
    }

    private static @Nullable Saga saga(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        boolean enabled = fields.bool("compensation_enabled", true);
        return new Saga(
                enabled,
                fields.bool("rollback_on_failure", enabled),
                fields.choice("strategy", SagaStrategy.class, SagaStrategy.BACKWARD));
    }

    private static Budget budget(@Nullable Fields fields) {
        if (fields == null) {
            return Budget.UNLIMITED;
        }
        Long depth = fields.whole("max_depth");
        return new Budget(
                fields.whole("max_agent_calls"),
                fields.whole("max_tokens"),
                fields.decimal("max_cost"),
                depth == null ? null : depth.intValue());
    }
}
