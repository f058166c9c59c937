package dev.capocomico.http.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.contract.Call;
import dev.capocomico.model.definition.DurationText;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.Resources;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.retry.RetryPolicy;
import dev.capocomico.model.retry.RetryStrategy;
import dev.capocomico.model.wire.Wired;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads what is said when a workflow is executed, from a body that fits the contract. */
final class StartRequest {
    private static final String OPTIONS = "/execution_options";

    /** The longest that the contract lets a number of seconds be: ten years. */
    private static final Duration DURATION_MAX = Duration.ofDays(3650);

    private final Call call;
    private final List<Answer.Flaw> errors = new ArrayList<>();

    StartRequest(Call call) {
        this.call = call;
    }

    JsonNode input() {
        JsonNode input = call.at("/input_data");
        return input.isMissingNode() ? NullNode.getInstance() : input;
    }

    Optional<String> executionId() {
        return Optional.ofNullable(call.at(OPTIONS + "/execution_id").textValue());
    }

    /** Whether it is only to be executed if no other execution of it is under way. */
    boolean alone() {
        return "reject".equals(call.at(OPTIONS + "/if_running").textValue());
    }

    /** What {@link #options} could not make sense of. */
    List<Answer.Flaw> errors() {
        return errors;
    }

    /** What the execution as a whole is expected to need. Compared with what the cluster is configured for, and kept nowhere. */
    Resources resources() {
        String cpu = amount("cpu", text -> Resources.parseCpuMillis(text).isPresent(), "1 core or 500m");
        String memory =
                amount("memory", text -> Resources.parseMemoryBytes(text).isPresent(), "2GB or 512Mi");
        return new Resources(cpu, memory);
    }

    private @Nullable String amount(String name, Predicate<String> isOne, String such) {
        String pointer = OPTIONS + "/resource_constraints/" + name;
        String text = call.at(pointer).textValue();
        if (text == null || isOne.test(text)) {
            return text;
        }
        errors.add(new Answer.Flaw(pointer, "\"%s\" is no amount of %s, such as %s".formatted(text, name, such)));
        return null;
    }

    StartOptions options() {
        JsonNode maxAgents = call.at(OPTIONS + "/resource_constraints/max_agents");
        String priority = call.at(OPTIONS + "/priority").textValue();
        return new StartOptions(
                positive(OPTIONS + "/timeout"),
                retry(),
                priority == null ? null : Wired.find(Priority.class, priority).orElseThrow(),
                maxAgents.isMissingNode() ? null : maxAgents.intValue(),
                null,
                labels());
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        call.at(OPTIONS + "/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().textValue()));
        return labels;
    }

    private @Nullable RetryPolicy retry() {
        String pointer = OPTIONS + "/retry_policy";
        JsonNode said = call.at(pointer);
        if (said.isMissingNode()) {
            return null;
        }
        if (said.isTextual()) {
            return RetryPolicy.NAMED.get(said.textValue());
        }
        RetryPolicy standard = RetryPolicy.STANDARD;
        String strategy = said.path("strategy").asText(standard.strategy().wireName());
        return new RetryPolicy(
                Wired.find(RetryStrategy.class, strategy).orElseThrow(),
                said.path("max_retries").asInt(standard.maxRetries()),
                duration(pointer + "/initial_delay", standard.initialDelay()),
                duration(pointer + "/max_delay", standard.maxDelay()),
                said.path("multiplier").asDouble(standard.multiplier()),
                said.path("jitter").asDouble(standard.jitter()),
                texts(said.path("retry_on")),
                texts(said.path("no_retry_on")));
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::textValue).toList();
    }

    private Duration duration(String pointer, Duration otherwise) {
        Duration said = duration(pointer);
        return said == null ? otherwise : said;
    }

    private @Nullable Duration positive(String pointer) {
        Duration said = duration(pointer);
        if (said != null && said.isZero()) {
            errors.add(new Answer.Flaw(pointer, "an execution needs longer than no time at all"));
        }
        return said;
    }

    private @Nullable Duration duration(String pointer) {
        JsonNode said = call.at(pointer);
        if (said.isMissingNode()) {
            return null;
        }
        String text = said.isNumber() ? said.decimalValue().toPlainString() : said.textValue();
        Optional<Duration> duration = DurationText.parse(text).filter(parsed -> parsed.compareTo(DURATION_MAX) <= 0);
        if (duration.isEmpty()) {
            errors.add(new Answer.Flaw(
                    pointer,
                    "a duration is a number of seconds, or such as 250ms, 30s, 5m, 2h, 1d; at most ten years"));
        }
        return duration.orElse(null);
    }
}
