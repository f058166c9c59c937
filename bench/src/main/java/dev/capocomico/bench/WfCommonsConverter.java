package dev.capocomico.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Makes definitions of real workflows whose runs were recorded, in the reduced form of WfCommons instances:
 * {@code {"name", "source", "tasks": [{"id", "category", "depends_on", "runtime_seconds"}]}}.
 *
 * <p>Each category becomes a role, taken by a simulated agent, and the action of its tasks; how long a task ran becomes
 * its estimate.
 */
public final class WfCommonsConverter {
    private static final int NAME_LENGTH_MAX = 63;

    private WfCommonsConverter() {}

    /**
     * The same tasks and edges as a definition that can be planned, printed and run.
     *
     * @throws IllegalArgumentException names what is missing or of another kind than it should be
     */
    public static Definition convert(JsonNode instance) {
        Workflow workflow = Workflow.named(fittingName(text(instance, "name", "the workflow")))
                .description("Recorded run: " + text(instance, "source", "the workflow"));
        JsonNode tasks = list(instance, "tasks", "the workflow");

        Set<String> categories = new LinkedHashSet<>();
        tasks.forEach(task -> categories.add(text(task, "category", "a task")));
        for (String category : categories) {
            workflow.agent(category, role -> role.type("simulated"));
        }
        for (JsonNode task : tasks) {
            String id = text(task, "id", "a task");
            String category = text(task, "category", id);
            String[] dependsOn = dependsOn(task, id);
            Duration estimate = runtime(task, id);
            workflow.task(id, built -> built.agent(category)
                    .action(category)
                    .dependsOn(dependsOn)
                    .estimate(estimate));
        }
        return workflow.build();
    }

    /** A workflow's name begins with a letter and has lower-case letters, digits, _ and - only. */
    static String fittingName(String name) {
        String fitting = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "-");
        if (!fitting.matches("[a-z].*")) {
            fitting = "w" + fitting;
        }
        return fitting.substring(0, Math.min(fitting.length(), NAME_LENGTH_MAX));
    }

    private static String[] dependsOn(JsonNode task, String id) {
        List<String> ids = new ArrayList<>();
        for (JsonNode dependency : list(task, "depends_on", id)) {
            if (!dependency.isTextual()) {
                throw new IllegalArgumentException(id + ": a dependency is no text: " + dependency);
            }
            ids.add(dependency.textValue());
        }
        return ids.toArray(String[]::new);
    }

    private static Duration runtime(JsonNode task, String id) {
        JsonNode seconds = task.path("runtime_seconds");
        if (!seconds.isNumber() || seconds.doubleValue() < 0) {
            throw new IllegalArgumentException(id + ": \"runtime_seconds\" is no length of time: " + seconds);
        }
        return Duration.ofMillis(Math.round(seconds.doubleValue() * 1_000));
    }

    private static String text(JsonNode object, String key, String where) {
        JsonNode value = object.path(key);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(where + ": \"" + key + "\" is no text: " + value);
        }
        return value.textValue();
    }

    private static JsonNode list(JsonNode object, String key, String where) {
        JsonNode value = object.path(key);
        if (!value.isArray()) {
            throw new IllegalArgumentException(where + ": \"" + key + "\" is no list: " + value);
        }
        return value;
    }
}
