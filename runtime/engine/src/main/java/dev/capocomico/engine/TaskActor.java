package dev.capocomico.engine;

import dev.capocomico.model.definition.DurationText;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.FailureCode;
import java.time.Duration;
import java.util.Objects;
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
 * One attempt at a task: asks the proxy for an agent, watches the deadline and the heartbeat once it has one, reports to the front how it
 * ended, once, and is gone. Told to stop it takes its call back if it waits, or has the agent interrupted and waits for what it says.
 *
 * <p>An attempt at what was lost before begins when the journal says so, and keeps its place until the journal has its end.
 */
final class TaskActor extends AbstractBehavior<TaskActor.Message> {
    sealed interface Message {}

    /** From the front. */
    enum Order implements Message {
        /** Nobody wants the result any more. */
        STOP,
        /** The node stops: whatever has not ended goes to the next one. */
        HAND_BACK,
        /** That the agent begins is written. */
        GO_ON,
        /** How it ended is written. */
        LEAVE
    }

    /** From the call, on the agent's thread. */
    enum Told implements Message {
        AGENT_BEGINS,
        WANTS_TO_BEGIN
    }

    record Finished(AttemptResult result) implements Message {}

    /** From the proxy: no agent begins with it. */
    record NotServed(Failure failure) implements Message {}

    /** From the proxy: it broke with the call in hand. */
    enum ProxyBroke implements Message {
        INSTANCE
    }

    private enum Watch implements Message {
        DEADLINE,
        HEARTBEAT
    }

    private final Effect.Run run;
    private final Role role;
    private final ActorRef<ExecutionMessage> front;
    private final TimerScheduler<Message> timers;
    private final Call call;
    private boolean keepsItsPlace;
    private boolean stopped;
    private boolean handedBack;
    private boolean reported;

    private TaskActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            Effect.Run run,
            Role role,
            ExecutionKey execution,
            Surroundings surroundings,
            ActorRef<AgentProxy.Message> proxy,
            ActorRef<ExecutionMessage> front,
            Precedence.@Nullable Ticket ticket,
            Runnable granted,
            long askedNanos) {
        super(context);
        this.run = run;
        this.role = role;
        this.front = front;
        this.timers = timers;
        this.call = new Call(
                run,
                role,
                execution,
                surroundings.storage().values(),
                surroundings.clock(),
                context.getSelf(),
                ticket,
                granted,
                askedNanos);
        proxy.tell(new AgentProxy.Wanted(call));
    }

    /**
     * Not begun yet.
     *
     * @param ticket null when it has to let no other attempt go first
     * @param granted called when an agent begins, on its thread
     */
    static Behavior<Message> create(
            Effect.Run run,
            Role role,
            ExecutionKey execution,
            Surroundings surroundings,
            ActorRef<AgentProxy.Message> proxy,
            ActorRef<ExecutionMessage> front,
            Precedence.@Nullable Ticket ticket,
            Runnable granted) {
        // Here, and not where the actor begins: actors begin in any order.
        long askedNanos = System.nanoTime();
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new TaskActor(
                context, timers, run, role, execution, surroundings, proxy, front, ticket, granted, askedNanos)));
    }

    @Override
    public Receive<Message> createReceive() {
        // One case, not one for each kind: the cases are put together for every attempt anew.
        return newReceiveBuilder()
                .onAnyMessage(this::take)
                .onSignal(PostStop.class, stopped -> {
                    if (!call.over()) {
                        call.cancel();
                        call.judge(Breaker.Verdict.UNKNOWN);
                    }
                    call.leave();
                    call.comes();
                    return this;
                })
                .build();
    }

    private Behavior<Message> take(Message message) {
        return switch (message) {
            case Finished finished -> end(finished.result());
            case Told told -> told(told);
            case Watch watch -> passed(watch);
            case NotServed news -> end(failed(news.failure()));
            case ProxyBroke news -> proxyBroke();
            case Order order -> ordered(order);
        };
    }

    private Behavior<Message> told(Told told) {
        return switch (told) {
            case AGENT_BEGINS -> {
                if (run.timeout() != null) {
                    timers.startSingleTimer(Watch.DEADLINE, run.timeout());
                }
                if (run.heartbeat() != null) {
                    timers.startSingleTimer(Watch.HEARTBEAT, run.heartbeat());
                }
                yield this;
            }
            case WANTS_TO_BEGIN -> {
                keepsItsPlace = true;
                // The front has it written as it does with an end.
                front.tell(new FrontMessage.AttemptEnded(run.key(), new AttemptResult.Begun()));
                yield this;
            }
        };
    }

    private Behavior<Message> passed(Watch watch) {
        return switch (watch) {
            case DEADLINE -> {
                Duration timeout = Objects.requireNonNull(run.timeout());
                yield timedOut("the attempt took longer than " + DurationText.print(timeout));
            }
            case HEARTBEAT -> {
                Duration heartbeat = Objects.requireNonNull(run.heartbeat());
                Duration left = heartbeat.minusNanos(System.nanoTime() - call.lastSignNanos());
                if (left.isPositive()) {
                    timers.startSingleTimer(Watch.HEARTBEAT, left);
                    yield this;
                }
                yield timedOut("the agent gave no sign of life for " + DurationText.print(heartbeat));
            }
        };
    }

    private Behavior<Message> timedOut(String message) {
        call.judge(Breaker.Verdict.FAILED);
        return end(failed(new Failure(FailureCode.TIMEOUT, message, true)));
    }

    /** The agent may be at work with nobody to hear it; what it did is not known. */
    private Behavior<Message> proxyBroke() {
        String message = "what stands for the agent broke during the attempt";
        return end(failed(new Failure(FailureCode.AGENT_BROKE, message, true)));
    }

    private Behavior<Message> ordered(Order order) {
        return switch (order) {
            case STOP -> {
                stopped = true;
                yield !reported && call.cancel()
                        ? end(failed(new Failure(FailureCode.CANCELLED, "nobody had begun with it", false)))
                        : this;
            }
            case HAND_BACK -> {
                // Who was told to stop before says how that ended.
                handedBack = !stopped;
                yield !reported && call.cancel() ? end(new AttemptResult.HandedBack(false)) : this;
            }
            case GO_ON -> {
                call.goOn();
                yield this;
            }
            case LEAVE -> Behaviors.stopped();
        };
    }

    private Behavior<Message> end(AttemptResult result) {
        if (reported) {
            return this;
        }
        reported = true;
        boolean interrupted = handedBack && result instanceof AttemptResult.Failed;
        AttemptResult told = interrupted ? new AttemptResult.HandedBack(call.agentBegan()) : result;
        front.tell(new FrontMessage.AttemptEnded(run.key(), told));
        return keepsItsPlace && call.over() ? this : Behaviors.stopped();
    }

    private AttemptResult failed(Failure failure) {
        return new AttemptResult.Failed(failure, call.begun() ? role.type() : null, call.used());
    }
}
