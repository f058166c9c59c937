package dev.capocomico;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.cluster.Catalogue;
import dev.capocomico.cluster.SchemaCheck;
import dev.capocomico.engine.DatabaseHealth;
import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.Executability;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.LocalAgents;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.engine.store.StepLog;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.DefinitionTree;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.plan.Plan;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A node inside this program: executes workflows durably, with agents of this program.
 *
 * <pre>{@code
 * try (Capocomico capo = Capocomico.builder()
 *         .embeddedDatabase(Path.of(".capo"))
 *         .agent("payments", task -> Map.of("paid", true))
 *         .start()) {
 *     WorkflowRef order = capo.register(Path.of("order.yaml"));
 *     Execution run = capo.execute(order, Map.of("qty", 3), ExecutionOptions.id("order-17"));
 *     JsonNode output = run.await(Duration.ofMinutes(1));
 * }
 * }</pre>
 *
 * <p>What a method has returned from is in the database. An execution that was under way when the program ended goes on when its
 * id is used again: by {@link #execute} with the same id, workflow and input, or through {@link #execution}.
 *
 * <p>Thread-safe. Methods block, and may be interrupted.
 */
public final class Capocomico implements AutoCloseable {
    private final WorkflowReader reader;
    private final DefinitionStore store;
    private final Catalogue catalogue;
    private final SchemaCheck schemas;
    private final Node node;
    private final LocalAgents agents;
    private final StepLog history;
    private final EventLog events;
    private final DatabaseHealth health;
    private final Deque<AutoCloseable> closing;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable HttpFront http;
    private volatile @Nullable String whyStopped;
    private final Thread closeAtExit = new Thread(this::close, "capocomico-stop");

    Capocomico(
            WorkflowReader reader,
            DefinitionStore store,
            Catalogue catalogue,
            SchemaCheck schemas,
            Node node,
            LocalAgents agents,
            StepLog history,
            EventLog events,
            DatabaseHealth health,
            Deque<AutoCloseable> closing) {
        this.reader = reader;
        this.store = store;
        this.catalogue = catalogue;
        this.schemas = schemas;
        this.node = node;
        this.agents = agents;
        this.history = history;
        this.events = events;
        this.health = health;
        this.closing = new ArrayDeque<>(closing);
        Runtime.getRuntime().addShutdownHook(closeAtExit);
    }

    void servedAt(HttpFront front) {
        http = front;
    }

    /** Where it serves HTTP; empty when it was not asked to. */
    public Optional<InetSocketAddress> httpAddress() {
        return Optional.ofNullable(http).map(HttpFront::address);
    }

    /** Whether it serves HTTP over TLS. */
    public boolean speaksTls() {
        return Optional.ofNullable(http).map(HttpFront::speaksTls).orElse(false);
    }

    /** Where it answers machines that ask how it is; empty when that is not apart. */
    public Optional<InetSocketAddress> managementAddress() {
        return Optional.ofNullable(http).flatMap(HttpFront::managementAddress);
    }

    public static CapocomicoBuilder builder() {
        return new CapocomicoBuilder();
    }

    /**
     * Registers the workflow of a YAML or JSON file. The same one again changes nothing.
     *
     * @throws WorkflowInvalid with everything that is wrong with it, or when another definition has its name and version
     */
    public WorkflowRef register(Path file) throws IOException {
        return register(Source.of(file.toString(), Files.readString(file)));
    }

    /** Registers a workflow built in Java, which is checked as a file is. */
    public WorkflowRef register(Definition definition) {
        String name = "<" + definition.name() + ">.json";
        return register(Source.of(name, DefinitionTree.of(definition).toString()));
    }

    private WorkflowRef register(Source source) {
        Plan plan =
                switch (reader.read(source)) {
                    case Reading.Valid valid -> valid.plan();
                    case Reading.Invalid invalid -> throw new WorkflowInvalid(source.name(), invalid.problems());
                };
        Definition definition = plan.definition();
        refuseWhatCannotRunYet(source.name(), definition);
        DefinitionStore.Registration registration = store.register(node.tenant(), stored(plan));
        if (registration == DefinitionStore.Registration.CONFLICT) {
            throw new WorkflowInvalid(
                    "%s: another definition is registered as \"%s\" version \"%s\"; give this one another version"
                            .formatted(source.name(), definition.name(), definition.version()));
        }
        catalogue.add(plan);
        return new WorkflowRef(definition.name(), definition.version(), plan.digest());
    }

    /**
     * Keeps a workflow to be executed as it is, named by its digest alone: other definitions may have its name and version.
     *
     * @param source what the definition was read from, for messages
     * @throws WorkflowInvalid if it cannot be executed yet
     */
    public WorkflowRef keep(String source, Plan plan) {
        Definition definition = plan.definition();
        refuseWhatCannotRunYet(source, definition);
        store.keep(node.tenant(), stored(plan));
        catalogue.add(plan);
        return new WorkflowRef(definition.name(), definition.version(), plan.digest());
    }

    private static DefinitionStore.Stored stored(Plan plan) {
        Definition definition = plan.definition();
        String tree = DefinitionTree.of(definition).toString();
        return new DefinitionStore.Stored(plan.digest(), definition.name(), definition.version(), tree);
    }

    /** An execution that would wait for ever for something that nobody does yet is refused before it is one. */
    private static void refuseWhatCannotRunYet(String source, Definition definition) {
        Executability.obstacle(definition).ifPresent(obstacle -> {
            throw new WorkflowInvalid(source + " " + obstacle);
        });
    }

    /** The types of agents that a workflow needs and nobody serves here: attempts wait for one until they are given up. */
    public Set<String> unservedTypes(Plan plan) {
        return plan.definition().agents().values().stream()
                .map(Role::type)
                .filter(type -> !agents.serves(type))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Executes a workflow under an id of its own. */
    public Execution execute(WorkflowRef workflow, @Nullable Object input) throws InterruptedException {
        return execute(workflow, input, ExecutionOptions.DEFAULT);
    }

    /**
     * Executes a workflow. When this returns, the execution is in the journal, and will come to its end.
     *
     * @param input anything that Jackson can write as JSON
     * @throws CommandRefused if the id was used with another workflow or input
     * @throws IllegalArgumentException if the input does not fit the workflow's schema, or is larger than 8 MiB as JSON
     * @throws Unavailable if it cannot be said whether the execution began; the same call again is safe if it names an id
     */
    public Execution execute(WorkflowRef workflow, @Nullable Object input, ExecutionOptions options)
            throws InterruptedException {
        Plan plan = plan(workflow);
        JsonNode json = Json.bounded("the input", input);
        JsonNode schema = plan.definition().inputSchema();
        if (schema != null) {
            schemas.misfit(schema, json).ifPresent(misfit -> {
                throw new IllegalArgumentException(
                        "the input does not fit the workflow \"%s\": %s".formatted(workflow.name(), misfit));
            });
        }
        String id = options.chosenId();
        ExecutionCommand.Start start = new ExecutionCommand.Start(node.now(), id, json, options.start(), null);
        node.ask(id, replyTo -> new ExecutionMessage.Begin(start, plan, replyTo));
        return new Execution(node, history, id);
    }

    private Plan plan(WorkflowRef workflow) {
        Plan plan = catalogue.atHand(workflow.digest());
        if (plan != null) {
            return plan;
        }
        try {
            return catalogue
                    .load(node.tenant(), workflow.digest())
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new Unavailable("the workflow \"" + workflow.name() + "\" cannot be read", e.getCause());
        }
    }

    /** How many executions are in memory. */
    int livingHere() {
        return node.livingHere();
    }

    /** A handle on an execution, which may not exist: its methods say so. */
    public Execution execution(String id) {
        return new Execution(node, history, id);
    }

    /**
     * Publishes an event: every execution with a task that waits for the topic looks at it, also one that begins to wait later, as long as
     * it had begun by now. When this returns, the event is in the database.
     *
     * @param id of the event; a second one with the same id changes nothing
     * @param payload anything that Jackson can write as JSON
     * @return false if there was an event with this id
     * @throws IllegalArgumentException if the payload is larger than 8 MiB as JSON; nothing is published then
     * @throws Unavailable if it cannot be said whether the event is there; the same call again is safe
     */
    public boolean publish(String topic, String id, @Nullable Object payload) {
        Words.name("the topic of an event", topic);
        Words.name("the id of an event", id);
        JsonNode json = Json.bounded("the payload of the event \"" + id + "\"", payload);
        try {
            return events.publish(node.tenant(), topic, id, json);
        } catch (RuntimeException e) {
            throw new Unavailable("the event \"" + id + "\" could not be published", e);
        }
    }

    /**
     * Since when the database has been away; empty while it answers. Noticed when something needs it. Meanwhile methods that change
     * something throw {@link Unavailable} at once, agents at work go on, and what they come to is written when it is back.
     */
    public Optional<Instant> databaseLostSince() {
        return health.lost().map(DatabaseHealth.Lost::since);
    }

    /**
     * Stops the node. Nothing more is begun; agents at work may go on for the grace ({@link CapocomicoBuilder#stopGrace}), then they are
     * interrupted. Executions under way stay as they are in the database, and go on in the next start, with what was interrupted or had not
     * begun. A normal exit of the JVM does the same.
     */
    @Override
    public synchronized void close() {
        try {
            closeAll(closing);
        } finally {
            forgetExit();
            stopped.countDown();
        }
    }

    /**
     * Another node has taken over the database, because this one could not renew its lease in time: it begins nothing more, interrupts
     * its agents, writes nothing, and stops.
     */
    void follow(String why) {
        whyStopped = why;
        node.isFollowed();
        LoggerFactory.getLogger(Capocomico.class).error("{}; this node stops", why);
        Thread.ofPlatform().name("capocomico-followed").start(this::close);
    }

    /** Why the node has stopped, or is stopping, by itself: another has taken over its database. Empty while it has not. */
    public Optional<String> whyStopped() {
        return Optional.ofNullable(whyStopped);
    }

    /** Returns when the node has stopped: by {@link #close}, or for the reason that {@link #whyStopped} gives. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    private void forgetExit() {
        if (!Thread.currentThread().equals(closeAtExit)) {
            try {
                Runtime.getRuntime().removeShutdownHook(closeAtExit);
            } catch (IllegalStateException e) {
                // The JVM is going down already, and the hook will find nothing to do.
            }
        }
    }

    /** The last one that was opened first; none is left open because another would not close. */
    static void closeAll(Deque<AutoCloseable> opened) {
        RuntimeException failure = null;
        for (AutoCloseable one : List.copyOf(opened)) {
            try {
                one.close();
            } catch (Exception e) {
                failure = failure == null ? new IllegalStateException("the node did not stop cleanly", e) : failure;
            }
        }
        opened.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
