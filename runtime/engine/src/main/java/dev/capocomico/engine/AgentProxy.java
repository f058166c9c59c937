package dev.capocomico.engine;

import dev.capocomico.model.definition.CircuitBreaker;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.DurationText;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.FailureCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Stands for the agents of one role in one execution: finds each call an agent and a place in the pool, has it wait while the breaker
 * is open or the pool is full, and tells its attempt when the time for that is over.
 *
 * <p>When it breaks it is made again after a pause that doubles. Calls that an agent has begun with, and the one in hand, have failed
 * then, with {@link FailureCode#AGENT_BROKE}; it is for the task's policy to try again. Those that wait go on waiting.
 */
final class AgentProxy extends AbstractBehavior<AgentProxy.Message> {
    static final String NO_AGENT = "NO_AGENT";
    static final String CIRCUIT_OPEN = "CIRCUIT_OPEN";

    /** The pool and the breaker say when it is time to ask again; should that get lost, this is how long it is missed. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    /** What comes while it is being made again is kept: an execution has not so many attempts that are not over. */
    private static final int STASH_MAX = 1 << 20;

    private static final Duration FINEST = Duration.ofMillis(10);

    private static final int FORGET_AT_LEAST = 16;

    sealed interface Message {}

    record Wanted(Call call) implements Message {}

    /** Those have come that had to come before it. */
    record WayIsFree(Call call) implements Message {}

    /** From the agent's thread: the breaker has not let it through. */
    record TurnedAway(Call call) implements Message {}

    private enum News implements Message {
        INVITED,
        TRIAL_OVER
    }

    private enum Timer implements Message {
        ALLOCATION,
        POOL,
        BREAKER
    }

    private final String tenant;
    private final Role role;
    private final Definition definition;
    private final Surroundings surroundings;
    private final TimerScheduler<Message> timers;
    private final ActorRef<Message> self;
    private final Runnable invitation;
    private final Runnable trialOver;

    /** Those without a place in the pool. */
    private final Line<Call> waiting = new Line<>();
    /** All that are not over, and some that are: nobody says so here. */
    private List<Call> known = new ArrayList<>();

    private int forgetAt = FORGET_AT_LEAST;
    private @Nullable Call inHand;
    private @Nullable Guard guard;
    private boolean served;
    private boolean toBeInvited;
    /** When the next one of {@link #known} may have waited too long; null when nobody has to wait. */
    private @Nullable Long remindedAtNanos;

    private AgentProxy(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            String tenant,
            Role role,
            Definition definition,
            Surroundings surroundings) {
        super(context);
        this.tenant = tenant;
        this.role = role;
        this.definition = definition;
        this.surroundings = surroundings;
        this.timers = timers;
        ActorRef<Message> mine = context.getSelf();
        this.self = mine;
        this.invitation = () -> mine.tell(News.INVITED);
        this.trialOver = () -> mine.tell(News.TRIAL_OVER);
    }

    static Behavior<Message> create(String tenant, Role role, Definition definition, Surroundings surroundings) {
        Surroundings.Settings settings = surroundings.settings();
        Behavior<Message> one = Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new AgentProxy(context, timers, tenant, role, definition, surroundings)));
        return Behaviors.supervise(one)
                .onFailure(
                        Exception.class,
                        SupervisorStrategy.restartWithBackoff(
                                        settings.restartDelayMin(), settings.restartDelayMax(), 0.2)
                                .withStashCapacity(STASH_MAX)
                                .withLogLevel(Level.WARN));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Wanted.class, wanted -> wanted(wanted.call()))
                .onMessage(WayIsFree.class, news -> wayIsFree(news.call()))
                .onMessage(TurnedAway.class, news -> turnedAway(news.call()))
                .onMessage(News.class, this::heard)
                .onMessage(Timer.class, this::passed)
                .onSignal(PreRestart.class, signal -> {
                    broke();
                    return this;
                })
                .onSignal(PostStop.class, signal -> {
                    stopListening();
                    return this;
                })
                .build();
    }

    // --- What comes in

    private Behavior<Message> wanted(Call call) {
        if (call.over()) {
            return this;
        }
        inHand = call;
        know(call);
        come(call);
        LocalPool.Job job = call.job();
        if (job == null || !job.started()) {
            bePatient(call);
        }
        inHand = null;
        return this;
    }

    private Behavior<Message> wayIsFree(Call call) {
        if (!call.over()) {
            inHand = call;
            come(call);
            inHand = null;
        }
        return this;
    }

    /** To the pool, or to the line before it, unless it is there already or others have to come first. */
    private void come(Call call) {
        Precedence.Ticket ticket = call.ticket();
        if (call.inPool()
                || call.inLine()
                || (ticket != null && !ticket.mayGoOn(() -> self.tell(new WayIsFree(call))))) {
            return;
        }
        LocalAgent agent = surroundings.agents().find(role.type()).orElse(null);
        served = agent != null;
        if (agent != null) {
            guard = surroundings.agents().guard(role.type(), agent, definition);
            call.servedBy(agent, guard, getContext().getSelf());
        }
        boolean atOnce = served && waiting.isEmpty() && usual() && place(call, false);
        if (!atOnce) {
            line(call);
            offer(false);
        }
        call.comes();
    }

    private void line(Call call) {
        waiting.add(call.wanted().priority(), call.askedNanos(), call);
        call.inLine(true);
    }

    private Behavior<Message> turnedAway(Call call) {
        call.turnedAway();
        if (!call.over()) {
            line(call);
            bePatient(call);
            offer(false);
        }
        return this;
    }

    private Behavior<Message> heard(News news) {
        switch (news) {
            case INVITED -> {
                toBeInvited = false;
                timers.cancel(Timer.POOL);
                offer(true);
            }
            case TRIAL_OVER -> offer(false);
        }
        return this;
    }

    private Behavior<Message> passed(Timer timer) {
        switch (timer) {
            case ALLOCATION -> sendAwayTheImpatient();
            case BREAKER -> offer(false);
            case POOL -> {
                surroundings.pool().withdraw(tenant, invitation);
                toBeInvited = false;
                offer(true);
            }
        }
        return this;
    }

    // --- To the pool

    private boolean usual() {
        return guard == null || guard.closed();
    }

    /** Puts into the pool as many of those who wait as may go there now. */
    private void offer(boolean invited) {
        boolean mayEnter = invited;
        for (Call call = first(); call != null && served && !toBeInvited; call = first()) {
            boolean usual = usual();
            if (!usual && !trialIsDue()) {
                return;
            }
            if (!place(call, mayEnter)) {
                toBeInvited = true;
                timers.startSingleTimer(Timer.POOL, ASK_AGAIN);
                surroundings.pool().whenRoom(tenant, call.wanted().priority(), invitation);
                return;
            }
            waiting.poll();
            mayEnter = false;
            if (!usual) {
                // The first to begin is the trial; the others need not try.
                timers.startSingleTimer(Timer.BREAKER, ASK_AGAIN);
                return;
            }
        }
    }

    private @Nullable Call first() {
        Call call = waiting.peek();
        while (call != null && call.over()) {
            waiting.poll();
            call = waiting.peek();
        }
        return call;
    }

    private boolean place(Call call, boolean invited) {
        LocalPool pool = surroundings.pool();
        int together = Suspects.together(
                pool.places(), call.wanted().losses(), surroundings.rules().lossesMax());
        Optional<LocalPool.Job> job = pool.submit(tenant, call.wanted().priority(), together, call, invited);
        job.ifPresent(call::inPool);
        return job.isPresent();
    }

    /** Listens before it looks, so that no end of a trial is missed. */
    private boolean trialIsDue() {
        if (guard == null) {
            return true;
        }
        guard.listen(trialOver);
        long waitMillis = guard.waitMillis();
        if (waitMillis > 0) {
            timers.startSingleTimer(Timer.BREAKER, Duration.ofMillis(waitMillis));
        }
        return waitMillis == 0;
    }

    private void stopListening() {
        surroundings.pool().withdraw(tenant, invitation);
        if (guard != null) {
            guard.forget(trialOver);
        }
    }

    // --- Those who wait too long

    private void bePatient(Call call) {
        long at = call.askedNanos() + allocationNanos();
        if (remindedAtNanos == null || at - remindedAtNanos < 0) {
            remindAt(at);
        }
    }

    private void remindAt(long atNanos) {
        remindedAtNanos = atNanos;
        Duration left = Duration.ofNanos(atNanos - System.nanoTime());
        timers.startSingleTimer(Timer.ALLOCATION, left.compareTo(FINEST) < 0 ? FINEST : left);
    }

    private long allocationNanos() {
        return surroundings.settings().allocationTimeout().toNanos();
    }

    private void sendAwayTheImpatient() {
        remindedAtNanos = null;
        known.removeIf(Call::over);
        long now = System.nanoTime();
        for (Call call : known) {
            boolean tooLong = now - call.askedNanos() >= allocationNanos();
            if (call.begun()) {
                continue;
            }
            if (!tooLong) {
                bePatient(call);
            } else if (call.cancel()) {
                waiting.remove(call);
                call.attemptActor().tell(new TaskActor.NotServed(notServed()));
            }
        }
    }

    private Failure notServed() {
        String within = DurationText.print(surroundings.settings().allocationTimeout());
        if (!served) {
            return new Failure(
                    NO_AGENT, "nobody serves agents of type \"%s\" within %s".formatted(role.type(), within), true);
        }
        if (!usual()) {
            CircuitBreaker settings = guard == null ? LocalAgents.BREAKER_DEFAULT : guard.settings();
            return new Failure(
                    CIRCUIT_OPEN,
                    "the circuit breaker before agents of type \"%s\" was open, and let nobody through within %s: they had failed %d times in a row, and one is tried again every %s"
                            .formatted(
                                    role.type(),
                                    within,
                                    settings.failureThreshold(),
                                    DurationText.print(settings.timeout())),
                    true);
        }
        return new Failure(NO_AGENT, "no agent of type \"%s\" was free within %s".formatted(role.type(), within), true);
    }

    // --- When it breaks

    private void know(Call call) {
        known.add(call);
        if (known.size() >= forgetAt) {
            known.removeIf(Call::over);
            forgetAt = Math.max(FORGET_AT_LEAST, 2 * known.size());
        }
    }

    private void broke() {
        stopListening();
        // All are looked at before one is told: as soon as that one gives its place back, another may begin.
        List<Call> lost = new ArrayList<>();
        List<Call> kept = new ArrayList<>();
        for (Call call : known) {
            if (call.begun() || call.equals(inHand)) {
                lost.add(call);
            } else if (!call.over()) {
                call.inLine(false);
                kept.add(call);
            }
        }
        lost.forEach(call -> call.attemptActor().tell(TaskActor.ProxyBroke.INSTANCE));
        kept.forEach(call -> getContext().getSelf().tell(new Wanted(call)));
        known = List.of();
    }
}
