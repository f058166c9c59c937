package dev.capocomico.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.language.problem.Problem;
import dev.capocomico.model.plan.Plan;
import java.util.List;

/** What a check found, for programs. The names here are promised to users. */
final class JsonReport {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonReport() {}

    static ObjectNode object() {
        return NODES.objectNode();
    }

    static void print(JsonNode value, Terminal terminal) {
        try {
            terminal.out().println(JSON.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON values could not be written", e);
        }
    }

    static ObjectNode of(List<Checked> checked) {
        ArrayNode files = NODES.arrayNode();
        checked.forEach(file -> files.add(of(file)));
        return NODES.objectNode().set("files", files);
    }

    private static ObjectNode of(Checked checked) {
        ObjectNode file = NODES.objectNode();
        file.put("file", checked.file());
        file.put("valid", checked instanceof Checked.Valid);
        ArrayNode errors = NODES.arrayNode();
        switch (checked) {
            case Checked.Valid valid -> file.set("workflow", workflow(valid.plan()));
            case Checked.Invalid invalid -> invalid.problems().forEach(problem -> errors.add(error(problem)));
            case Checked.Unreadable unreadable -> errors.add(error(unreadable));
        }
        return file.set("errors", errors);
    }

    private static ObjectNode workflow(Plan plan) {
        return NODES.objectNode()
                .put("name", plan.definition().name())
                .put("version", plan.definition().version())
                .put("tasks", plan.size())
                .put("levels", plan.levelCount())
                .put("critical_path_seconds", plan.criticalPathLength().toMillis() / 1000.0)
                .put("critical_path_estimated", CriticalPath.allEstimated(plan))
                .put("digest", plan.digest());
    }

    private static ObjectNode error(Problem problem) {
        return NODES.objectNode()
                .put("code", problem.code().name())
                .put("pointer", problem.pointer())
                .put("file", problem.place().file())
                .put("line", problem.place().line())
                .put("column", problem.place().column())
                .put("message", problem.message())
                .put("hint", problem.hint())
                .put("excerpt", problem.excerpt().line());
    }

    /** The same keys as every other error, for a file that has no places. */
    private static ObjectNode error(Checked.Unreadable unreadable) {
        return NODES.objectNode()
                .put("code", "UNREADABLE_FILE")
                .put("pointer", "")
                .put("file", unreadable.file())
                .putNull("line")
                .putNull("column")
                .put("message", unreadable.why())
                .putNull("hint")
                .putNull("excerpt");
    }
}
