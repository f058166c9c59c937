package dev.capocomico.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.store.ExecutionList;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.engine.store.WorkflowRuns;
import dev.capocomico.http.execution.Asking;
import dev.capocomico.language.expression.CelExpressions;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.Decision;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Fact;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * Executions without a database: the real rules decide. No agent works here, so tasks stay as they were dispatched; signals, pauses and
 * cancels do what they do.
 */
final class ExecutionsInMemory implements Asking, StepLog, ExecutionList, WorkflowRuns {
    /** Neither answers, nor fails. */
    volatile boolean mute;

    /** Those that cannot be recovered, and why. */
    final Map<ExecutionKey, String> quarantined = new ConcurrentHashMap<>();

    /** Fails as only a fault of the program does. */
    volatile boolean broken;

    private final Map<ExecutionKey, Standing> executions = new ConcurrentHashMap<>();
    private final Map<ExecutionKey, ExecutionAnswer.Archived> archived = new ConcurrentHashMap<>();
    private final ActorSystem<?> system;
    private final JournalInMemory journal;
    private final FlakyDatabase database;

    private record Standing(Rules rules, ExecutionState state, List<Step> steps) {}

    ExecutionsInMemory(ActorSystem<?> system, JournalInMemory journal, FlakyDatabase database) {
        this.system = system;
        this.journal = journal;
        this.database = database;
    }

    @Override
    public CompletionStage<ExecutionAnswer> ask(
            ExecutionKey key, Function<ActorRef<ExecutionAnswer>, ExecutionMessage.Request> request) {
        if (broken) {
            throw new IllegalStateException("planted");
        }
        if (mute) {
            return new CompletableFuture<ExecutionAnswer>().orTimeout(50, TimeUnit.MILLISECONDS);
        }
        return CompletableFuture.completedFuture(
                database.away
                        ? new ExecutionAnswer.Unavailable("the journal cannot be written")
                        : answer(key, request.apply(system.ignoreRef())));
    }

    private ExecutionAnswer answer(ExecutionKey key, ExecutionMessage.Request request) {
        String reason = quarantined.get(key);
        if (reason != null && !(request instanceof ExecutionMessage.Release)) {
            return new ExecutionAnswer.Refused(new Refusal(Refusal.Code.QUARANTINED, "quarantined: " + reason));
        }
        return switch (request) {
            case ExecutionMessage.Begin begin -> {
                Rules rules = new Rules(
                        begin.plan(),
                        new CelExpressions(),
                        (schema, value) -> Optional.empty(),
                        Rules.Settings.DEFAULT);
                yield decide(key, new Standing(rules, ExecutionState.NEW, List.of()), begin.start());
            }
            case ExecutionMessage.Ask ask -> {
                Standing standing = executions.get(key);
                yield standing == null ? unknown(key) : decide(key, standing, ask.command());
            }
            case ExecutionMessage.Look look when archived.containsKey(key) -> archived.get(key);
            case ExecutionMessage.Look look -> {
                Standing standing = executions.get(key);
                yield standing == null
                        ? unknown(key)
                        : new ExecutionAnswer.Standing(standing.rules().plan(), standing.state(), Set.of());
            }
            case ExecutionMessage.Release release -> {
                boolean was = quarantined.remove(key) != null;
                Standing standing = executions.get(key);
                yield was && standing != null
                        ? new ExecutionAnswer.Accepted(standing.state().status())
                        : new ExecutionAnswer.Refused(new Refusal(
                                standing == null ? Refusal.Code.NOT_FOUND : Refusal.Code.WRONG_STATE,
                                "the execution \"" + key.id() + "\" is not quarantined"));
            }
            // Nobody waits here: the answer is that of an execution whose end does not come in time.
            case ExecutionMessage.AwaitEnd await -> {
                Standing standing = executions.get(key);
                yield standing == null
                        ? unknown(key)
                        : standing.state().hasEnded()
                                ? ExecutionAnswer.Ended.of(standing.rules().plan(), standing.state())
                                : new ExecutionAnswer.Unavailable("it has not ended");
            }
        };
    }

    private ExecutionAnswer decide(ExecutionKey key, Standing ifNew, ExecutionCommand command) {
        ExecutionAnswer[] answer = new ExecutionAnswer[1];
        executions.compute(key, (same, there) -> {
            Standing before = there == null ? ifNew : there;
            Decision decision = Execution.decide(ifNew.rules(), before.state(), command);
            Refusal refusal = decision.refusal();
            answer[0] = refusal == null
                    ? new ExecutionAnswer.Accepted(decision.next().status())
                    : new ExecutionAnswer.Refused(refusal);
            List<Step> steps = new ArrayList<>(before.steps());
            Step step = decision.step();
            if (step != null) {
                steps.add(step);
                journal.commit(key, step, before.rules().plan());
            }
            return new Standing(before.rules(), decision.next(), steps);
        });
        return answer[0];
    }

    private static ExecutionAnswer unknown(ExecutionKey key) {
        return new ExecutionAnswer.Refused(
                new Refusal(Refusal.Code.NOT_FOUND, "there is no execution \"" + key.id() + "\""));
    }

    /** What is wrong with a step of an execution. */
    enum Poison {
        /** It cannot be read. */
        UNREADABLE,
        /** It can be read, and is about a task that there is not. */
        NONSENSE
    }

    static final int POISONED_STEP = 2;

    final Map<ExecutionKey, Poison> poisoned = new ConcurrentHashMap<>();

    @Override
    public List<Step> read(ExecutionKey key, long after, int limit) {
        database.require();
        Standing standing = executions.get(key);
        if (standing == null) {
            return List.of();
        }
        Poison poison = poisoned.get(key);
        if (poison == Poison.UNREADABLE && after >= POISONED_STEP - 1) {
            throw new UnreadableException("step " + POISONED_STEP + " is damaged", null);
        }
        return standing.steps().stream()
                .filter(step -> step.number() > after)
                .takeWhile(step -> poison != Poison.UNREADABLE || step.number() < POISONED_STEP)
                .map(step -> poison == Poison.NONSENSE && step.number() == POISONED_STEP ? nonsense(step) : step)
                .limit(limit)
                .toList();
    }

    private static Step nonsense(Step step) {
        return new Step(step.number(), step.atMillis(), List.of(new Fact.EventAwaited(4_711, 0)));
    }

    @Override
    public ExecutionList.Page list(String tenant, Filter filter, @Nullable Cursor after, int limit) {
        database.require();
        List<Entry> found = executions.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant))
                .map(entry -> entry(entry.getKey(), entry.getValue()))
                .filter(entry -> filter.workflow() == null || entry.workflow().equals(filter.workflow()))
                .filter(entry -> filter.among().matches(entry.workflow()))
                .filter(entry -> filter.status() == null || entry.status() == filter.status())
                .filter(entry -> filter.labels().stream()
                        .allMatch(label -> label.value().equals(entry.labels().get(label.name()))))
                .filter(entry -> filter.since() == null || !entry.startedAt().isBefore(filter.since()))
                .filter(entry -> after == null || entry.key().id().compareTo(after.executionId()) > 0)
                .sorted(Comparator.comparing(entry -> entry.key().id()))
                .limit(limit + 1)
                .toList();
        List<Entry> shown = found.subList(0, Math.min(limit, found.size()));
        Entry last = shown.isEmpty() ? null : shown.getLast();
        return new ExecutionList.Page(
                shown,
                found.size() > limit && last != null
                        ? new Cursor(last.startedAt(), last.key().id())
                        : null);
    }

    private Entry entry(ExecutionKey key, Standing standing) {
        String reason = quarantined.get(key);
        Definition definition = standing.rules().plan().definition();
        ExecutionState state = standing.state();
        var started = state.started();
        Instant startedAt = Instant.ofEpochMilli(standing.steps().getFirst().atMillis());
        boolean ended = state.ending() != null && state.hasEnded();
        return new Entry(
                key,
                null,
                definition.name(),
                definition.version(),
                standing.rules().plan().digest(),
                state.status(),
                definition.priority(),
                startedAt,
                ended ? Instant.ofEpochMilli(state.atMillis()) : null,
                Instant.ofEpochMilli(state.atMillis()),
                false,
                null,
                state.steps(),
                null,
                null,
                started == null ? Map.of() : started.options().labels(),
                ended
                        ? new Summary(
                                "cancelled",
                                state.ending().code(),
                                state.ending().message(),
                                null,
                                null)
                        : null,
                reason == null ? null : new Quarantined(startedAt, reason));
    }

    @Override
    public Optional<Entry> find(ExecutionKey key) {
        database.require();
        return Optional.ofNullable(executions.get(key)).map(standing -> entry(key, standing));
    }

    @Override
    public List<Run> newest(Which which, int limit) {
        return runs(which, limit, false);
    }

    @Override
    public List<Run> open(Which which, int limit) {
        return runs(which, limit, true);
    }

    @Override
    public synchronized <T> T alone(Which which, int limit, Function<Supplier<List<Run>>, T> work) {
        return work.apply(() -> runs(which, limit, true));
    }

    private List<Run> runs(Which which, int limit, boolean openOnly) {
        database.require();
        return executions.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(which.tenant()))
                .filter(entry -> !openOnly || !entry.getValue().state().hasEnded())
                .map(entry -> entry(entry.getKey(), entry.getValue()))
                .filter(entry -> entry.workflow().equals(which.workflow()))
                .filter(entry -> which.version() == null || which.version().equals(entry.version()))
                .sorted(Comparator.comparing(Entry::startedAt)
                        .thenComparing(entry -> entry.key().id())
                        .reversed())
                .limit(limit)
                .map(entry -> new Run(entry.key(), entry.workflow(), entry.version()))
                .toList();
    }

    /** What retention leaves of one that has ended. */
    void archive(ExecutionKey key) {
        Standing standing = executions.remove(key);
        archived.put(
                key,
                new ExecutionAnswer.Archived(
                        standing.rules().plan().digest(), standing.state().ending(), null, null));
    }

    /** Signals that nobody waits for, as many as an execution holds. */
    void fill(ExecutionKey key, String signal) {
        ExecutionAnswer answer;
        do {
            answer = decide(
                    key,
                    executions.get(key),
                    new ExecutionCommand.Signal(
                            Instant.now().toEpochMilli(), signal, JsonNodeFactory.instance.nullNode(), null, null));
        } while (answer instanceof ExecutionAnswer.Accepted);
    }

    /** Pauses and resumes an execution so often; each makes an entry of its history. */
    void talk(ExecutionKey key, int times, String by) {
        for (int i = 0; i < times; i++) {
            decide(
                    key,
                    executions.get(key),
                    new ExecutionCommand.Pause(Instant.now().toEpochMilli(), by));
            decide(
                    key,
                    executions.get(key),
                    new ExecutionCommand.Resume(Instant.now().toEpochMilli(), by));
        }
    }

    /** Lets the clock of executions run, so that what is cancelled is over when its grace is. */
    void passTime(ExecutionKey key, Duration time) {
        long at = Instant.now().plus(time).toEpochMilli();
        decide(key, executions.get(key), new ExecutionCommand.Tick(at));
    }
}
