package dev.capocomico.persistence.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.capocomico.engine.daemon.Duties;
import dev.capocomico.engine.daemon.WakeDaemon;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.model.execution.ExecutionKey;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who has a lot to be woken for keeps nobody else asleep. */
class FairWakingTest {
    private static final int MANY = 30_000;
    private static final int FEW = 5;

    private static final String DUE = "true, now() - interval '1 hour'";
    private static final String NOT_DUE = "true, NULL";
    private static final String AWAKE = "false, NULL";

    @RegisterExtension
    static final JournalFixture journal = new JournalFixture();

    @Test
    void many_that_are_due_keep_nobody_else_asleep() throws Exception {
        list("many", MANY, DUE, false);
        list("z-concerned", FEW, NOT_DUE, true);
        list("z-crashed", FEW, AWAKE, false);
        assertThatTheFewAreWokenFirst("z-concerned", "z-crashed");
    }

    @Test
    void many_that_an_event_concerns_keep_nobody_else_asleep() throws Exception {
        list("many", MANY, NOT_DUE, true);
        list("z-due", FEW, DUE, false);
        list("z-crashed", FEW, AWAKE, false);
        assertThatTheFewAreWokenFirst("z-due", "z-crashed");
    }

    @Test
    void many_that_a_crash_has_put_to_sleep_keep_nobody_else_asleep() throws Exception {
        list("many", MANY, AWAKE, false);
        list("z-concerned", FEW, NOT_DUE, true);
        list("z-due", FEW, DUE, false);
        assertThatTheFewAreWokenFirst("z-concerned", "z-due");
    }

    /** Rows as the projection leaves them. */
    private static void list(String prefix, int count, String parkedAndDue, boolean concerned) throws SQLException {
        journal.execute("""
                INSERT INTO execution (tenant, execution_id, workflow_name, workflow_version, workflow_digest, status, priority,
                  seq_nr, started_at, updated_at, parked, wake_at)
                SELECT 't', '%s-' || lpad(n::text, 5, '0'), 'flow', '1', 'd', 'executing', 2, 1, now(), now(), %s
                FROM generate_series(1, %d) AS n""".formatted(prefix, parkedAndDue, count));
        if (concerned) {
            journal.execute("""
                    INSERT INTO event_wait (tenant, execution_id, task, topic)
                    SELECT 't', '%s-' || lpad(n::text, 5, '0'), 0, 'paid' FROM generate_series(1, %d) AS n""".formatted(prefix, count));
        }
    }

    /** At the first look, among as many as are woken at one; the second is there in case the first was not the first of a round. */
    private static void assertThatTheFewAreWokenFirst(String... few) throws Exception {
        List<String> woken = new CopyOnWriteArrayList<>();
        Duties.Living living = new Duties.Living() {
            @Override
            public void wake(ExecutionKey key) {
                woken.add(key.id());
            }

            @Override
            public boolean livesHere(ExecutionKey key) {
                return false;
            }
        };
        int wakesMax = Duties.Settings.DEFAULT.wakesMax();
        ActorSystem<Void> system = node();
        try (ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor()) {
            WakeDaemon.start(
                    system,
                    new Duties(
                            new JdbcProjection(journal.database(), Probe.NONE),
                            new JdbcWaking(journal.database()),
                            new JdbcEventLog(journal.database()),
                            living,
                            Duties.Settings.DEFAULT,
                            waiting,
                            InstantSource.system(),
                            new SplittableRandom(1)));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (woken.size() < 2 * wakesMax) {
                assertThat(System.nanoTime()).as("%d were woken", woken.size()).isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
        for (String prefix : few) {
            // Some twice: the node has just come into the cluster, so that everybody is told again.
            assertThat(Set.copyOf(woken.subList(0, 2 * wakesMax)))
                    .filteredOn(id -> id.startsWith(prefix))
                    .as(prefix)
                    .hasSize(FEW);
        }
    }

    private static ActorSystem<Void> node() {
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(), "fair", ConfigFactory.parseString("""
                        pekko {
                          loglevel = WARNING
                          actor.provider = cluster
                          remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                          cluster { jmx.enabled = off, leader-actions-interval = 100ms, sharding.distributed-data.durable.keys = [] }
                          coordinated-shutdown { run-by-actor-system-terminate = off, terminate-actor-system = off, run-by-jvm-shutdown-hook = off }
                        }
                        """).withFallback(ConfigFactory.load()));
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        return system;
    }
}
