package dev.capocomico.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.capocomico.engine.store.EventLog;
import dev.capocomico.engine.store.Projection;
import dev.capocomico.engine.store.Waking;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.expression.Correlation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WakeDaemonTest {
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int WAKES_MAX = 10;

    private final ActorTestKit kit = ActorTestKit.create();
    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
    private final FakeStore store = new FakeStore();
    private final FakeCluster cluster = new FakeCluster();
    private final SettableClock clock = new SettableClock();

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
        waiting.shutdownNow();
    }

    @Test
    void nobody_is_woken_before_the_table_is_up_to_date_and_then_all_that_do_not_live_here() throws Exception {
        store.batches.set(50);
        store.awake = keys("e", 5);
        cluster.here = Set.copyOf(store.awake.subList(0, 2));
        start(Duration.ofHours(1));
        await(() -> cluster.woken().size() == 3);
        assertThat(store.batches).hasValue(0);
        assertThat(cluster.batchesLeftAtFirstWake).isZero();
        assertThat(cluster.woken()).containsExactlyElementsOf(store.awake.subList(2, 5));
    }

    @Test
    void many_are_woken_a_few_at_a_time_and_each_once_a_round() throws Exception {
        store.awake = keys("e", 95);
        long from = System.nanoTime();
        start(Duration.ofHours(1));
        await(() -> cluster.woken().size() == 95);
        // Nine pauses lie between ten looks.
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(PAUSE.multipliedBy(9));
        assertThat(cluster.woken()).containsExactlyElementsOf(store.awake);
        int looks = store.looks.get();
        await(() -> store.looks.get() > looks + 3);
        assertThat(cluster.woken()).hasSize(95);
    }

    @Test
    void who_has_ended_by_the_time_that_it_is_not_found_here_is_not_woken() throws Exception {
        store.awake = keys("e", 3);
        cluster.onQuestion = () -> store.awake = keys("e", 1);
        start(Duration.ofHours(1));
        await(() -> !cluster.woken().isEmpty());
        store.due.addAll(keys("due", 1));
        await(() -> cluster.woken().containsAll(keys("due", 1)));
        assertThat(cluster.woken()).containsOnlyOnceElementsOf(keys("e", 1)).hasSize(2);
    }

    @Test
    void who_should_be_awake_is_looked_for_again_at_the_next_round() throws Exception {
        start(Duration.ofMillis(100));
        await(() -> store.looks.get() > 2);
        store.awake = keys("late", 1);
        await(() -> cluster.woken().size() >= 2);
    }

    @Test
    void each_source_has_its_share_of_a_look_and_what_is_left_of_it_goes_to_those_who_have_more() throws Exception {
        store.awake = keys("e", 30);
        store.due.addAll(keys("due", 20));
        store.concerned.addAll(keys("concerned", 2));
        start(Duration.ofHours(1));
        await(() -> cluster.woken().size() == 52);
        assertThat(cluster.woken().subList(0, WAKES_MAX))
                .as("at the first look")
                .containsExactlyInAnyOrderElementsOf(Stream.of(keys("due", 5), keys("concerned", 2), keys("e", 3))
                        .flatMap(List::stream)
                        .toList());
        assertThat(cluster.woken().subList(WAKES_MAX, 2 * WAKES_MAX))
                .as("at the second")
                .filteredOn(key -> key.id().startsWith("e"))
                .hasSize(3);
    }

    @Test
    void a_clock_that_is_set_back_a_week_keeps_the_daemon_from_none_of_its_rounds() throws Exception {
        start(Duration.ofMillis(100));
        await(() -> store.looks.get() > 2);
        clock.ahead = Duration.ofDays(-7);
        int looks = store.looks.get();
        await(() -> store.looks.get() > looks + 2);
        store.awake = keys("late", 1);
        await(() -> !cluster.woken().isEmpty());
    }

    @Test
    void a_database_that_is_away_is_asked_less_and_less_often_and_all_goes_on_when_it_is_back() throws Exception {
        store.away = true;
        store.awake = keys("e", 1);
        start(Duration.ofHours(1));
        await(() -> store.failures.get() >= 3);
        int failures = store.failures.get();
        TimeUnit.MILLISECONDS.sleep(400); // Long enough for twenty attempts without growing pauses.
        assertThat(store.failures.get() - failures).isBetween(1, 6);
        store.away = false;
        await(() -> cluster.woken().size() == 1);
        assertThat(store.toldAgain.get()).isPositive();
    }

    @Test
    void news_between_two_rounds_are_not_left_until_the_next() throws Exception {
        start(Duration.ofHours(1));
        await(() -> store.looks.get() > 2);
        store.due.addAll(keys("due", 1));
        await(() -> cluster.woken().equals(keys("due", 1)));
        store.concerned.addAll(keys("concerned", 1));
        await(() -> cluster.woken().size() == 2);
    }

    @Test
    void when_a_node_comes_or_goes_there_is_a_round_at_once() throws Exception {
        ActorTestKit node = ActorTestKit.create(ConfigFactory.parseString("""
                pekko.actor.provider = cluster
                pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                pekko.cluster { jmx.enabled = off, leader-actions-interval = 100ms }
                """).withFallback(ConfigFactory.load()));
        try {
            node.spawn(WakeDaemon.inCluster(duties(Duration.ofHours(1))));
            await(() -> store.looks.get() > 2);
            store.awake = keys("e", 1);
            int looks = store.looks.get();
            await(() -> store.looks.get() > looks + 2);
            assertThat(cluster.woken()).isEmpty();
            Cluster members = Cluster.get(node.system());
            members.manager().tell(Join.create(members.selfMember().address()));
            await(() -> cluster.woken().size() == 1);
        } finally {
            node.shutdownTestKit();
        }
    }

    private void start(Duration round) {
        kit.spawn(WakeDaemon.create(duties(round)));
    }

    private Duties duties(Duration round) {
        Duties.Settings settings = new Duties.Settings(
                PAUSE, round, WAKES_MAX, Duration.ofSeconds(30), Duration.ofMillis(300), Duration.ofDays(1));
        return new Duties(store, store, store, cluster, settings, waiting, clock, new SplittableRandom(1));
    }

    private static final class SettableClock implements InstantSource {
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }
    }

    private static List<ExecutionKey> keys(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ExecutionKey("t", prefix + (100 + i)))
                .toList();
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private final class FakeCluster implements Duties.Living {
        private final List<ExecutionKey> woken = new ArrayList<>();
        private volatile Set<ExecutionKey> here = Set.of();
        private volatile Runnable onQuestion = () -> {};
        private volatile int batchesLeftAtFirstWake = -1;

        @Override
        public synchronized void wake(ExecutionKey key) {
            if (woken.isEmpty()) {
                batchesLeftAtFirstWake = store.batches.get();
            }
            woken.add(key);
        }

        @Override
        public boolean livesHere(ExecutionKey key) {
            onQuestion.run();
            return here.contains(key);
        }

        private synchronized List<ExecutionKey> woken() {
            return List.copyOf(woken);
        }
    }

    private static final class FakeStore implements Projection, Waking, EventLog {
        private final AtomicInteger batches = new AtomicInteger();
        private volatile boolean away;
        private volatile List<ExecutionKey> awake = List.of();
        private final Deque<ExecutionKey> due = new ConcurrentLinkedDeque<>();
        private final Deque<ExecutionKey> concerned = new ConcurrentLinkedDeque<>();
        private final AtomicInteger looks = new AtomicInteger();
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicInteger toldAgain = new AtomicInteger();

        @Override
        public boolean hasNews(Instant now) {
            looks.incrementAndGet();
            return batches.get() > 0 || !due.isEmpty() || !concerned.isEmpty();
        }

        @Override
        public Batch advance() {
            if (away) {
                failures.incrementAndGet();
                throw new IllegalStateException("the database is away");
            }
            return batches.get() == 0
                    ? new Batch(0, false, List.of())
                    : new Batch(10, batches.decrementAndGet() > 0, List.of());
        }

        @Override
        public Lag lag() {
            return new Lag(0, 0, Duration.ZERO);
        }

        @Override
        public List<ExecutionKey> shouldBeAwake(@Nullable ExecutionKey after, int limit) {
            return awake.stream()
                    .filter(key -> after == null || key.id().compareTo(after.id()) > 0)
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<ExecutionKey> shouldBeAwakeOf(List<ExecutionKey> some) {
            return some.stream().filter(awake::contains).toList();
        }

        @Override
        public List<ExecutionKey> claimDue(Instant now, Duration lease, int limit) {
            return take(due, limit);
        }

        @Override
        public List<ExecutionKey> claimConcerned(int limit) {
            return take(concerned, limit);
        }

        private static List<ExecutionKey> take(Deque<ExecutionKey> from, int limit) {
            List<ExecutionKey> taken = new ArrayList<>();
            while (taken.size() < limit && !from.isEmpty()) {
                taken.add(from.remove());
            }
            return taken;
        }

        @Override
        public void tellAgain(Duration claimedWithin) {
            toldAgain.incrementAndGet();
        }

        @Override
        public boolean publish(String tenant, String topic, String id, JsonNode payload, @Nullable Origin origin) {
            throw new UnsupportedOperationException("the daemon publishes nothing");
        }

        @Override
        public Start start(ExecutionKey key, int task, long steps) {
            throw new UnsupportedOperationException("the daemon reads no events");
        }

        @Override
        public boolean keepPlace(
                ExecutionKey key,
                int task,
                String topic,
                long listing,
                Position through,
                @Nullable Correlation correlation) {
            throw new UnsupportedOperationException("the daemon reads no events");
        }

        @Override
        public Page read(
                String tenant,
                String topic,
                @Nullable Correlation correlation,
                Position after,
                long sinceMillis,
                int limit) {
            throw new UnsupportedOperationException("the daemon reads no events");
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public int removePublishedBefore(Instant time, int limit) {
            return 0;
        }
    }
}
