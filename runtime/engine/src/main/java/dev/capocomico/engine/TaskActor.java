package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.model.definition.DurationText;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a task: gets it a place in the pool, watches its deadline and its heartbeat, reports to the front how it ended,
 * once, and is gone. Told to stop it takes what waits out of the pool, or interrupts what runs and waits for what the agent says.
 */
final class TaskActor extends AbstractBehavior<TaskActor.Message> {
    /** How long after it found the pool full an attempt asks again. */
    private static final Duration FULL_PAUSE = Duration.ofMillis(100);

    static final String NO_AGENT = "NO_AGENT";

    sealed interface Message {}

    /** Nobody wants the result any more. */
    enum Stop implements Message {
        NOW
    }

    private enum Granted implements Message {
        NOW
    }

    private record Finished(AttemptResult result) implements Message {}

    private enum Heard implements Message {
        HEARTBEAT
    }

    private enum Passed implements Message {
        ALLOCATION,
        FULL_PAUSE,
        DEADLINE,
        HEARTBEAT
    }

    private final Effect.Run run;
    private final Role role;
    private final String executionId;
    private final Surroundings surroundings;
    private final ActorRef<ExecutionMessage> front;
    private final Runnable granted;
    private final TimerScheduler<Message> timers;
    private final @Nullable LocalAgent agent;
    private LocalPool.@Nullable Job job;

    private TaskActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            Effect.Run run,
            Role role,
            String executionId,
            Surroundings surroundings,
            ActorRef<ExecutionMessage> front,
            Runnable granted) {
        super(context);
        this.run = run;
        this.role = role;
        this.executionId = executionId;
        this.surroundings = surroundings;
        this.front = front;
        this.granted = granted;
        this.timers = timers;
        this.agent = surroundings.agents().find(role.type()).orElse(null);
        submit();
        if (job == null || !job.started()) {
            timers.startSingleTimer(Passed.ALLOCATION, surroundings.settings().allocationTimeout());
        }
    }

    /** @param granted called when an agent begins, on its thread */
    static Behavior<Message> create(
            Effect.Run run,
            Role role,
            String executionId,
            Surroundings surroundings,
            ActorRef<ExecutionMessage> front,
            Runnable granted) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new TaskActor(context, timers, run, role, executionId, surroundings, front, granted)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Granted.class, granted -> granted())
                .onMessage(Finished.class, finished -> report(finished.result()))
                .onMessage(Heard.class, heard -> heard())
                .onMessage(Passed.class, this::passed)
                .onMessage(Stop.class, stop -> stop())
                .onSignal(PostStop.class, stopped -> {
                    cancel();
                    return this;
                })
                .build();
    }

    private void submit() {
        if (agent == null) {
            return;
        }
        Attempt attempt = new Attempt(agent, getContext().getSelf());
        job = surroundings.pool().submit(run.priority(), run.alone(), attempt).orElse(null);
        attempt.job = job;
        if (job == null) {
            timers.startSingleTimer(Passed.FULL_PAUSE, FULL_PAUSE);
        }
    }

    private Behavior<Message> granted() {
        if (run.timeout() != null) {
            timers.startSingleTimer(Passed.DEADLINE, run.timeout());
        }
        return heard();
    }

    private Behavior<Message> heard() {
        if (run.heartbeat() != null) {
            timers.startSingleTimer(Passed.HEARTBEAT, run.heartbeat());
        }
        return this;
    }

    private Behavior<Message> passed(Passed passed) {
        return switch (passed) {
            case FULL_PAUSE -> {
                submit();
                yield this;
            }
            case ALLOCATION -> {
                if (job != null && job.started()) {
                    yield this;
                }
                String why = agent == null ? "nobody serves agents of type \"%s\"" : "no agent of type \"%s\" was free";
                String message = (why + " within %s")
                        .formatted(
                                role.type(),
                                DurationText.print(surroundings.settings().allocationTimeout()));
                yield report(failed(NO_AGENT, message, true));
            }
            case DEADLINE -> {
                Duration timeout = Objects.requireNonNull(run.timeout());
                yield report(failed(
                        FailureCode.TIMEOUT, "the attempt took longer than " + DurationText.print(timeout), true));
            }
            case HEARTBEAT -> {
                Duration heartbeat = Objects.requireNonNull(run.heartbeat());
                String message = "the agent gave no sign of life for " + DurationText.print(heartbeat);
                yield report(failed(FailureCode.TIMEOUT, message, true));
            }
        };
    }

    private Behavior<Message> stop() {
        boolean begun = job != null && !job.cancel();
        return begun ? this : report(failed(FailureCode.CANCELLED, "nobody had begun with it", false));
    }

    private Behavior<Message> report(AttemptResult result) {
        front.tell(new ExecutionFront.AttemptEnded(run.key(), result));
        return Behaviors.stopped();
    }

    /** Whether something is measured from the moment in which the agent begins. */
    private boolean watched() {
        return run.timeout() != null || run.heartbeat() != null;
    }

    private void cancel() {
        if (job != null) {
            job.cancel();
        }
    }

    private static AttemptResult failed(String code, String message, boolean retryable) {
        return new AttemptResult.Failed(new Failure(code, message, retryable), null);
    }

    /** The call of the agent, on its thread. What it sends to an actor that is gone is lost, as it should be. */
    private final class Attempt implements Runnable, Assignment {
        private final LocalAgent callee;
        private final ActorRef<Message> self;
        private volatile LocalPool.@Nullable Job job;
        private volatile @Nullable Instant startedAt;

        Attempt(LocalAgent callee, ActorRef<Message> self) {
            this.callee = callee;
            this.self = self;
        }

        @Override
        public void run() {
            Instant now = surroundings.clock().instant();
            startedAt = now;
            granted.run();
            if (watched()) {
                self.tell(Granted.NOW);
            }
            self.tell(new Finished(result(now)));
        }

        private AttemptResult result(Instant started) {
            try {
                JsonNode output = callee.perform(this);
                return new AttemptResult.Succeeded(
                        output == null ? NullNode.instance : output, role.type(), started.toEpochMilli());
            } catch (AttemptFailure e) {
                return new AttemptResult.Failed(e.failure(), role.type());
            } catch (InterruptedException e) {
                return new AttemptResult.Failed(
                        new Failure(FailureCode.CANCELLED, "the agent was interrupted", !cancelled()), role.type());
            } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
                return new AttemptResult.Failed(new Failure("AGENT_ERROR", e.toString(), true), role.type());
            }
        }

        @Override
        public String executionId() {
            return executionId;
        }

        @Override
        public String taskId() {
            return run.taskId();
        }

        @Override
        public ObjectNode settings() {
            return role.settings();
        }

        @Override
        public String action() {
            return run.action();
        }

        @Override
        public JsonNode input() {
            return run.input();
        }

        @Override
        public int attempt() {
            return run.number();
        }

        @Override
        public String idempotencyKey() {
            return run.idempotencyKey();
        }

        @Override
        public Optional<Instant> deadline() {
            Instant started = startedAt;
            return started == null || run.timeout() == null
                    ? Optional.empty()
                    : Optional.of(started.plus(run.timeout()));
        }

        @Override
        public void heartbeat() {
            self.tell(Heard.HEARTBEAT);
        }

        @Override
        public boolean cancelled() {
            LocalPool.Job mine = job;
            return mine != null && mine.cancelled();
        }
    }
}
