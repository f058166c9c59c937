package dev.capocomico.persistence.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.capocomico.model.definition.Priority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the table of executions has to know of a definition.
 *
 * @param topics of the events that tasks wait for, by the number of the task
 */
record Outline(String name, String version, Priority priority, List<String> taskIds, Map<Integer, String> topics) {
    private static final JsonMapper JSON = StoredJson.MAPPER;

    Outline {
        taskIds = List.copyOf(taskIds);
        topics = Map.copyOf(topics);
    }

    /** Null for a task that the definition does not have. */
    @Nullable String taskId(int task) {
        return task >= 0 && task < taskIds.size() ? taskIds.get(task) : null;
    }

    /** Passes over everything else in the tree, which can be large. */
    static Outline of(String name, String version, String tree) {
        Priority priority = Priority.NORMAL;
        List<String> taskIds = new ArrayList<>();
        Map<Integer, String> topics = new HashMap<>();
        try (JsonParser in = JSON.createParser(tree)) {
            in.nextToken();
            enter(in, "workflow");
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "priority" -> priority = priority(in.getText());
                    case "tasks" -> {
                        while (in.nextToken() == JsonToken.START_OBJECT) {
                            task(in, taskIds, topics);
                        }
                    }
                    default -> in.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the definition " + name + " is no JSON", e);
        }
        return new Outline(name, version, priority, taskIds, topics);
    }

    private static void enter(JsonParser in, String wanted) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = in.currentName().equals(wanted);
            in.nextToken();
            if (found) {
                return;
            }
            in.skipChildren();
        }
    }

    private static void task(JsonParser in, List<String> taskIds, Map<Integer, String> topics) throws IOException {
        int task = taskIds.size();
        taskIds.add("");
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "id" -> taskIds.set(task, in.getText());
                case "on_event" -> {
                    while (in.nextToken() == JsonToken.FIELD_NAME) {
                        boolean topic = in.currentName().equals("topic");
                        in.nextToken();
                        if (topic) {
                            topics.put(task, in.getText());
                        } else {
                            in.skipChildren();
                        }
                    }
                }
                default -> in.skipChildren();
            }
        }
    }

    private static Priority priority(String name) {
        for (Priority priority : Priority.values()) {
            if (priority.wireName().equals(name)) {
                return priority;
            }
        }
        return Priority.NORMAL;
    }
}
