package dev.capocomico;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import dev.capocomico.cluster.NodeSettings;
import dev.capocomico.engine.ExecutionAnswer;
import dev.capocomico.engine.ExecutionMessage;
import dev.capocomico.engine.Executions;
import dev.capocomico.engine.Quarantine;
import dev.capocomico.engine.Surroundings;
import dev.capocomico.engine.daemon.Duties;
import dev.capocomico.engine.daemon.RetentionDaemon;
import dev.capocomico.engine.daemon.WakeDaemon;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.ExecutionStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.slf4j.LoggerFactory;

/** The actor system of this program, a cluster of one, and how threads of the program wait for what its actors answer. */
final class Node implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    /** How long what is handed back has to be written. Without a database it is not, and the next node has to call it lost. */
    private static final Duration HAND_BACK_LIMIT = Duration.ofSeconds(10);

    /** Longer than the journal takes to give up a write and to read back what became of it. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    /** Who asks over the network is told sooner that nothing is known, while the connection still waits. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);

    private final ActorSystem<Void> system;
    private final Executions executions;
    private final String tenant;
    private volatile boolean followed;
    private final InstantSource clock;
    private final Surroundings surroundings;
    private final Duration grace;

    private Node(
            ActorSystem<Void> system, Executions executions, String tenant, Surroundings surroundings, Duration grace) {
        this.system = system;
        this.grace = grace;
        this.tenant = tenant;
        this.executions = executions;
        this.clock = surroundings.clock();
        this.surroundings = surroundings;
    }

    /**
     * Starts it.
     *
     * @param tenant whose executions this program asks
     * @param grace how long agents at work may go on when the node stops
     */
    static Node start(Config journal, Surroundings surroundings, String tenant, Duration grace)
            throws InterruptedException {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "capocomico", NodeSettings.of(journal));
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!cluster.selfMember().status().equals(MemberStatus.up())) {
            if (System.nanoTime() > deadline) {
                system.terminate();
                throw new IllegalStateException("the node did not join its own cluster within " + START_LIMIT);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return new Node(system, Executions.start(system, surroundings), tenant, surroundings, grace);
    }

    /**
     * From now on executions go on by themselves, and the history of those that ended is removed in its time.
     *
     * @param retention how long it is kept
     */
    void startDaemons(Function<Duties.Living, Duties> duties, Duration retention) {
        Duties.Living living = new Duties.Living() {
            @Override
            public void wake(ExecutionKey key) {
                executions.wake(key);
            }

            @Override
            public boolean livesHere(ExecutionKey key) {
                return executions.livesHere(key);
            }
        };
        WakeDaemon.start(system, duties.apply(living));
        RetentionDaemon.start(system, surroundings.storage().archive(), retention, surroundings.waiting());
    }

    ActorSystem<?> system() {
        return system;
    }

    int livingHere() {
        return executions.livingHere();
    }

    /** See {@link dev.capocomico.engine.DatabaseHealth#executionsThatLostSteps}. */
    long lossesOfSteps() {
        return surroundings.health().executionsThatLostSteps();
    }

    Executions executions() {
        return executions;
    }

    /** Asks an execution of any tenant. What is done with the answer is done on threads of the actor system. */
    CompletionStage<ExecutionAnswer> asked(
            ExecutionKey key, Function<ActorRef<ExecutionAnswer>, ExecutionMessage.Request> request) {
        // Pekko would leave it to the common pool, whose threads forget their buffers after each task; on two cores it
        // has no threads, and each task gets one of its own.
        return executions
                .ask(key, request, ANSWER_WITHIN)
                .thenApplyAsync(Function.identity(), system.executionContext());
    }

    Quarantine quarantine() {
        return surroundings.quarantine();
    }

    String tenant() {
        return tenant;
    }

    long now() {
        return clock.millis();
    }

    /** The answer, if it is one that says yes. */
    ExecutionAnswer ask(String id, Function<ActorRef<ExecutionAnswer>, ExecutionMessage.Request> request)
            throws InterruptedException {
        return askOnce(id, request, ANSWER_LIMIT)
                .orElseThrow(() -> new Unavailable(
                        "execution \"%s\" has not answered within %s; whether it did what was asked is not known"
                                .formatted(id, ANSWER_LIMIT),
                        null));
    }

    /** A value of an execution with everything that it refers to; blocks. */
    JsonNode whole(String id, JsonNode value) {
        return surroundings.storage().values().whole(new ExecutionKey(tenant, id), value);
    }

    /**
     * Where an execution stands.
     *
     * @throws HistoryRemoved if that is not known any more, because it ended long ago
     */
    ExecutionAnswer.Standing look(String id) throws InterruptedException {
        return switch (ask(id, ExecutionMessage.Look::new)) {
            case ExecutionAnswer.Standing standing -> standing;
            case ExecutionAnswer.Archived archived ->
                throw new HistoryRemoved(id, archived.status(), "what is known of its tasks went");
            case ExecutionAnswer other ->
                throw new IllegalStateException(
                        "a look is answered with where the execution stands, not with " + other);
        };
    }

    /** Also of one whose history was removed. */
    ExecutionStatus status(String id) throws InterruptedException {
        return ask(id, ExecutionMessage.Look::new) instanceof ExecutionAnswer.Archived archived
                ? archived.status()
                : look(id).state().status();
    }

    /** Empty when no answer came in time. */
    Optional<ExecutionAnswer> askOnce(
            String id, Function<ActorRef<ExecutionAnswer>, ExecutionMessage.Request> request, Duration patience)
            throws InterruptedException {
        try {
            ExecutionAnswer answer = executions
                    .ask(new ExecutionKey(tenant, id), request, patience)
                    .toCompletableFuture()
                    .get();
            return switch (answer) {
                case ExecutionAnswer.Refused refused -> throw new CommandRefused(refused.refusal());
                case ExecutionAnswer.Unavailable unavailable -> throw new Unavailable(unavailable.reason(), null);
                case ExecutionAnswer.Accepted accepted -> Optional.of(accepted);
                case ExecutionAnswer.Ended ended -> Optional.of(ended);
                case ExecutionAnswer.Standing standing -> Optional.of(standing);
                case ExecutionAnswer.Archived archived -> Optional.of(archived);
            };
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return Optional.empty();
            }
            throw new Unavailable("execution \"" + id + "\" could not be asked", e.getCause());
        }
    }

    /**
     * Lets the executions go, wherever they are; what they owe they owe still. Nothing more is begun; agents at work have the grace; what has
     * not ended then, and what no agent had begun with, is handed back to the next node. Ends in bounded time also without a database.
     */
    @Override
    public void close() {
        if (followed) {
            surroundings.pool().close();
            terminate();
            return;
        }
        try {
            surroundings.pool().grantNothingMore();
            surroundings.pool().awaitIdle(grace);
            executions.handBack();
            awaitHandedBack();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        terminate();
    }

    /** Another node has the database: {@link #close} interrupts agents at work at once, and hands back and writes nothing. */
    void isFollowed() {
        followed = true;
        surroundings.pool().grantNothingMore();
    }

    private void awaitHandedBack() throws InterruptedException {
        long deadline = System.nanoTime() + HAND_BACK_LIMIT.toNanos();
        while (executions.livingHere() > 0) {
            if (System.nanoTime() - deadline > 0) {
                LoggerFactory.getLogger(Node.class)
                        .warn(
                                "{} executions could not hand back what they had before the node stopped; it counts as lost",
                                executions.livingHere());
                return;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void terminate() {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the actors have not come to an end within " + STOP_LIMIT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
