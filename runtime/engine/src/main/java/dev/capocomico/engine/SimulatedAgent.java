package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.DurationText;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Stands in for an agent that does not exist yet: takes as long, fails as often and gives what the role's settings say. Chance is
 * drawn from the attempt itself, so that the same attempt always goes the same way.
 */
final class SimulatedAgent implements LocalAgent {
    static final String TYPE = "simulated";
    static final String FAILURE_CODE = "SIMULATED_FAILURE";

    @Override
    public JsonNode perform(Assignment assignment) throws InterruptedException {
        ObjectNode settings = assignment.settings();
        RandomGenerator random =
                new SplittableRandom(31L * assignment.idempotencyKey().hashCode() + assignment.attempt());
        long jitterMillis = duration(settings.path("latency_jitter")).toMillis();
        long latencyMillis = duration(settings.path("latency")).toMillis()
                + (jitterMillis == 0 ? 0 : random.nextLong(jitterMillis + 1));
        if (latencyMillis > 0) {
            Thread.sleep(latencyMillis);
        }
        if (settings.path("fail_always").asBoolean(false)) {
            throw AttemptFailure.of(FAILURE_CODE, "it was told to fail always", false);
        }
        int failFirst = settings.path("fail_first").asInt(0);
        if (assignment.attempt() <= failFirst) {
            String message = failFirst == 1
                    ? "it was told to fail the first time"
                    : "it was told to fail the first %d times; this was attempt %d"
                            .formatted(failFirst, assignment.attempt());
            throw AttemptFailure.of(FAILURE_CODE, message, true);
        }
        if (random.nextDouble() < settings.path("fail_rate").asDouble(0)) {
            throw AttemptFailure.of(FAILURE_CODE, "it was told to fail now and then", true);
        }
        return settings.has("output") ? settings.get("output") : echo(assignment);
    }

    private static ObjectNode echo(Assignment assignment) {
        ObjectNode echo = JsonNodeFactory.instance.objectNode();
        echo.put("action", assignment.action());
        echo.set("input", assignment.input());
        return echo;
    }

    /** The reader has checked the settings of this type; a role of another type may say what it likes, and means no time. */
    private static Duration duration(JsonNode setting) {
        return setting.isValueNode() && !setting.isNull()
                ? DurationText.parse(setting.asText()).orElse(Duration.ZERO)
                : Duration.ZERO;
    }
}
