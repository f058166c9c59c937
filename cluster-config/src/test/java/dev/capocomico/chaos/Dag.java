package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.model.definition.Workflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A real workflow of 1,066 tasks, recorded from a run of it: who waits for whom, and how long each took. */
final class Dag {
    private static final String FILE = "bench/src/test/resources/dags/montage-chameleon-dss-125d-001.json";

    /** How long a task takes, by its id. */
    private final Map<String, Long> millis = new LinkedHashMap<>();

    private final Map<String, List<String>> before = new HashMap<>();

    /**
     * Reads it.
     *
     * @param speed so much faster than it was
     */
    Dag(int speed) {
        Path file = Path.of(System.getProperty("capocomico.root")).resolve(FILE);
        try {
            for (JsonNode task : new ObjectMapper().readTree(file.toFile()).path("tasks")) {
                String id = task.path("id").textValue();
                millis.put(id, Math.round(task.path("runtime_seconds").doubleValue() * 1_000 / speed));
                before.put(
                        id,
                        task.path("depends_on")
                                .valueStream()
                                .map(JsonNode::textValue)
                                .toList());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int size() {
        return millis.size();
    }

    long workMillis() {
        return millis.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The file has every task after those it waits for. */
    long criticalPathMillis() {
        Map<String, Long> ends = new HashMap<>();
        millis.forEach((id, own) -> {
            long start = before.get(id).stream().mapToLong(ends::get).max().orElse(0);
            ends.put(id, start + own);
        });
        return ends.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    Scenario scenario(String name) {
        Workflow workflow = Workflow.named(name).agent("a", role -> role.type(Scenarios.AGENT));
        Set<String> last = new HashSet<>(millis.keySet());
        millis.forEach((id, own) -> {
            List<String> others = before.get(id);
            others.forEach(last::remove);
            workflow.task(id, task -> task.agent("a")
                    .action("work")
                    .input(Map.of("millis", own))
                    .dependsOn(others.toArray(String[]::new)));
        });
        Map<String, Object> outputs = new LinkedHashMap<>();
        List<String> ids = List.copyOf(millis.keySet());
        ids.stream().filter(last::contains).forEach(id -> outputs.put(id, null));
        return new Scenario(
                workflow.build(), (execution, input, random) -> Scenario.Part.of(Expectation.completed(ids, outputs)));
    }
}
