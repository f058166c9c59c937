package dev.capocomico.model.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.retry.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Definition} in Java.
 *
 * <pre>{@code
 * Definition order = Workflow.named("order")
 *         .version("1")
 *         .agent("payments", role -> role.type("payment_service"))
 *         .task("charge", task -> task.agent("payments").input(Map.of("amount", "${input.amount}")))
 *         .task("ship", task -> task.agent("payments").dependsOn("charge"))
 *         .build();
 * }</pre>
 *
 * <p>Values given as {@code Object} are turned into JSON as Jackson does. What a builder makes is checked where a YAML
 * document is checked too: at registration.
 */
public final class Workflow {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private String version = "1";
    private @Nullable String description;
    private PatternUse pattern = PatternUse.GRAPH;
    private @Nullable JsonNode inputSchema;
    private @Nullable JsonNode output;
    private @Nullable Duration timeout;
    private Priority priority = Priority.NORMAL;
    private final Map<String, Role> agents = new LinkedHashMap<>();
    private final List<Task> tasks = new ArrayList<>();
    private Coordination coordination = Coordination.GRAPH;
    private @Nullable CircuitBreaker circuitBreaker;
    private @Nullable Saga saga;
    private Budget budget = Budget.UNLIMITED;

    private Workflow(String name) {
        this.name = name;
    }

    public static Workflow named(String name) {
        return new Workflow(name);
    }

    public Workflow version(String version) {
        this.version = version;
        return this;
    }

    public Workflow description(String description) {
        this.description = description;
        return this;
    }

    public Workflow pattern(String name) {
        this.pattern = new PatternUse(name, JSON.createObjectNode());
        return this;
    }

    public Workflow pattern(String name, Map<String, ?> settings) {
        this.pattern = new PatternUse(name, object(settings));
        return this;
    }

    /** JSON Schema 2020-12 of the input. */
    public Workflow inputSchema(Object schema) {
        this.inputSchema = json(schema);
        return this;
    }

    /** A template of the execution's result. */
    public Workflow output(Object template) {
        this.output = json(template);
        return this;
    }

    public Workflow timeout(Duration timeout) {
        this.timeout = timeout;
        return this;
    }

    public Workflow priority(Priority priority) {
        this.priority = priority;
        return this;
    }

    public Workflow agent(String role, UnaryOperator<RoleBuilder> settings) {
        agents.put(role, settings.apply(new RoleBuilder()).build());
        return this;
    }

    public Workflow task(String id, UnaryOperator<TaskBuilder> settings) {
        tasks.add(settings.apply(new TaskBuilder(id)).build());
        return this;
    }

    /** The execution listens to these topics. */
    public Workflow events(CoordinationType type, List<String> topics) {
        this.coordination = new Coordination(type, topics, coordination.graphBased());
        return this;
    }

    /** Recorded, and given no meaning. */
    public Workflow graphBased(List<String> words) {
        this.coordination = new Coordination(coordination.type(), coordination.eventDriven(), words);
        return this;
    }

    public Workflow circuitBreaker(int failureThreshold, Duration timeout) {
        this.circuitBreaker = new CircuitBreaker(failureThreshold, timeout);
        return this;
    }

    /** Undoes completed tasks in this order when a task has failed for good. */
    public Workflow saga(SagaStrategy strategy) {
        this.saga = new Saga(true, true, strategy);
        return this;
    }

    public Workflow saga(Saga saga) {
        this.saga = saga;
        return this;
    }

    public Workflow budget(Budget budget) {
        this.budget = budget;
        return this;
    }

    public Definition build() {
        return new Definition(
                name,
                version,
                description,
                pattern,
                inputSchema,
                output,
                timeout,
                priority,
                agents,
                tasks,
                coordination,
                new FaultTolerance(circuitBreaker, saga),
                budget);
    }

    private static ObjectNode object(Map<String, ?> values) {
        return (ObjectNode) json(values);
    }

    /** Written and read again, so that a number is of the same kind as in a document: a short 1, a long 1 and an int 1 are one. */
    private static JsonNode json(Object value) {
        try {
            return JSON.readTree(JSON.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new IllegalArgumentException("this value has no form in JSON: " + value, e);
        }
    }

    /** A role, see {@link Role}. */
    public static final class RoleBuilder {
        private String type = "simulated";
        private int count = 1;
        private List<String> capabilities = List.of();
        private Resources resources = Resources.NONE;
        private Selection selection = Selection.LEAST_LOADED;
        private ObjectNode settings = JSON.createObjectNode();

        private RoleBuilder() {}

        public RoleBuilder type(String type) {
            this.type = type;
            return this;
        }

        public RoleBuilder count(int count) {
            this.count = count;
            return this;
        }

        public RoleBuilder capabilities(String... capabilities) {
            this.capabilities = List.of(capabilities);
            return this;
        }

        public RoleBuilder resources(String cpu, String memory) {
            this.resources = new Resources(cpu, memory);
            return this;
        }

        public RoleBuilder selection(Selection selection) {
            this.selection = selection;
            return this;
        }

        public RoleBuilder settings(Map<String, ?> settings) {
            this.settings = object(settings);
            return this;
        }

        private Role build() {
            return new Role(type, count, capabilities, resources, selection, settings);
        }
    }

    /** A task, see {@link Task}. What it does is the last of {@code agent}, {@code child}, {@code waitFor}, {@code sleep}. */
    public static final class TaskBuilder {
        private final String id;
        private @Nullable Work work;
        private @Nullable String action;
        private @Nullable JsonNode input;
        private List<String> dependsOn = List.of();
        private @Nullable String when;
        private @Nullable FanOut fanOut;
        private @Nullable Repeat repeat;
        private @Nullable EventWait onEvent;
        private @Nullable Duration timeout;
        private @Nullable Duration estimate;
        private @Nullable Duration heartbeat;
        private @Nullable RetryChoice retry;
        private @Nullable Priority priority;
        private @Nullable OnFailure onFailure;
        private @Nullable Compensation compensation;
        private @Nullable JsonNode outputSchema;

        private TaskBuilder(String id) {
            this.id = id;
        }

        public TaskBuilder agent(String role) {
            this.work = new Work.AgentCall(role, null, null);
            return this;
        }

        /** The newest version of a workflow, as a child. */
        public TaskBuilder child(String workflow) {
            this.work = new Work.Child(workflow, null, null);
            return this;
        }

        public TaskBuilder child(String workflow, String version) {
            this.work = new Work.Child(workflow, version, null);
            return this;
        }

        public TaskBuilder waitFor(String signal) {
            this.work = new Work.WaitFor(signal, null);
            return this;
        }

        public TaskBuilder waitFor(String signal, Duration timeout) {
            this.work = new Work.WaitFor(signal, timeout);
            return this;
        }

        public TaskBuilder sleep(Duration duration) {
            this.work = new Work.Sleep(duration);
            return this;
        }

        public TaskBuilder action(String action) {
            this.action = action;
            return this;
        }

        /** A template, for an agent or a child. */
        public TaskBuilder input(Object template) {
            this.input = json(template);
            return this;
        }

        public TaskBuilder dependsOn(String... taskIds) {
            this.dependsOn = List.of(taskIds);
            return this;
        }

        public TaskBuilder when(String expression) {
            this.when = expression;
            return this;
        }

        public TaskBuilder parallel() {
            this.fanOut = new FanOut.Parallel(null);
            return this;
        }

        public TaskBuilder parallel(int maxParallel) {
            this.fanOut = new FanOut.Parallel(maxParallel);
            return this;
        }

        /** Once for each item of a list, or of the list that a template comes to. */
        public TaskBuilder forEach(Object items) {
            this.fanOut = new FanOut.ForEach(json(items), null);
            return this;
        }

        public TaskBuilder forEach(Object items, int maxParallel) {
            this.fanOut = new FanOut.ForEach(json(items), maxParallel);
            return this;
        }

        public TaskBuilder repeat(String until, int max, Duration delay) {
            this.repeat = new Repeat(until, max, delay);
            return this;
        }

        public TaskBuilder onEvent(EventWait event) {
            this.onEvent = event;
            return this;
        }

        public TaskBuilder timeout(Duration timeout) {
            this.timeout = timeout;
            return this;
        }

        public TaskBuilder estimate(Duration estimate) {
            this.estimate = estimate;
            return this;
        }

        public TaskBuilder heartbeat(Duration every) {
            this.heartbeat = every;
            return this;
        }

        public TaskBuilder retry(String policyName) {
            this.retry = new RetryChoice.Named(policyName);
            return this;
        }

        public TaskBuilder retry(RetryPolicy policy) {
            this.retry = new RetryChoice.Inline(policy);
            return this;
        }

        public TaskBuilder priority(Priority priority) {
            this.priority = priority;
            return this;
        }

        public TaskBuilder onFailure(OnFailure onFailure) {
            this.onFailure = onFailure;
            return this;
        }

        public TaskBuilder compensate(String role, String action) {
            this.compensation = new Compensation(role, action, null);
            return this;
        }

        public TaskBuilder compensate(String role, String action, Object inputTemplate) {
            this.compensation = new Compensation(role, action, json(inputTemplate));
            return this;
        }

        /** JSON Schema 2020-12 of the output. */
        public TaskBuilder outputSchema(Object schema) {
            this.outputSchema = json(schema);
            return this;
        }

        private Task build() {
            return new Task(
                    id,
                    workWithInput(),
                    dependsOn,
                    when,
                    fanOut,
                    repeat,
                    onEvent,
                    timeout,
                    estimate,
                    heartbeat,
                    retry,
                    priority,
                    onFailure,
                    compensation,
                    outputSchema);
        }

        private Work workWithInput() {
            return switch (work) {
                case Work.AgentCall call -> new Work.AgentCall(call.role(), action, input);
                case Work.Child child when action == null -> new Work.Child(child.name(), child.version(), input);
                case Work.WaitFor wait when action == null && input == null -> wait;
                case Work.Sleep sleep when action == null && input == null -> sleep;
                case null ->
                    throw new IllegalStateException(
                            "task \"" + id + "\" does nothing yet: call agent, child, waitFor or sleep");
                case Work other ->
                    throw new IllegalStateException("task \"" + id + "\": " + other + " takes no action"
                            + (other instanceof Work.Child ? "" : " and no input"));
            };
        }
    }
}
