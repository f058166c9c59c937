package dev.capocomico.bench;

import com.typesafe.config.Config;
import dev.capocomico.cluster.NodeSettings;
import dev.capocomico.model.execution.Step;
import dev.capocomico.persistence.journal.JournalSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/**
 * The journal by itself: many writers, each of which writes a step, waits until it is durable, and writes the next. What a plain
 * batched INSERT does more than this is what the journal costs; what an execution does less is what the engine costs.
 */
final class JournalDrive {
    private static final String KIND = "bench";
    private static final int WRITERS = 500;
    private static final int STEPS = 400;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private JournalDrive() {}

    /** Durable rows a second: steps such as the database holds, which are gone again afterwards. No node may be at work in it. */
    static double rowsPerSecond(BenchDatabase database, long nanos) throws SQLException, InterruptedException {
        List<Step> steps = database.lastSteps(STEPS);
        Place.Address address = database.address();
        Config settings = NodeSettings.of(JournalSettings.of(address.jdbcUrl(), address.user(), address.password()));
        LongAdder written = new LongAdder();
        AtomicBoolean over = new AtomicBoolean();
        ActorSystem<Void> system = ActorSystem.create(writers(steps, written, over), "bench-journal", settings);
        try {
            // Connections are opened, and writers recovered, first; and it takes a while until they are as fast as they
            // get.
            Heap.await(() -> written.sum() >= WRITERS, "writers have not begun");
            TimeUnit.NANOSECONDS.sleep(nanos);
            long before = written.sum();
            long from = System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(nanos);
            return (written.sum() - before) * 1e9 / (System.nanoTime() - from);
        } finally {
            over.set(true);
            stop(system);
            database.forgetRowsOf(KIND);
        }
    }

    private static void stop(ActorSystem<Void> system) throws InterruptedException {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the writers have not come to an end within " + STOP_LIMIT, e);
        }
    }

    private static Behavior<Void> writers(List<Step> steps, LongAdder written, AtomicBoolean over) {
        return Behaviors.setup(context -> {
            String run = UUID.randomUUID().toString();
            for (int i = 0; i < WRITERS; i++) {
                String id = UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8)}) + run;
                context.spawnAnonymous(writer(PersistenceId.of(KIND, id), steps, written, over))
                        .tell(Next.STEP);
            }
            return Behaviors.empty();
        });
    }

    private static Behavior<Next> writer(PersistenceId id, List<Step> steps, LongAdder written, AtomicBoolean over) {
        return Behaviors.setup(context -> new Writer(id, context.getSelf(), steps, written, over));
    }

    private enum Next {
        STEP
    }

    private static final class Writer extends EventSourcedBehavior<Next, Step, Integer> {
        private final ActorRef<Next> self;
        private final List<Step> steps;
        private final LongAdder written;
        private final AtomicBoolean over;

        private Writer(PersistenceId id, ActorRef<Next> self, List<Step> steps, LongAdder written, AtomicBoolean over) {
            super(id);
            this.self = self;
            this.steps = steps;
            this.written = written;
            this.over = over;
        }

        @Override
        public Integer emptyState() {
            return 0;
        }

        @Override
        public CommandHandler<Next, Step, Integer> commandHandler() {
            return (done, next) -> over.get()
                    ? Effect().none()
                    : Effect().persist(steps.get(done % steps.size())).thenRun(state -> {
                        written.increment();
                        self.tell(Next.STEP);
                    });
        }

        @Override
        public EventHandler<Integer, Step> eventHandler() {
            return (done, step) -> done + 1;
        }
    }
}
