package dev.capocomico.language.grammar;

import static dev.capocomico.language.grammar.Shape.optional;
import static dev.capocomico.language.grammar.Shape.required;

import dev.capocomico.language.grammar.Type.Amount;
import dev.capocomico.language.grammar.Type.Bool;
import dev.capocomico.language.grammar.Type.Choice;
import dev.capocomico.language.grammar.Type.Condition;
import dev.capocomico.language.grammar.Type.Decimal;
import dev.capocomico.language.grammar.Type.Fields;
import dev.capocomico.language.grammar.Type.Items;
import dev.capocomico.language.grammar.Type.Json;
import dev.capocomico.language.grammar.Type.JsonObject;
import dev.capocomico.language.grammar.Type.ListOf;
import dev.capocomico.language.grammar.Type.MapOf;
import dev.capocomico.language.grammar.Type.NameOr;
import dev.capocomico.language.grammar.Type.Schema;
import dev.capocomico.language.grammar.Type.Template;
import dev.capocomico.language.grammar.Type.Text;
import dev.capocomico.language.grammar.Type.Time;
import dev.capocomico.language.grammar.Type.Whole;
import dev.capocomico.model.definition.CoordinationType;
import dev.capocomico.model.definition.OnFailure;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.SagaStrategy;
import dev.capocomico.model.definition.Selection;
import dev.capocomico.model.retry.RetryStrategy;
import dev.capocomico.model.wire.Wired;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Every construct of the language, from the root down. The order of keys is the order in which they are written. */
public final class Grammar {
    public static final int TASKS_MAX = 100_000;
    public static final int EDGES_MAX = 1_000_000;

    private static final Duration INSTANT = Duration.ZERO;
    private static final Duration TICK = Duration.ofMillis(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration DECADE = Duration.ofDays(3650);

    private static final String ID_FORM = "letters, digits and _ . -, beginning with a letter or _";
    private static final String WORD_FORM = "letters, digits and _ . : / -";

    private static final Text NAME =
            text("a name", "lower-case letters, digits, _ and -, beginning with a letter", "[a-z][a-z0-9_-]{0,62}", 63);
    private static final Text VERSION =
            text("a version", "letters, digits and . _ + -, in quotes", "[A-Za-z0-9][A-Za-z0-9._+-]{0,63}", 64);
    private static final Text TASK_ID = text("a task id", ID_FORM, "[A-Za-z_][A-Za-z0-9_.-]{0,127}", 128);
    private static final Text ROLE_NAME = text("a role", ID_FORM, "[A-Za-z_][A-Za-z0-9_.-]{0,127}", 128);
    private static final Text AGENT_TYPE = text("an agent type", ID_FORM, "[A-Za-z_][A-Za-z0-9_.-]{0,127}", 128);
    private static final Text CAPABILITY = text("a capability", WORD_FORM, "[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}", 128);
    private static final Text TOPIC = text("a topic", WORD_FORM, "[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}", 128);
    private static final Text SIGNAL = text("a signal's name", WORD_FORM, "[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}", 128);
    private static final Text FAILURE_CODE =
            text("a failure code", "letters, digits and _ . -", "[A-Za-z][A-Za-z0-9_.-]{0,127}", 128);
    private static final Text ACTION =
            new Text("an action", "1 to 256 characters, not only blanks", Pattern.compile("(?s).*\\S.*"), 256);
    private static final Text PROSE =
            new Text("a text", "at most 10,000 characters", Pattern.compile("(?s).*"), 10_000);
    private static final Text URL =
            new Text("an address", "http:// or https://", Pattern.compile("https?://[^\\s/?#]+\\S*"), 2_000);
    private static final Text HEADER = text("a header's name", "letters, digits and -", "[A-Za-z0-9-]{1,100}", 100);
    private static final Text POLICY_NAME =
            text("a retry policy's name", "lower-case letters, digits and _", "[a-z][a-z0-9_-]{0,62}", 63);

    private static final Type FLAG = new Bool();
    private static final Type TEMPLATE = new Template();
    private static final Type CONDITION = new Condition();

    public static final Shape RESOURCES = new Shape(
            "resources",
            optional("cpu", new Amount(Amount.Resource.CPU), "cores of one agent"),
            optional("memory", new Amount(Amount.Resource.MEMORY), "memory of one agent"));

    public static final Shape ROLE = new Shape(
            "agent",
            required("type", AGENT_TYPE, "a built-in agent type, or the pool that registered agents of this type form"),
            optional("count", new Whole(1, 10_000), "how many slots the role has (default 1)"),
            optional("capabilities", new ListOf(CAPABILITY, 0, 100), "what an agent must offer, all of them"),
            optional("resources", new Fields(RESOURCES), "what one agent is expected to need"),
            optional("selection", choice(Selection.class), "how a member is chosen (default least_loaded)"),
            optional("settings", new JsonObject(), "handed to the agent type"));

    public static final Shape RETRY = new Shape(
            "retry policy",
            optional("strategy", choice(RetryStrategy.class), "how the delay grows (default exponential)"),
            optional("max_retries", new Whole(0, 1_000), "attempts after the first (default 3)"),
            optional("initial_delay", new Time(INSTANT, DAY), "before the first retry (default 1s)"),
            optional("max_delay", new Time(INSTANT, YEAR), "no delay is longer (default 60s)"),
            optional("multiplier", Decimal.between("1", "100"), "of exponential (default 2)"),
            optional("jitter", Decimal.between("0", "1"), "share of a delay left to chance (default 0.1)"),
            optional("retry_on", new ListOf(FAILURE_CODE, 0, 100), "only these failure codes"),
            optional("no_retry_on", new ListOf(FAILURE_CODE, 0, 100), "never these failure codes"));

    public static final Shape COMPENSATE = new Shape(
            "compensate",
            optional("agent", ROLE_NAME, "who undoes it (default: the task's own role)"),
            optional("action", ACTION, "what the agent is asked to do (default compensate)"),
            optional("input", TEMPLATE, "may read the task's own output, item, index"));

    public static final Shape REPEAT = new Shape(
            "repeat",
            required("until", CONDITION, "over output and iteration"),
            required("max", new Whole(1, 10_000), "iterations; reached, the task fails with REPEAT_EXHAUSTED"),
            optional("delay", new Time(INSTANT, DAY), "between iterations (default none)"));

    public static final Shape ON_EVENT = new Shape(
            "on_event",
            required("topic", TOPIC, "one of coordination.event_driven"),
            optional("match", CONDITION, "over event and input (default: any event of the topic)"),
            optional("timeout", new Time(TICK, DECADE), "how long it waits (default: as long as the execution lives)"));

    public static final Shape WAIT_FOR = new Shape(
            "wait_for",
            required("signal", SIGNAL, "the name under which the answer comes"),
            optional("timeout", new Time(TICK, DECADE), "how long it waits (default: as long as the execution lives)"));

    public static final Shape CHILD = new Shape(
            "child workflow",
            required("name", NAME, "the workflow"),
            optional("version", VERSION, "default: the newest when the child starts"));

    public static final Shape TASK = new Shape(
            "task",
            required("id", TASK_ID, "unique in the workflow"),
            optional("agent", ROLE_NAME, "the role that does it"),
            optional("wait_for", new Fields(WAIT_FOR), "a person or another system answers; the payload is the output"),
            optional("sleep", new Time(INSTANT, DECADE), "nothing happens for so long"),
            optional("workflow", new Fields(CHILD), "a child execution, cancelled with its parent"),
            optional("action", ACTION, "what the agent is asked to do (default: the task's id)"),
            optional("depends_on", new ListOf(TASK_ID, 0, TASKS_MAX), "the tasks that must be done first"),
            optional("when", CONDITION, "false: the task is skipped"),
            optional("on_event", new Fields(ON_EVENT), "the task starts when the event arrives"),
            optional("input", TEMPLATE, "what the agent or child gets"),
            optional("parallel", FLAG, "once on each of the role's slots; the output is the list of theirs"),
            optional("for_each", new Items(), "once per item, as ${item} and ${index}; at most 100,000 items"),
            optional("max_parallel", new Whole(1, 100_000), "how many elements run at once"),
            optional("repeat", new Fields(REPEAT), "again until a condition holds"),
            optional("timeout", new Time(TICK, YEAR), "of one attempt, from the moment an agent has it"),
            optional("estimate", new Time(INSTANT, DECADE), "how long it usually takes; for plans only"),
            optional("heartbeat", new Time(Duration.ofMillis(10), DAY), "the agent must say it is alive this often"),
            optional("retry_policy", new NameOr(POLICY_NAME, RETRY), "a name or an inline policy (default standard)"),
            optional("priority", choice(Priority.class), "default: the workflow's"),
            optional("on_failure", choice(OnFailure.class), "default: compensate when the saga is on, else fail"),
            optional("compensate", new Fields(COMPENSATE), "how the task is undone"),
            optional("output_schema", new Schema(), "a result that does not fit fails the attempt"));

    public static final Shape COORDINATION = new Shape(
            "coordination",
            optional("type", choice(CoordinationType.class), "default: hybrid with event_driven, else graph"),
            optional("event_driven", new ListOf(TOPIC, 0, 1_000), "topics that on_event may use"),
            optional("graph_based", new ListOf(TOPIC, 0, 1_000), "recorded"));

    public static final Shape CIRCUIT_BREAKER = new Shape(
            "circuit_breaker",
            optional("failure_threshold", new Whole(1, 1_000_000), "failures in a row that open it (default 5)"),
            optional("timeout_seconds", Decimal.between("0.001", "86400"), "how long it stays open (default 30)"));

    public static final Shape SAGA = new Shape(
            "saga_pattern",
            optional("compensation_enabled", FLAG, "default true"),
            optional("rollback_on_failure", FLAG, "a task that failed for good starts it (default true)"),
            optional("strategy", choice(SagaStrategy.class), "newest first, oldest first, at once (default backward)"));

    public static final Shape FAULT_TOLERANCE = new Shape(
            "fault_tolerance",
            optional("circuit_breaker", new Fields(CIRCUIT_BREAKER), "when an agent is left alone"),
            optional("saga_pattern", new Fields(SAGA), "whether and how completed tasks are undone"));

    public static final Shape BUDGET = new Shape(
            "budget",
            optional("max_agent_calls", new Whole(1, 1_000_000_000_000L), "attempts, with those of children"),
            optional("max_tokens", new Whole(1, 1_000_000_000_000L), "as agents report them"),
            optional("max_cost", Decimal.between("0", "1000000000"), "as agents report it"),
            optional("max_depth", new Whole(1, 100), "of child executions and delegation"));

    public static final Shape WORKFLOW = new Shape(
            "workflow",
            required("name", NAME, "together with version it is unchangeable once registered"),
            required("version", VERSION, "a string"),
            optional("description", PROSE, "for people"),
            optional("orchestration_pattern", NAME, "a built-in or registered pattern (default graph)"),
            optional("pattern", new JsonObject(), "settings of the pattern"),
            optional("input_schema", new Schema(), "of the execution's input"),
            optional("output", TEMPLATE, "default: outputs of the tasks that nothing depends on, keyed by task id"),
            optional("timeout", new Time(TICK, DECADE), "of the whole execution"),
            optional("priority", choice(Priority.class), "default normal"),
            optional("agents", new MapOf(ROLE_NAME, new Fields(ROLE), 10_000), "the roles"),
            required("tasks", new ListOf(new Fields(TASK), 1, TASKS_MAX), "the work"),
            optional("coordination", new Fields(COORDINATION), "what decides that a task may start"),
            optional("fault_tolerance", new Fields(FAULT_TOLERANCE), "circuit breaker and saga"),
            optional("budget", new Fields(BUDGET), "what an execution may spend"));

    public static final Shape ROOT =
            new Shape("document", required("workflow", new Fields(WORKFLOW), "the only key of a document"));

    public static final Shape SIMULATED_SETTINGS = new Shape(
            "settings of simulated",
            optional("latency", new Time(INSTANT, DAY), "how long a call takes (default none)"),
            optional("latency_jitter", new Time(INSTANT, DAY), "at most so much more, by chance"),
            optional("fail_rate", Decimal.between("0", "1"), "share of calls that fail"),
            optional("fail_first", new Whole(0, 1_000), "attempts of a task that fail before one succeeds"),
            optional("fail_always", FLAG, "every call fails for good"),
            optional("output", new Json(), "the result (default: an echo of action and input)"));

    public static final Shape HTTP_SETTINGS = new Shape(
            "settings of http",
            required("url", URL, "called with POST"),
            optional("headers", new MapOf(HEADER, PROSE, 100), "sent along"));

    public static final Shape A2A_SETTINGS = new Shape(
            "settings of a2a",
            required("url", URL, "of the agent card"),
            optional("headers", new MapOf(HEADER, PROSE, 100), "sent along"));

    /** The settings of built-in agent types, by the type's name; the others take any. */
    public static final Map<String, Shape> SETTINGS_OF_TYPE =
            Map.of("simulated", SIMULATED_SETTINGS, "http", HTTP_SETTINGS, "a2a", A2A_SETTINGS);

    /** In the order of the manual. */
    public static final List<Shape> SHAPES = List.of(
            WORKFLOW,
            ROLE,
            RESOURCES,
            TASK,
            WAIT_FOR,
            CHILD,
            ON_EVENT,
            REPEAT,
            RETRY,
            COMPENSATE,
            COORDINATION,
            FAULT_TOLERANCE,
            CIRCUIT_BREAKER,
            SAGA,
            BUDGET,
            SIMULATED_SETTINGS,
            HTTP_SETTINGS,
            A2A_SETTINGS);

    private Grammar() {}

    private static Text text(String what, String form, String pattern, int lengthMax) {
        return new Text(what, form + "; at most " + lengthMax, Pattern.compile(pattern), lengthMax);
    }

    private static <E extends Enum<E> & Wired> Choice choice(Class<E> choices) {
        return new Choice(Wired.wireNames(choices));
    }
}
