package dev.capocomico.model.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.ExecutionCommand.Outcome;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.model.schema.Schemas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One execution on the stage: what is done to it, one line each, and what can be seen of it. After every command all
 * {@link Laws} are checked. Attempts go by what they are made at: {@code a}, {@code a[2]} in a fan-out, {@code undo a}.
 */
final class Play {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** In a schema of these tests, {@code {"needs": "x"}} wants an object with a field x. */
    static final Schemas SCHEMAS =
            (schema, value) -> value.has(schema.path("needs").asText())
                    ? Optional.empty()
                    : Optional.of("there is no " + schema.path("needs").asText());

    /** What every attempt of these tests has used. */
    static final Usage USED = new Usage(7, 30);

    final Rules rules;
    final Laws laws;
    ExecutionState state = ExecutionState.NEW;
    long now = 1_000;
    private @Nullable Decision last;

    private Play(Rules rules) {
        this.rules = rules;
        this.laws = new Laws(rules);
    }

    static Play of(Workflow workflow) {
        return of(workflow, Rules.Settings.DEFAULT);
    }

    static Play of(Workflow workflow, Rules.Settings settings) {
        return new Play(new Rules(Plan.of(workflow.build()), new TinyExpressions(), SCHEMAS, settings));
    }

    static Workflow workflow() {
        return Workflow.named("play").agent("worker", role -> role.count(3));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    Play command(ExecutionCommand command) {
        ExecutionState before = state;
        Decision decision = Execution.decide(rules, before, command);
        laws.check(before, command, decision, true);
        state = decision.next();
        last = decision;
        return this;
    }

    Play start() {
        return start("{}");
    }

    Play start(String input) {
        return start(input, StartOptions.NONE);
    }

    Play start(String input, StartOptions options) {
        return command(new ExecutionCommand.Start(now, "x", json(input), options, "ann"));
    }

    Play startAs(String id) {
        return command(new ExecutionCommand.Start(now, id, json("{}"), StartOptions.NONE, "ann"));
    }

    static StartOptions maxAgents(int max) {
        return new StartOptions(null, null, null, max, null, Map.of());
    }

    /** Time passes, and the execution is woken. */
    Play after(Duration time) {
        return later(time).tick();
    }

    /** Time passes, and nothing is told of it. */
    Play later(Duration time) {
        now += time.toMillis();
        return this;
    }

    Play tick() {
        return command(new ExecutionCommand.Tick(now));
    }

    /** Until all retries and repeats that are due next have begun. */
    Play wake() {
        now = Math.max(now, Execution.wakeAtMillis(state));
        return tick();
    }

    Play succeeds(String who) {
        return succeeds(who, "{'of': '" + who + "'}");
    }

    Play succeeds(String who, String output) {
        return report(succeeded(who, output));
    }

    Play fails(String who) {
        return report(failed(who, "BROKEN", true));
    }

    Play failsForGood(String who) {
        return report(failed(who, "REFUSED", false));
    }

    Play loses(String who) {
        return report(new Outcome(key(who), new AttemptResult.Lost(true)));
    }

    /** Its node is gone, and it had not begun there. */
    Play losesItsPlace(String who) {
        return report(new Outcome(key(who), new AttemptResult.Lost(false)));
    }

    /** Their node stops, and gives them back; {@code begun} of them an agent had. */
    Play handsBack(boolean begun, String... who) {
        return handsBack(Arrays.stream(who)
                .map(one -> new Outcome(key(one), new AttemptResult.HandedBack(begun)))
                .toArray(Outcome[]::new));
    }

    Play handsBack(Outcome... outcomes) {
        return command(new ExecutionCommand.HandBack(now, List.of(outcomes), 0.5));
    }

    /** Its agent begins with it, after it was lost. */
    Play begins(String who) {
        return report(begun(who));
    }

    Outcome begun(String who) {
        return new Outcome(key(who), new AttemptResult.Begun());
    }

    Outcome succeeded(String who, String output) {
        return new Outcome(key(who), new AttemptResult.Succeeded(json(output), "agent-1", now, USED));
    }

    Outcome failed(String who, String code, boolean retryable) {
        return new Outcome(
                key(who), new AttemptResult.Failed(new Failure(code, "because", retryable), "agent-1", USED));
    }

    Play report(Outcome... outcomes) {
        return command(new ExecutionCommand.Report(now, List.of(outcomes), 0.5));
    }

    Play signal(String name, String payload) {
        return signal(name, payload, null);
    }

    Play signal(String name, String payload, @Nullable String key) {
        return command(new ExecutionCommand.Signal(now, name, json(payload), key, "sue"));
    }

    Play offer(String task, String id, String event) {
        return command(new ExecutionCommand.OfferEvent(now, index(task), id, json(event)));
    }

    Play pause() {
        return command(new ExecutionCommand.Pause(now, "pam"));
    }

    Play resume() {
        return command(new ExecutionCommand.Resume(now, "rob"));
    }

    Play cancel() {
        return command(new ExecutionCommand.Cancel(now, "enough", "cat"));
    }

    Play cancelTask(String task) {
        return command(new ExecutionCommand.CancelTask(now, task, "tim"));
    }

    Play retry() {
        return command(new ExecutionCommand.Retry(now, false, "ray"));
    }

    Play once(String key, ExecutionCommand command) {
        return command(new ExecutionCommand.Keyed(key, command));
    }

    Play forceRetry() {
        return command(new ExecutionCommand.Retry(now, true, "ray"));
    }

    // What can be seen of it.

    Decision decision() {
        return Objects.requireNonNull(last);
    }

    List<Fact> facts() {
        Step step = decision().step();
        return step == null ? List.of() : step.facts();
    }

    <T extends Fact> List<T> all(Class<T> kind) {
        return laws.journal().stream()
                .flatMap(step -> step.facts().stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    Refusal.@Nullable Code refusal() {
        Refusal refusal = decision().refusal();
        return refusal == null ? null : refusal.code();
    }

    List<String> running() {
        List<String> running = new ArrayList<>();
        new Running(new Draft(state, state.steps(), now)).forEach((target, attempt) -> running.add(name(target)));
        return running;
    }

    /** Everything that was ever dispatched, in order. */
    List<String> dispatched() {
        List<String> dispatched = new ArrayList<>();
        ExecutionState at = ExecutionState.NEW;
        for (Step step : laws.journal()) {
            at = Execution.evolve(rules, at, step);
            for (Fact fact : step.facts()) {
                if (fact instanceof Fact.Dispatched one) {
                    dispatched.add(name(one.target(), at));
                }
            }
        }
        return dispatched;
    }

    AttemptKey key(String who) {
        List<AttemptKey> found = new ArrayList<>();
        new Running(new Draft(state, state.steps(), now)).forEach((target, attempt) -> {
            if (name(target).equals(who)) {
                found.add(new AttemptKey(target, attempt.fence()));
            }
        });
        assertThat(found).as("%s runs, among %s", who, running()).hasSize(1);
        return found.getFirst();
    }

    Effect.Run run(String who) {
        AttemptKey key = key(who);
        return Execution.owed(rules, state).stream()
                .filter(Effect.Run.class::isInstance)
                .map(Effect.Run.class::cast)
                .filter(run -> run.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    Effect.RunChild child(String who) {
        AttemptKey key = key(who);
        return Execution.owed(rules, state).stream()
                .filter(Effect.RunChild.class::isInstance)
                .map(Effect.RunChild.class::cast)
                .filter(run -> run.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    boolean stops(String who) {
        return decision().effects().contains(new Effect.Stop(key(who)));
    }

    boolean owesStop(String who) {
        return Execution.owed(rules, state).contains(new Effect.Stop(key(who)));
    }

    TaskStatus task(String id) {
        return new Draft(state, state.steps(), now).taskStatus(index(id));
    }

    @Nullable JsonNode outputOf(String id) {
        return state.tasks().get(index(id)) instanceof TaskState.Over over ? over.output() : null;
    }

    Ending ending() {
        return Objects.requireNonNull(state.ending(), "it has no ending yet");
    }

    int index(String task) {
        return rules.plan().graph().indexOf(task);
    }

    long wakesIn() {
        return Execution.wakeAtMillis(state) - now;
    }

    private String name(Target target) {
        return name(target, state);
    }

    private String name(Target target, ExecutionState at) {
        return switch (target) {
            case Target.Element element -> {
                boolean fan =
                        rules.plan().definition().tasks().get(element.task()).fanOut() != null;
                yield rules.plan().graph().id(element.task()) + (fan ? "[" + element.element() + "]" : "");
            }
            case Target.Undo undo ->
                "undo "
                        + name(Objects.requireNonNull(at.undoing())
                                .entries()
                                .get(undo.entry())
                                .element());
        };
    }
}
