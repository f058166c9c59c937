package dev.capocomico.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.store.ValueLostException;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.FailureCode;
import dev.capocomico.model.execution.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The call of an agent for one attempt. Made by the attempt's actor, who hears of it; handed to the proxy, who finds it an agent and a
 * place; run by the pool, on a thread of its own; seen by the agent as its assignment. So its parts are used by several threads, and
 * what decides is one word: waiting, begun, or over.
 */
final class Call implements Runnable, Assignment {
    private enum Phase {
        WAITING,
        BEGUN,
        OVER
    }

    private final Effect.Run run;
    private final Role role;
    private final ExecutionKey execution;
    private final LargeValues values;
    private final InstantSource clock;
    private final ActorRef<TaskActor.Message> attempt;
    private final Precedence.@Nullable Ticket ticket;
    private final Runnable granted;
    private final long askedNanos;

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);
    private final AtomicReference<Usage> used = new AtomicReference<>(Usage.NONE);
    private final AtomicBoolean judged = new AtomicBoolean();
    /** Of a call that was lost before: its beginning is written, and then its end is. */
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    private final CountDownLatch mayLeave = new CountDownLatch(1);

    // Set by the proxy before the pool has it.
    private @Nullable LocalAgent agent;
    private @Nullable Guard guard;
    private @Nullable ActorRef<AgentProxy.Message> proxy;
    /** The proxy's own. */
    private boolean inLine;

    private volatile LocalPool.@Nullable Job job;
    private volatile @Nullable Thread thread;
    private volatile boolean cancelled;
    private volatile Breaker.Pass pass = Breaker.Pass.NONE;
    private volatile @Nullable Instant startedAt;
    private volatile JsonNode input = NullNode.instance;
    private volatile long lastSignNanos;

    /**
     * Not asked for yet.
     *
     * @param ticket null when it has to let no other call go first
     * @param granted called when an agent begins, on its thread
     * @param askedNanos since when an agent is wanted
     */
    Call(
            Effect.Run run,
            Role role,
            ExecutionKey execution,
            LargeValues values,
            InstantSource clock,
            ActorRef<TaskActor.Message> attempt,
            Precedence.@Nullable Ticket ticket,
            Runnable granted,
            long askedNanos) {
        this.run = run;
        this.role = role;
        this.execution = execution;
        this.values = values;
        this.clock = clock;
        this.attempt = attempt;
        this.ticket = ticket;
        this.granted = granted;
        this.askedNanos = askedNanos;
    }

    // --- For the proxy

    Effect.Run wanted() {
        return run;
    }

    ActorRef<TaskActor.Message> attemptActor() {
        return attempt;
    }

    long askedNanos() {
        return askedNanos;
    }

    void servedBy(LocalAgent served, @Nullable Guard guardOfIt, ActorRef<AgentProxy.Message> by) {
        agent = served;
        guard = guardOfIt;
        proxy = by;
    }

    Precedence.@Nullable Ticket ticket() {
        return ticket;
    }

    /** Those that let it go first need not wait for it any longer. */
    void comes() {
        if (ticket != null) {
            ticket.use();
        }
    }

    boolean inLine() {
        return inLine;
    }

    void inLine(boolean is) {
        inLine = is;
    }

    void inPool(LocalPool.Job place) {
        job = place;
        if (over()) {
            place.cancel();
        }
    }

    boolean inPool() {
        return job != null;
    }

    LocalPool.@Nullable Job job() {
        return job;
    }

    void turnedAway() {
        job = null;
    }

    boolean begun() {
        return phase.get() == Phase.BEGUN;
    }

    boolean over() {
        return phase.get() == Phase.OVER;
    }

    /** Whether an agent was called. */
    boolean agentBegan() {
        return startedAt != null;
    }

    // --- For the attempt's actor

    /** Nobody wants the result. True when no agent has begun, and none will; otherwise the agent is interrupted. */
    boolean cancel() {
        cancelled = true;
        mayGoOn.countDown();
        if (phase.compareAndSet(Phase.WAITING, Phase.OVER)) {
            LocalPool.Job place = job;
            if (place != null) {
                place.cancel();
            }
            return true;
        }
        Thread working = thread;
        if (working != null && begun()) {
            working.interrupt();
        }
        return false;
    }

    /** That it begins is written. */
    void goOn() {
        mayGoOn.countDown();
    }

    /** That it is over is written. */
    void leave() {
        mayLeave.countDown();
    }

    /** What is said of the agent first counts. */
    void judge(Breaker.Verdict verdict) {
        Guard mine = guard;
        if (mine != null && pass != Breaker.Pass.NONE && judged.compareAndSet(false, true)) {
            mine.over(pass, verdict);
        }
    }

    Usage used() {
        return used.get();
    }

    long lastSignNanos() {
        return lastSignNanos;
    }

    /** Whether something is measured from the moment in which the agent begins. */
    boolean watched() {
        return run.timeout() != null || run.heartbeat() != null;
    }

    // --- On the agent's thread

    /** What it tells an actor that is gone is lost, as it should be. */
    @Override
    public void run() {
        pass = guard == null ? Breaker.Pass.USUAL : guard.enter();
        if (pass == Breaker.Pass.NONE) {
            Objects.requireNonNull(proxy).tell(new AgentProxy.TurnedAway(this));
            return;
        }
        thread = Thread.currentThread();
        if (!phase.compareAndSet(Phase.WAITING, Phase.BEGUN)) {
            judge(Breaker.Verdict.UNKNOWN);
            return;
        }
        if (tellsWhenItBegins() && !mayBegin()) {
            end(new AttemptResult.Failed(
                    new Failure(FailureCode.CANCELLED, "nobody had begun with it", !cancelled), null, Usage.NONE));
            return;
        }
        work();
        if (tellsWhenItBegins()) {
            waitFor(mayLeave);
        }
    }

    /** The whole input is in memory for as long as the agent works, and not while the attempt waits for one. */
    private void work() {
        try (LargeValues.Input taken = values.input(execution, run.input())) {
            input = taken.whole();
            Instant now = clock.instant();
            startedAt = now;
            granted.run();
            if (watched()) {
                lastSignNanos = System.nanoTime();
                attempt.tell(TaskActor.Told.AGENT_BEGINS);
            }
            end(perform(now));
        } catch (ValueLostException e) {
            end(failed(new Failure(FailureCode.VALUE_LOST, "the input cannot be read: " + e.getMessage(), false)));
        } catch (InterruptedException e) {
            end(failed(new Failure(FailureCode.CANCELLED, "it was interrupted before its agent began", !cancelled)));
        } finally {
            input = NullNode.instance;
        }
    }

    private void end(AttemptResult result) {
        judge(Breaker.Verdict.UNKNOWN);
        phase.set(Phase.OVER);
        attempt.tell(new TaskActor.Finished(result));
    }

    private boolean tellsWhenItBegins() {
        return run.losses() > 0;
    }

    private boolean mayBegin() {
        attempt.tell(TaskActor.Told.WANTS_TO_BEGIN);
        return waitFor(mayGoOn) && !cancelled;
    }

    private static boolean waitFor(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private AttemptResult perform(Instant started) {
        try {
            JsonNode output = Objects.requireNonNull(agent).perform(this);
            judge(Breaker.Verdict.WORKS);
            return new AttemptResult.Succeeded(
                    output == null ? NullNode.instance : values.keepOutput(execution, output),
                    role.type(),
                    started.toEpochMilli(),
                    used());
        } catch (AttemptFailure e) {
            Failure failure = e.failure();
            judge(failure.retryable() ? Breaker.Verdict.FAILED : Breaker.Verdict.WORKS);
            return failed(failure);
        } catch (InterruptedException e) {
            judge(cancelled ? Breaker.Verdict.UNKNOWN : Breaker.Verdict.FAILED);
            return failed(new Failure(FailureCode.CANCELLED, "the agent was interrupted", !cancelled));
        } catch (Throwable e) {
            // Whatever it is: somebody waits for the end of the attempt.
            judge(cancelled ? Breaker.Verdict.UNKNOWN : Breaker.Verdict.FAILED);
            return failed(new Failure("AGENT_ERROR", e.toString(), true));
        }
    }

    private AttemptResult failed(Failure failure) {
        return new AttemptResult.Failed(failure, role.type(), used());
    }

    // --- For the agent

    @Override
    public String executionId() {
        return execution.id();
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
        return input;
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
        return started == null || run.timeout() == null ? Optional.empty() : Optional.of(started.plus(run.timeout()));
    }

    /** The watch looks at the time of the last sign when it is due, so that an agent may say it as often as it likes. */
    @Override
    public void heartbeat() {
        lastSignNanos = System.nanoTime();
    }

    @Override
    public void usage(long tokens, BigDecimal cost) {
        used.accumulateAndGet(Usage.of(tokens, cost), Usage::plus);
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }
}
