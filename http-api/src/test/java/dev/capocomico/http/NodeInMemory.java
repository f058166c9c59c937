package dev.capocomico.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.Executions;
import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.engine.store.ExecutionList;
import dev.capocomico.engine.store.JournalTail;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.engine.store.WorkflowDirectory;
import dev.capocomico.engine.store.WorkflowRuns;
import dev.capocomico.http.execution.Admission;
import dev.capocomico.http.execution.Asking;
import dev.capocomico.http.metrics.Metrics;
import dev.capocomico.http.workflow.Capacity;
import dev.capocomico.http.workflow.Executable;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.language.expression.CelExpressions;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.Decision;
import dev.capocomico.model.execution.Execution;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionState;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.Step;
import dev.capocomico.model.pattern.PatternCatalogue;
import dev.capocomico.model.pattern.PatternType;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * A node without a database: the real rules of executions decide, and everything is kept in maps. No agent works here, so tasks
 * stay as they were dispatched; signals, pauses and cancels do what they do.
 */
final class NodeInMemory
        implements DefinitionStore,
                WorkflowDirectory,
                Plans,
                Asking,
                StepLog,
                ExecutionList,
                WorkflowRuns,
                JournalTail,
                EventLog {
    static final String TENANT = "acme";

    final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "http-test",
            ConfigFactory.parseString("pekko.loglevel = OFF\npekko.stdout-loglevel = OFF\npekko.log-dead-letters = off")
                    .withFallback(ConfigFactory.load()));
    final AtomicInteger active = new AtomicInteger();
    volatile boolean databaseAway;
    volatile boolean executionsMute;
    volatile boolean broken;

    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong micros = new AtomicLong(1_800_000_000_000_000L);
    private final Map<String, Owned> registered = new ConcurrentHashMap<>();
    /** Trees by tenant and digest. */
    private final Map<String, String> kept = new ConcurrentHashMap<>();

    private final Map<String, Plan> plans = new ConcurrentHashMap<>();
    private final Map<ExecutionKey, Standing> executions = new ConcurrentHashMap<>();
    /** By tenant and id. */
    private final Map<String, Event> events = new ConcurrentHashMap<>();

    /** All steps of all executions, in the order of their commits. */
    private final List<StepPlace> journal = new ArrayList<>();

    private final WorkflowReader reader = new WorkflowReader(new Patterns());

    private record Owned(String tenant, Registered workflow) {}

    private record Standing(Rules rules, ExecutionState state, List<Step> steps) {}

    HttpApi.Node node() {
        return new HttpApi.Node(
                system,
                reader,
                new Patterns(),
                new GraphsOnly(),
                new Capacity(8_000, 1L << 33),
                this,
                this,
                this,
                this,
                this,
                this,
                this,
                this,
                this,
                new Admission() {
                    @Override
                    public int max() {
                        return 1_000_000;
                    }

                    @Override
                    public int active() {
                        return active.get();
                    }

                    @Override
                    public OptionalInt perTenantMax() {
                        return OptionalInt.of(1_000);
                    }

                    @Override
                    public int active(String tenant) {
                        return tenant.equals("greedy") ? 1_000 : 0;
                    }

                    @Override
                    public Executions.Entry room(ExecutionKey key) {
                        return active() >= max()
                                ? Executions.Entry.FULL
                                : active(key.tenant()) < 1_000
                                        ? Executions.Entry.ENTERED
                                        : Executions.Entry.FULL_FOR_TENANT;
                    }

                    @Override
                    public Executions.Entry enter(ExecutionKey key) {
                        return room(key);
                    }

                    @Override
                    public void entered(ExecutionKey key) {
                        // As many are active as the test says.
                    }
                },
                () -> CompletableFuture.completedFuture(
                        databaseAway ? Optional.of("the database does not answer") : Optional.empty()),
                () -> {
                    requireDatabase();
                    return new Metrics.Behind(3, 1, Duration.ofMillis(1_500));
                },
                waiting,
                InstantSource.system());
    }

    private void requireDatabase() {
        if (databaseAway) {
            throw new StoreException("jdbc:postgresql://secret-host refused the connection");
        }
    }

    @Override
    public synchronized Registration register(String tenant, Stored definition) {
        requireDatabase();
        Optional<Registered> there = byName(tenant, definition.name(), definition.version());
        if (there.isPresent()) {
            return there.get().digest().equals(definition.digest()) ? Registration.UNCHANGED : Registration.CONFLICT;
        }
        String id = UUID.randomUUID().toString();
        Registered workflow = new Registered(
                id, definition.name(), definition.version(), definition.digest(), micros.getAndAdd(1_000_000));
        registered.put(id, new Owned(tenant, workflow));
        keep(tenant, definition);
        return Registration.CREATED;
    }

    @Override
    public void keep(String tenant, Stored definition) {
        requireDatabase();
        kept.putIfAbsent(tenant + "/" + definition.digest(), definition.tree());
        if (reader.read(Source.of("x.json", definition.tree())) instanceof Reading.Valid valid) {
            plans.put(definition.digest(), valid.plan());
        }
    }

    @Override
    public Optional<String> tree(String tenant, String digest) {
        requireDatabase();
        return Optional.ofNullable(kept.get(tenant + "/" + digest));
    }

    @Override
    public Optional<String> digest(String tenant, String name, @Nullable String version) {
        return byName(tenant, name, version).map(Registered::digest);
    }

    @Override
    public Optional<Registered> byId(String tenant, String id) {
        requireDatabase();
        return Optional.ofNullable(registered.get(id))
                .filter(entry -> entry.tenant().equals(tenant))
                .map(Owned::workflow);
    }

    @Override
    public Optional<Registered> byName(String tenant, String name, @Nullable String version) {
        requireDatabase();
        return all(tenant)
                .filter(workflow -> workflow.name().equals(name))
                .filter(workflow -> version == null || workflow.version().equals(version))
                .findFirst();
    }

    @Override
    public List<Registered> newest(String tenant, @Nullable String name, @Nullable After after, int limit) {
        requireDatabase();
        return all(tenant)
                .filter(workflow -> name == null || workflow.name().equals(name))
                .filter(workflow -> after == null || workflow.registeredAtMicros() < after.registeredAtMicros())
                .limit(limit)
                .toList();
    }

    private Stream<Registered> all(String tenant) {
        return registered.values().stream()
                .filter(entry -> entry.tenant().equals(tenant))
                .map(Owned::workflow)
                .sorted(Comparator.comparingLong(Registered::registeredAtMicros).reversed());
    }

    @Override
    public @Nullable Plan atHand(String digest) {
        return plans.get(digest);
    }

    @Override
    public CompletionStage<Plan> load(String tenant, String digest) {
        return CompletableFuture.completedFuture(plans.get(digest));
    }

    @Override
    public CompletionStage<String> find(String tenant, String workflow, @Nullable String version) {
        return CompletableFuture.completedFuture(
                digest(tenant, workflow, version).orElseThrow());
    }

    @Override
    public CompletionStage<ExecutionAnswer> ask(
            ExecutionKey key, Function<ActorRef<ExecutionAnswer>, ExecutionMessage.Request> request) {
        if (broken) {
            throw new IllegalStateException("planted");
        }
        if (executionsMute) {
            return new CompletableFuture<ExecutionAnswer>().orTimeout(50, TimeUnit.MILLISECONDS);
        }
        return CompletableFuture.completedFuture(
                databaseAway
                        ? new ExecutionAnswer.Unavailable("the journal cannot be written")
                        : answer(key, request.apply(system.ignoreRef())));
    }

    private ExecutionAnswer answer(ExecutionKey key, ExecutionMessage.Request request) {
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
            case ExecutionMessage.Look look -> {
                Standing standing = executions.get(key);
                yield standing == null
                        ? unknown(key)
                        : new ExecutionAnswer.Standing(standing.rules().plan(), standing.state(), Set.of());
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
                commit(key, step, before.rules().plan());
            }
            return new Standing(before.rules(), decision.next(), steps);
        });
        return answer[0];
    }

    @Override
    public boolean publish(String tenant, String topic, String id, JsonNode payload) {
        requireDatabase();
        return events.putIfAbsent(
                        tenant + "/" + id,
                        new Event(id, topic, payload, Instant.now().toEpochMilli()))
                == null;
    }

    /** All of them at once: few are published here. */
    @Override
    public EventLog.Page read(String tenant, String topic, EventLog.Position after, long sinceMillis, int limit) {
        List<Event> found = events.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(tenant + "/"))
                .map(Map.Entry::getValue)
                .filter(event -> event.topic().equals(topic))
                .toList();
        return new EventLog.Page(found, after, false);
    }

    @Override
    public int removePublishedBefore(Instant time, int limit) {
        int before = events.size();
        events.values().removeIf(event -> event.publishedAtMillis() < time.toEpochMilli());
        return before - events.size();
    }

    private void commit(ExecutionKey key, Step step, Plan plan) {
        synchronized (journal) {
            journal.add(new StepPlace(
                    new JournalTail.Position(1, journal.size() + 1),
                    key,
                    step.number(),
                    plan.definition().version(),
                    plan.digest()));
        }
    }

    @Override
    public JournalTail.Position end() {
        requireDatabase();
        synchronized (journal) {
            return new JournalTail.Position(1, journal.size());
        }
    }

    @Override
    public JournalTail.Position listed() {
        return end();
    }

    @Override
    public News news(JournalTail.Position after, int limit) {
        JournalTail.Position end = end();
        synchronized (journal) {
            return new News(
                    journal.stream()
                            .filter(step -> step.position().compareTo(after) > 0)
                            .map(StepPlace::key)
                            .collect(Collectors.toSet()),
                    end,
                    end,
                    false);
        }
    }

    @Override
    public List<StepPlace> steps(Which which, @Nullable String executionId, JournalTail.Position after, int limit) {
        requireDatabase();
        synchronized (journal) {
            return journal.stream()
                    .filter(step -> step.position().compareTo(after) > 0)
                    .filter(step -> step.key().tenant().equals(which.tenant()))
                    .filter(step -> executionId == null || step.key().id().equals(executionId))
                    .filter(step -> plans.get(step.digest()).definition().name().equals(which.workflow()))
                    .filter(step -> which.version() == null || which.version().equals(step.version()))
                    .limit(limit)
                    .toList();
        }
    }

    private static ExecutionAnswer unknown(ExecutionKey key) {
        return new ExecutionAnswer.Refused(
                new Refusal(Refusal.Code.NOT_FOUND, "there is no execution \"" + key.id() + "\""));
    }

    @Override
    public List<Step> read(ExecutionKey key, long after, int limit) {
        requireDatabase();
        Standing standing = executions.get(key);
        return standing == null
                ? List.of()
                : standing.steps().stream()
                        .filter(step -> step.number() > after)
                        .limit(limit)
                        .toList();
    }

    @Override
    public ExecutionList.Page list(String tenant, Filter filter, @Nullable Cursor after, int limit) {
        requireDatabase();
        List<Entry> found = executions.entrySet().stream()
                .filter(entry -> entry.getKey().tenant().equals(tenant))
                .map(entry -> entry(entry.getKey(), entry.getValue()))
                .filter(entry -> filter.workflow() == null || entry.workflow().equals(filter.workflow()))
                .filter(entry -> filter.status() == null || entry.status() == filter.status())
                .filter(entry -> filter.label() == null
                        || filter.label()
                                .value()
                                .equals(entry.labels().get(filter.label().name())))
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

    private static Entry entry(ExecutionKey key, Standing standing) {
        Definition definition = standing.rules().plan().definition();
        ExecutionState state = standing.state();
        var started = state.started();
        Instant startedAt = Instant.ofEpochMilli(standing.steps().getFirst().atMillis());
        boolean ended = state.ending() != null && state.hasEnded();
        return new Entry(
                key,
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
                        : null);
    }

    @Override
    public Optional<Entry> find(ExecutionKey key) {
        requireDatabase();
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
    public synchronized <T> T alone(Which which, int limit, Function<List<Run>, T> work) {
        return work.apply(runs(which, limit, true));
    }

    private List<Run> runs(Which which, int limit, boolean openOnly) {
        requireDatabase();
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

    void close() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        waiting.shutdownNow();
    }

    /** Two patterns: one that can be executed, and one that cannot. */
    private static final class Patterns implements PatternCatalogue {
        @Override
        public List<PatternType> all() {
            return List.of(new Named("graph"), new Named("swarm"));
        }
    }

    private record Named(String name) implements PatternType {
        @Override
        public String description() {
            return "The pattern " + name + ".";
        }

        @Override
        public JsonNode settingsSchema() {
            return JsonNodeFactory.instance.objectNode().put("type", "object");
        }

        @Override
        public List<SettingsProblem> check(ObjectNode settings, Definition definition) {
            return List.of();
        }
    }

    private static final class GraphsOnly implements Executable {
        @Override
        public Set<String> patterns() {
            return Set.of("graph");
        }

        @Override
        public Optional<String> complaint(Definition definition) {
            String pattern = definition.pattern().name();
            return patterns().contains(pattern)
                    ? Optional.empty()
                    : Optional.of("the pattern \"" + pattern + "\" cannot be executed yet");
        }
    }
}
