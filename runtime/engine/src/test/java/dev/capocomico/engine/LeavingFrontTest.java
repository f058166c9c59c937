package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import com.typesafe.config.ConfigFactory;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.Ending;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.plan.Plan;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens between a front's wish to leave and the shard's answer. The journal here is in memory: nothing is killed. */
class LeavingFrontTest {
    private static final ExecutionKey KEY = new ExecutionKey("default", "run-1");

    private final ActorTestKit kit =
            ActorTestKit.create(ConfigFactory.parseString("""
            pekko {
              loglevel = WARNING
              actor.provider = cluster
              remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
              cluster { jmx.enabled = off, leader-actions-interval = 100ms, sharding.distributed-data.durable.keys = [] }
              persistence.journal.plugin = "pekko.persistence.journal.inmem"
            }
            """).withFallback(ConfigFactory.load()));
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final LocalPool pool = new LocalPool(4, 4);

    @AfterEach
    void stop() {
        released.countDown();
        kit.shutdownTestKit();
        pool.close();
    }

    @Test
    void an_execution_is_not_begun_by_a_front_that_leaves_and_its_agent_is_called_once() {
        Plan plan = Plan.of(Workflow.named("one")
                .agent("a", role -> role.type("counting"))
                .task("work", task -> task.agent("a"))
                .build());
        Surroundings surroundings = surroundings(plan);
        Cluster cluster = Cluster.get(kit.system());
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        Executions executions = Executions.start(kit.system(), surroundings);
        TestProbe<ClusterSharding.ShardCommand> shard = kit.createTestProbe();
        TestProbe<ExecutionAnswer> client = kit.createTestProbe();
        ActorRef<ExecutionMessage> leaving = kit.spawn(ExecutionFront.create(KEY, shard.ref(), surroundings));

        leaving.tell(new ExecutionMessage.Look(client.ref()));
        assertThat(client.expectMessageClass(ExecutionAnswer.Refused.class)
                        .refusal()
                        .code())
                .isEqualTo(Refusal.Code.NOT_FOUND);
        shard.expectMessageClass(ClusterSharding.Passivate.class);
        // The shard has not answered yet, and this one comes in between.
        ExecutionCommand.Start start = new ExecutionCommand.Start(
                System.currentTimeMillis(), "run-1", NullNode.instance, StartOptions.NONE, null);
        leaving.tell(new ExecutionMessage.Begin(start, plan, client.ref()));
        client.expectMessageClass(ExecutionAnswer.Accepted.class, Duration.ofSeconds(20));
        leaving.tell(ExecutionFront.Begone.INSTANCE);
        client.expectTerminated(leaving);
        released.countDown();

        assertThat(executions
                        .ask(KEY, ExecutionMessage.AwaitEnd::new, Duration.ofSeconds(20))
                        .toCompletableFuture()
                        .join())
                .isInstanceOfSatisfying(
                        ExecutionAnswer.Ended.class,
                        ended -> assertThat(ended.ending().kind()).isEqualTo(Ending.Kind.COMPLETED));
        assertThat(calls).hasValue(1);
    }

    private Surroundings surroundings(Plan plan) {
        Plans plans = new Plans() {
            @Override
            public @Nullable Plan atHand(String digest) {
                return plan;
            }

            @Override
            public CompletionStage<Plan> load(String tenant, String digest) {
                return CompletableFuture.completedFuture(plan);
            }

            @Override
            public CompletionStage<String> find(String tenant, String workflow, @Nullable String version) {
                return CompletableFuture.completedFuture(plan.digest());
            }
        };
        return new Surroundings(
                plans,
                (template, scope) -> new Expressions.Evaluation.Value(template),
                (schema, value) -> Optional.empty(),
                Rules.Settings.DEFAULT,
                new LocalAgents(Map.of("counting", this::count), false),
                pool,
                Surroundings.Settings.DEFAULT,
                Probe.NONE,
                InstantSource.system(),
                new SplittableRandom(1));
    }

    private NullNode count(Assignment assignment) throws InterruptedException {
        calls.incrementAndGet();
        released.await();
        return NullNode.instance;
    }
}
