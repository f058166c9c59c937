package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.typesafe.config.ConfigFactory;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.expression.Scope;
import dev.capocomico.model.expression.Variable;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/**
 * A node whose journal is in memory, with fakes around it. A template is its own value, but for {@code the event},
 * {@code event is N} and {@code event is at least N}.
 */
final class TestNode implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);

    /** A schema. */
    static final JsonNode FITS_NOTHING = BooleanNode.FALSE;

    /** A value over which the schemas break. */
    static final JsonNode POISON = TextNode.valueOf("poison");

    private static final String SETTINGS = """
            pekko {
              loglevel = WARNING
              actor.provider = cluster
              remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
              cluster { jmx.enabled = off, leader-actions-interval = 100ms, sharding.distributed-data.durable.keys = [] }
              cluster.sharding { passivation.strategy = none, retry-interval = 200ms }
              # There is nobody to say goodbye to.
              coordinated-shutdown { run-by-actor-system-terminate = off, terminate-actor-system = off, run-by-jvm-shutdown-hook = off }
            }
            """;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String database = "database-" + NUMBER.incrementAndGet();
    final FakeJournal.Rows journal = FakeJournal.rows(database);
    final ActorTestKit kit = ActorTestKit.create(
            ConfigFactory.parseString(SETTINGS + FakeJournal.settings(database)).withFallback(ConfigFactory.load()));
    final FakePlans plans = new FakePlans();
    /** Whether the value of {@code broken} breaks who asks for it; otherwise it is true. */
    volatile boolean expressionsAreBroken;

    final FakeEventLog events = new FakeEventLog();
    final FakePing ping = new FakePing();
    final FakeQuarantineStore quarantine = new FakeQuarantineStore();
    /** Happens when an execution looks whether an event of this number is the one. */
    volatile IntConsumer onLookAtEvent = number -> {};

    final Surroundings surroundings;
    final Executions executions;
    private final LocalPool pool;
    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();

    TestNode(Map<String, LocalAgent> agents, Surroundings.Settings settings) {
        // Longer than a test: what is found by asking again would hide what was not told.
        this(agents, settings, Duration.ofMinutes(5));
    }

    /** @param askAgain how often children and events are asked for that nobody told of */
    TestNode(Map<String, LocalAgent> agents, Surroundings.Settings settings, Duration askAgain) {
        this(agents, settings, askAgain, InstantSource.system());
    }

    TestNode(Map<String, LocalAgent> agents, Surroundings.Settings settings, Duration askAgain, InstantSource clock) {
        this(agents, settings, askAgain, clock, new LocalPool(16, 1_000));
    }

    TestNode(
            Map<String, LocalAgent> agents,
            Surroundings.Settings settings,
            Duration askAgain,
            InstantSource clock,
            LocalPool pool) {
        this.pool = pool;
        surroundings = new Surroundings(
                plans,
                this::evaluate,
                this::misfit,
                rules(askAgain),
                new LocalAgents(new ConcurrentHashMap<>(agents), false),
                pool,
                settings,
                events,
                NoStorage.create(journal::steps),
                new DatabaseHealth(ping, waiting, InstantSource.system()),
                new Quarantine(quarantine, waiting),
                waiting,
                Probe.NONE,
                clock,
                new SplittableRandom(1));
        Cluster cluster = Cluster.get(kit.system());
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        executions = Executions.start(kit.system(), surroundings);
    }

    private Optional<String> misfit(JsonNode schema, JsonNode value) {
        if (value.equals(POISON)) {
            throw new IllegalStateException("a bug in the schemas");
        }
        return schema.equals(FITS_NOTHING) ? Optional.of("nothing does") : Optional.empty();
    }

    private Expressions.Evaluation evaluate(JsonNode template, Scope scope) {
        String text = template.asText();
        if (text.equals("broken") && expressionsAreBroken) {
            throw new IllegalStateException("a bug in the expressions");
        }
        JsonNode event = scope.variable(Variable.EVENT);
        if (text.equals("${event}") && event != null) {
            return new Expressions.Evaluation.Value(event);
        }
        int number = event == null ? 0 : event.asInt();
        if (text.startsWith("event is ")) {
            onLookAtEvent.accept(number);
        }
        if (text.equals("broken")) {
            return new Expressions.Evaluation.Value(BooleanNode.TRUE);
        }
        if (text.startsWith("event is at least ")) {
            return new Expressions.Evaluation.Value(
                    BooleanNode.valueOf(number >= Integer.parseInt(text.substring("event is at least ".length()))));
        }
        if (text.startsWith("event is ")) {
            return new Expressions.Evaluation.Value(
                    BooleanNode.valueOf(number == Integer.parseInt(text.substring("event is ".length()))));
        }
        return new Expressions.Evaluation.Value(template);
    }

    private static Rules.Settings rules(Duration askAgain) {
        Rules.Settings standard = Rules.Settings.DEFAULT;
        return new Rules.Settings(
                standard.executionTimeout(),
                standard.compensationTimeout(),
                standard.cancelGrace(),
                standard.lossesMax(),
                standard.itemsMax(),
                standard.parkAfter(),
                askAgain,
                standard.bytesMax());
    }

    static Surroundings.Settings lingering(Duration linger) {
        Surroundings.Settings standard = Surroundings.Settings.DEFAULT;
        return new Surroundings.Settings(
                standard.allocationTimeout(),
                standard.requestsMax(),
                standard.restartDelayMin(),
                standard.restartDelayMax(),
                linger,
                standard.checkpointInterval(),
                standard.checkpointSteps());
    }

    static ExecutionKey key(String id) {
        return new ExecutionKey("default", id);
    }

    /** A front that the test is the shard of. */
    ActorRef<ExecutionMessage> front(ExecutionKey key, ActorRef<ClusterSharding.ShardCommand> shard) {
        return kit.spawn(ExecutionFront.create(key, shard, new LiveFronts(), surroundings));
    }

    static ExecutionCommand.Start start(ExecutionKey key, JsonNode input) {
        return new ExecutionCommand.Start(System.currentTimeMillis(), key.id(), input, StartOptions.NONE, null);
    }

    ExecutionAnswer begin(String id, Definition definition) {
        return begin(id, definition, NullNode.instance);
    }

    ExecutionAnswer begin(String id, Definition definition, JsonNode input) {
        Plan plan = plans.register(definition);
        return ask(id, replyTo -> new ExecutionMessage.Begin(start(key(id), input), plan, replyTo));
    }

    ExecutionAnswer signal(String id, String name) {
        return ask(
                id,
                replyTo -> new ExecutionMessage.Ask(
                        new ExecutionCommand.Signal(System.currentTimeMillis(), name, NullNode.instance, null, null),
                        replyTo));
    }

    ExecutionAnswer ask(String id, Function<ActorRef<ExecutionAnswer>, ExecutionMessage.Request> request) {
        return executions.ask(key(id), request, SOON).toCompletableFuture().join();
    }

    ExecutionAnswer.Ended awaitEnd(String id) {
        ExecutionAnswer answer = ask(id, ExecutionMessage.AwaitEnd::new);
        assertThat(answer).isInstanceOf(ExecutionAnswer.Ended.class);
        return (ExecutionAnswer.Ended) answer;
    }

    JsonNode awaitOutput(String id) {
        ExecutionAnswer.Ended ended = awaitEnd(id);
        assertThat(ended.ending().kind()).as("%s", ended).isEqualTo(Ending.Kind.COMPLETED);
        JsonNode output = ended.output();
        assertThat(output).isNotNull();
        return output;
    }

    boolean livesHere(String id) {
        return executions.livesHere(key(id));
    }

    /** Waits until it is so. */
    static void eventually(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time: %s", what).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
        pool.close();
        waiting.shutdownNow();
    }
}
