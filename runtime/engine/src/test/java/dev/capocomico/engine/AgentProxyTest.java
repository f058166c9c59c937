package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.model.definition.CircuitBreaker;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.Priority;
import dev.capocomico.model.definition.Role;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.AttemptResult;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.ExecutionKey;
import dev.capocomico.model.execution.Failure;
import dev.capocomico.model.execution.FailureCode;
import dev.capocomico.model.execution.Rules;
import dev.capocomico.model.execution.Target;
import dev.capocomico.model.execution.Usage;
import dev.capocomico.model.expression.Expressions;
import dev.capocomico.model.plan.Plan;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts, their proxy, a pool and an agent, with the test in the place of the front. Attempts go by the number of their task. */
class AgentProxyTest {
    private static final ExecutionKey RUN = new ExecutionKey("t", "run-1");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ActorTestKit kit = ActorTestKit.create();
    private final TestProbe<ExecutionMessage> front = kit.createTestProbe();
    private final ConcurrentLinkedQueue<Integer> calls = new ConcurrentLinkedQueue<>();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final AtomicBoolean lookupBreaks = new AtomicBoolean();
    private final AtomicInteger lookups = new AtomicInteger();
    /** Of the agent that waits: one permit, one answer. */
    private final Semaphore answers = new Semaphore(0);

    private String type = "worker";
    private LocalAgent agent = this::answer;
    private LocalPool pool = new LocalPool(4, 100);
    private Duration allocationTimeout = Duration.ofMinutes(5);
    private CircuitBreaker breaker = new CircuitBreaker(1_000_000, Duration.ofMinutes(5));
    private @Nullable Surroundings surroundings;
    private @Nullable ActorRef<AgentProxy.Message> proxy;

    @AfterEach
    void stop() {
        answers.release(10_000);
        kit.shutdownTestKit();
        pool.close();
    }

    // --- The usual

    @Test
    void an_attempt_is_made_and_its_end_is_reported_once() {
        begin(attempt(1));
        assertThat(end(1)).isInstanceOfSatisfying(AttemptResult.Succeeded.class, succeeded -> {
            assertThat(succeeded.output()).isEqualTo(IntNode.valueOf(1));
            assertThat(succeeded.agent()).isEqualTo("worker");
        });
        front.expectNoMessage(Duration.ofMillis(50));
        assertThat(calls).containsExactly(1);
    }

    @Test
    void whatever_an_agent_throws_fails_its_attempt() {
        agent = assignment -> {
            throw new OutOfMemoryError("of the test");
        };
        begin(attempt(1));
        assertFailure(end(1), "AGENT_ERROR", "of the test", true);
    }

    @Test
    void an_attempt_that_waits_is_taken_back_and_one_that_runs_is_interrupted() {
        pool = new LocalPool(1, 100);
        agent = this::answerWhenToldTo;
        ActorRef<TaskActor.Message> runs = begin(attempt(1));
        awaitCalls(1);
        ActorRef<TaskActor.Message> waits = begin(attempt(2));
        waits.tell(TaskActor.Order.STOP);
        assertFailure(end(2), FailureCode.CANCELLED, "nobody had begun with it", false);
        runs.tell(TaskActor.Order.STOP);
        assertFailure(end(1), FailureCode.CANCELLED, "the agent was interrupted", false);
        assertThat(calls).containsExactly(1);
    }

    @Test
    void more_attempts_than_the_pool_has_places_are_all_made_in_their_order() {
        pool = new LocalPool(1, 1);
        proxy();
        TestProbe<TaskActor.Message> attempts = kit.createTestProbe();
        List<Integer> numbers = new ArrayList<>();
        long from = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            proxy().tell(new AgentProxy.Wanted(new Call(
                    attempt(i),
                    role("worker"),
                    RUN,
                    Objects.requireNonNull(surroundings).storage().values(),
                    InstantSource.system(),
                    attempts.ref(),
                    null,
                    () -> {},
                    System.nanoTime())));
            numbers.add(i);
        }
        attempts.receiveSeveralMessages(200, SOON);
        assertThat(calls).containsExactlyElementsOf(numbers);
        assertThat(Duration.ofNanos(System.nanoTime() - from))
                .as("nobody waits for a timer, as the pool says when there is room")
                .isLessThan(Duration.ofSeconds(10));
    }

    // --- Allocation

    @Test
    void an_attempt_whose_agents_nobody_serves_fails_when_it_has_waited_long_enough() {
        allocationTimeout = Duration.ofMillis(100);
        type = "nobody";
        begin(attempt(1));
        assertFailure(end(1), AgentProxy.NO_AGENT, "nobody serves agents of type \"nobody\" within 100ms", true);
    }

    @Test
    void an_attempt_for_which_no_agent_is_free_fails_when_it_has_waited_long_enough() {
        pool = new LocalPool(1, 1);
        agent = this::answerWhenToldTo;
        allocationTimeout = Duration.ofMillis(100);
        begin(attempt(1));
        awaitCalls(1);
        begin(attempt(2)); // in the pool
        begin(attempt(3)); // before it
        List<AttemptKey> failed = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            FrontMessage.AttemptEnded ended = anyEnd();
            assertFailure(
                    ended.result(), AgentProxy.NO_AGENT, "no agent of type \"worker\" was free within 100ms", true);
            failed.add(ended.key());
        }
        assertThat(failed).containsExactlyInAnyOrder(key(2), key(3));
        answers.release(1);
        assertThat(end(1)).isInstanceOf(AttemptResult.Succeeded.class);
        assertThat(calls).containsExactly(1);
    }

    // --- The breaker

    @Test
    void after_failures_in_a_row_attempts_wait_until_one_was_tried_and_went_well() {
        breaker = new CircuitBreaker(2, Duration.ofMillis(300));
        agent = this::failTwiceThenAnswerWhenToldTo;
        begin(attempt(1));
        assertFailure(end(1), "BUSY", "try later", true);
        begin(attempt(2));
        assertFailure(end(2), "BUSY", "try later", true);
        long openedNanos = System.nanoTime();
        for (int i = 3; i <= 6; i++) {
            begin(attempt(i));
        }
        front.expectNoMessage(Duration.ofMillis(100));
        assertThat(calls).containsExactly(1, 2);
        awaitCalls(3);
        assertThat(System.nanoTime() - openedNanos).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(200));
        front.expectNoMessage(Duration.ofMillis(100));
        assertThat(calls).as("one is tried, and the others wait for it").containsExactly(1, 2, 3);
        long releasedNanos = System.nanoTime();
        answers.release(4);
        for (int i = 3; i <= 6; i++) {
            assertThat(anyEnd().result()).isInstanceOf(AttemptResult.Succeeded.class);
        }
        assertThat(System.nanoTime() - releasedNanos)
                .as("they are told, and do not wait for a timer")
                .isLessThan(TimeUnit.SECONDS.toNanos(3));
        assertThat(calls).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
    }

    @Test
    void what_stood_in_the_pool_when_the_breaker_opened_is_not_called() {
        pool = new LocalPool(1, 100);
        breaker = new CircuitBreaker(2, Duration.ofMinutes(5));
        allocationTimeout = Duration.ofMillis(400);
        agent = assignment -> {
            calls.add(number(assignment));
            answers.acquire();
            throw AttemptFailure.of("BUSY", "try later", true);
        };
        for (int i = 1; i <= 5; i++) {
            begin(attempt(i));
        }
        answers.release(100);
        for (int i = 1; i <= 2; i++) {
            assertFailure(anyEnd().result(), "BUSY", "try later", true);
        }
        for (int i = 3; i <= 5; i++) {
            assertFailure(
                    anyEnd().result(),
                    AgentProxy.CIRCUIT_OPEN,
                    "the circuit breaker before agents of type \"worker\" was open, and let nobody through within 400ms:"
                            + " they had failed 2 times in a row, and one is tried again every 5m",
                    true);
        }
        assertThat(calls).hasSize(2);
    }

    @Test
    void a_failure_for_good_is_an_answer_and_opens_no_breaker_but_a_timeout_does() {
        breaker = new CircuitBreaker(1, Duration.ofMinutes(5));
        allocationTimeout = Duration.ofMillis(200);
        agent = assignment -> {
            if (number(assignment) <= 3) {
                throw AttemptFailure.of("DECLINED", "the card was declined", false);
            }
            return answerWhenToldTo(assignment);
        };
        for (int i = 1; i <= 3; i++) {
            begin(attempt(i));
            assertFailure(end(i), "DECLINED", "the card was declined", false);
        }
        begin(attempt(4, Duration.ofMillis(50), null, 0));
        assertFailure(end(4), FailureCode.TIMEOUT, "the attempt took longer than 50ms", true);
        begin(attempt(5));
        assertThat(((AttemptResult.Failed) end(5)).failure().code()).isEqualTo(AgentProxy.CIRCUIT_OPEN);
    }

    @Test
    void executions_share_the_breaker_and_a_workflow_that_says_so_has_its_own() {
        LocalAgents agents = new LocalAgents(Map.of("worker", agent), true);
        Definition usual = workflow(null);
        Definition patient = workflow(new CircuitBreaker(9, Duration.ofSeconds(1)));
        Guard guard = agents.guard("worker", agent, usual);
        assertThat(guard).isNotNull().isSameAs(agents.guard("worker", agent, workflow(null)));
        assertThat(guard.settings()).isEqualTo(LocalAgents.BREAKER_DEFAULT);
        assertThat(agents.guard("worker", agent, patient)).isNotSameAs(guard);
        assertThat(agents.guard("other", agent, usual)).isNotSameAs(guard);
        LocalAgent simulated = agents.find("simulated").orElseThrow();
        assertThat(agents.guard("simulated", simulated, usual)).isNull();
        assertThat(agents.guard("simulated", simulated, patient)).isNotNull();
    }

    // --- When the proxy breaks

    @Test
    void when_the_proxy_breaks_what_runs_and_what_it_had_in_hand_have_failed_and_the_rest_goes_on_with_the_next() {
        pool = new LocalPool(1, 1);
        agent = this::answerWhenToldTo;
        begin(attempt(1));
        awaitCalls(1);
        begin(attempt(2)); // in the pool
        awaitLookups(2);
        begin(attempt(3)); // waits for a place there
        awaitLookups(3);
        lookupBreaks.set(true);
        begin(attempt(4));
        List<AttemptKey> failed = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            FrontMessage.AttemptEnded ended = anyEnd();
            assertFailure(ended.result(), FailureCode.AGENT_BROKE, "broke during the attempt", true);
            failed.add(ended.key());
        }
        assertThat(failed).containsExactlyInAnyOrder(key(1), key(4));
        answers.release(100);
        begin(attempt(5));
        List<AttemptKey> done = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            FrontMessage.AttemptEnded ended = anyEnd();
            assertThat(ended.result()).isInstanceOf(AttemptResult.Succeeded.class);
            done.add(ended.key());
        }
        assertThat(done).containsExactlyInAnyOrder(key(2), key(3), key(5));
        assertThat(calls).containsExactlyInAnyOrder(1, 2, 3, 5);
    }

    // --- Heartbeats and usage

    @Test
    void an_agent_that_says_nothing_for_as_long_as_its_heartbeat_has_failed_and_is_interrupted() throws Exception {
        agent = assignment -> {
            assignment.usage(3, new BigDecimal("0.5"));
            return answerWhenToldTo(assignment);
        };
        begin(attempt(1, null, Duration.ofMillis(100), 0));
        AttemptResult result = end(1);
        assertFailure(result, FailureCode.TIMEOUT, "the agent gave no sign of life for 100ms", true);
        assertThat(((AttemptResult.Failed) result).usage()).isEqualTo(Usage.of(3, new BigDecimal("0.5")));
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void an_agent_that_gives_signs_of_life_may_take_longer_than_its_heartbeat() {
        Duration heartbeat = Duration.ofMillis(400);
        agent = assignment -> {
            long until = System.nanoTime() + heartbeat.multipliedBy(4).toNanos();
            while (System.nanoTime() < until) {
                assignment.heartbeat();
                Thread.sleep(5);
            }
            return answer(assignment);
        };
        begin(attempt(1, null, heartbeat, 0));
        assertThat(end(1)).isInstanceOf(AttemptResult.Succeeded.class);
    }

    @Test
    void what_an_agent_used_is_added_up_and_reported_with_the_end() {
        agent = assignment -> {
            assignment.usage(100, new BigDecimal("0.01"));
            assignment.usage(20, new BigDecimal("0.002"));
            if (number(assignment) == 2) {
                throw AttemptFailure.of("BUSY", "try later", true);
            }
            return answer(assignment);
        };
        Usage both = new Usage(120, 12_000_000);
        begin(attempt(1));
        assertThat(((AttemptResult.Succeeded) end(1)).usage()).isEqualTo(both);
        begin(attempt(2));
        assertThat(((AttemptResult.Failed) end(2)).usage()).isEqualTo(both);
    }

    // --- Alone

    @Test
    void one_that_has_to_be_alone_begins_when_that_is_written_and_keeps_its_place_until_its_end_is() {
        ActorRef<TaskActor.Message> alone = begin(attempt(1, null, null, 5));
        assertThat(end(1)).isEqualTo(new AttemptResult.Begun());
        begin(attempt(2));
        front.expectNoMessage(Duration.ofMillis(100));
        assertThat(calls).isEmpty();
        alone.tell(TaskActor.Order.GO_ON);
        assertThat(end(1)).isInstanceOf(AttemptResult.Succeeded.class);
        front.expectNoMessage(Duration.ofMillis(100));
        assertThat(calls).containsExactly(1);
        alone.tell(TaskActor.Order.LEAVE);
        assertThat(end(2)).isInstanceOf(AttemptResult.Succeeded.class);
        front.expectTerminated(alone);
    }

    @Test
    void one_that_has_to_be_alone_and_is_stopped_before_it_may_begin_never_does() {
        ActorRef<TaskActor.Message> alone = begin(attempt(1, null, null, 5));
        assertThat(end(1)).isEqualTo(new AttemptResult.Begun());
        alone.tell(TaskActor.Order.STOP);
        assertFailure(end(1), FailureCode.CANCELLED, "nobody had begun with it", false);
        alone.tell(TaskActor.Order.GO_ON);
        alone.tell(TaskActor.Order.LEAVE);
        begin(attempt(2));
        assertThat(end(2)).isInstanceOf(AttemptResult.Succeeded.class);
        assertThat(calls).containsExactly(2);
    }

    // --- Agents

    private JsonNode answer(Assignment assignment) {
        calls.add(number(assignment));
        return IntNode.valueOf(number(assignment));
    }

    private JsonNode answerWhenToldTo(Assignment assignment) throws InterruptedException {
        calls.add(number(assignment));
        try {
            answers.acquire();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
        return IntNode.valueOf(number(assignment));
    }

    private JsonNode failTwiceThenAnswerWhenToldTo(Assignment assignment) throws InterruptedException {
        if (calls.size() < 2) {
            calls.add(number(assignment));
            throw AttemptFailure.of("BUSY", "try later", true);
        }
        return answerWhenToldTo(assignment);
    }

    private static int number(Assignment assignment) {
        return Integer.parseInt(assignment.taskId());
    }

    // --- The stage

    private ActorRef<TaskActor.Message> begin(Effect.Run run) {
        ActorRef<AgentProxy.Message> asked = proxy();
        return kit.spawn(TaskActor.create(
                run, role(type), RUN, Objects.requireNonNull(surroundings), asked, front.ref(), null, () -> {}));
    }

    /** With what the test has said until it first asks for it. */
    private ActorRef<AgentProxy.Message> proxy() {
        if (surroundings == null) {
            surroundings = surroundings();
        }
        if (proxy == null) {
            proxy = kit.spawn(AgentProxy.create(RUN.tenant(), role(type), workflow(breaker), surroundings));
        }
        return proxy;
    }

    private FrontMessage.AttemptEnded anyEnd() {
        return front.expectMessageClass(FrontMessage.AttemptEnded.class, SOON);
    }

    private AttemptResult end(int number) {
        FrontMessage.AttemptEnded ended = anyEnd();
        assertThat(ended.key()).isEqualTo(key(number));
        return ended.result();
    }

    /** The proxy has taken so many attempts in hand. */
    private void awaitLookups(int count) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (lookups.get() < count) {
            assertThat(System.nanoTime()).as("lookups: %s", lookups).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private void awaitCalls(int count) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (calls.size() < count) {
            assertThat(System.nanoTime()).as("calls: %s", calls).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void assertFailure(AttemptResult result, String code, String message, boolean retryable) {
        assertThat(result).isInstanceOfSatisfying(AttemptResult.Failed.class, failed -> {
            Failure failure = failed.failure();
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure.message()).contains(message);
            assertThat(failure.retryable()).isEqualTo(retryable);
        });
    }

    private static Role role(String type) {
        return Role.of(type);
    }

    private static AttemptKey key(int number) {
        return new AttemptKey(new Target.Element(number, 0), 7);
    }

    private static Effect.Run attempt(int number) {
        return attempt(number, null, null, 0);
    }

    private static Effect.Run attempt(
            int number, @Nullable Duration timeout, @Nullable Duration heartbeat, int losses) {
        return new Effect.Run(
                key(number),
                Integer.toString(number),
                "worker",
                "do",
                NullNode.instance,
                1,
                "key-" + number,
                Priority.NORMAL,
                timeout,
                heartbeat,
                losses,
                false);
    }

    private static Definition workflow(@Nullable CircuitBreaker breaker) {
        Workflow workflow = Workflow.named("one").agent("worker", role -> role).task("a", task -> task.agent("worker"));
        return breaker == null
                ? workflow.build()
                : workflow.circuitBreaker(breaker.failureThreshold(), breaker.timeout())
                        .build();
    }

    private @Nullable LocalAgent find(String type) {
        lookups.incrementAndGet();
        if (lookupBreaks.getAndSet(false)) {
            throw new IllegalStateException("the agents could not be looked up");
        }
        return type.equals("worker") ? agent : null;
    }

    private Surroundings surroundings() {
        Surroundings.Settings usual = Surroundings.Settings.DEFAULT;
        return new Surroundings(
                new NoPlans(),
                (template, scope) -> new Expressions.Evaluation.Value(template),
                (schema, value) -> Optional.empty(),
                Rules.Settings.DEFAULT,
                new LocalAgents(this::find, false, LocalAgents.BREAKER_DEFAULT),
                pool,
                new Surroundings.Settings(
                        allocationTimeout,
                        usual.requestsMax(),
                        Duration.ofMillis(20),
                        Duration.ofMillis(100),
                        usual.parkLinger(),
                        usual.checkpointInterval(),
                        usual.checkpointSteps()),
                new FakeEventLog(),
                NoStorage.create((key, after, limit) -> List.of()),
                new DatabaseHealth(() -> {}, Runnable::run, InstantSource.system()),
                new Quarantine(new FakeQuarantineStore(), Runnable::run),
                Runnable::run,
                Probe.NONE,
                InstantSource.system(),
                new SplittableRandom(1));
    }

    private static final class NoPlans implements Plans {
        @Override
        public @Nullable Plan atHand(String digest) {
            return null;
        }

        @Override
        public CompletionStage<Plan> load(String tenant, String digest) {
            return CompletableFuture.failedFuture(new IllegalStateException("no plan is asked for"));
        }

        @Override
        public CompletionStage<String> find(String tenant, String workflow, @Nullable String version) {
            return CompletableFuture.failedFuture(new IllegalStateException("no plan is asked for"));
        }
    }
}
