package dev.capocomico.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.capocomico.Capocomico;
import dev.capocomico.CapocomicoBuilder;
import dev.capocomico.CommandRefused;
import dev.capocomico.Execution;
import dev.capocomico.ExecutionFailed;
import dev.capocomico.ExecutionOptions;
import dev.capocomico.Probes;
import dev.capocomico.WorkflowRef;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that executes workflows and may be killed at any moment, run by tests in a JVM of its own. It takes a line for each
 * {@link Deed} and answers, when the node has: {@code <number> ok}, {@code <number> refused <why>}, or {@code <number> unknown
 * <why>}. It says {@code ready} before the first of them, and after {@code stop} it stops the node, says {@code closed} and ends.
 *
 * <p>Settings come as system properties, see {@link NodeProcess}.
 */
final class ChaosNode {
    /** What a node ends with that halts at a crash point. */
    static final int HALTED = 77;

    static final String STOP = "stop";

    /** So that most executions are recovered from a snapshot, and their last steps from the journal. */
    private static final int CHECKPOINT_STEPS = 3;

    private static final Duration PARK_AFTER = Duration.ofSeconds(2);
    private static final Duration CHILD_ASK_AGAIN = Duration.ofSeconds(10);

    /** Who is to have something retried waits for its failure so long, and then says that it has not come. */
    private static final Duration FAILURE_PATIENCE = Duration.ofSeconds(10);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Capocomico capo;
    private final Path calls;
    private final Map<String, WorkflowRef> workflows = new HashMap<>();

    private ChaosNode(Capocomico capo, Path calls) {
        this.capo = capo;
        this.calls = calls;
    }

    public static void main(String[] arguments) {
        try {
            run();
            // A thread of the node that lives on must not keep the test waiting.
            Runtime.getRuntime().halt(0);
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void run() throws Exception {
        CrashPointVisits visits = new CrashPointVisits(System.getProperty("chaos.halt", ""));
        Path calls = Path.of(System.getProperty("chaos.calls"));
        try (Performer performer = new Performer(calls);
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            Capocomico capo = builder(performer, visits).start();
            ChaosNode node = new ChaosNode(capo, calls);
            say("ready");
            node.serve(orders);
            capo.close();
            visits.counts().forEach((point, count) -> say("visited " + point + " " + count));
            say("closed");
        }
    }

    private static CapocomicoBuilder builder(Performer performer, CrashPointVisits visits) {
        CapocomicoBuilder builder = Capocomico.builder()
                .agent(Scenarios.AGENT, performer::perform)
                .workerPoolSize(Integer.getInteger("chaos.pool"));
        String embedded = System.getProperty("chaos.embedded");
        if (embedded == null) {
            builder.database(
                    System.getProperty("chaos.url"),
                    System.getProperty("chaos.user"),
                    System.getProperty("chaos.password"));
        } else {
            builder.embeddedDatabase(Path.of(embedded));
        }
        Probes.hurry(builder, PARK_AFTER, CHILD_ASK_AGAIN);
        Probes.clock(
                builder,
                InstantSource.offset(InstantSource.system(), Duration.ofMillis(Long.getLong("chaos.skew", 0))));
        return Probes.attach(Probes.checkpointEvery(builder, CHECKPOINT_STEPS), visits);
    }

    /** Each order has a thread, as the requests of a server have. */
    private void serve(BufferedReader orders) throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String line = orders.readLine(); line != null && !line.equals(STOP); line = orders.readLine()) {
                String order = line;
                threads.execute(() -> say(answer(order)));
            }
            threads.shutdown();
            if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not every order has been answered");
            }
        }
    }

    private String answer(String line) {
        int space = line.indexOf(' ');
        String number = line.substring(0, space);
        try {
            act(JSON.readValue(line.substring(space + 1), Deed.class));
            return number + " ok";
        } catch (CommandRefused e) {
            return number + " refused " + e.getMessage();
        } catch (Exception e) {
            return number + " unknown " + e;
        }
    }

    private void act(Deed deed) throws InterruptedException, TimeoutException, IOException {
        Execution execution = capo.execution(deed.execution());
        switch (deed.verb()) {
            case START -> capo.execute(workflow(deed.name()), deed.payload(), ExecutionOptions.id(deed.execution()));
            case SIGNAL -> execution.signal(deed.name(), deed.payload(), deed.key());
            case SIGNAL_AFTER_FAILURE -> {
                awaitFailure(deed.payload().asText());
                execution.signal(deed.name(), deed.payload(), deed.key());
            }
            case PAUSE -> execution.pause();
            case RESUME -> execution.resume();
            case CANCEL -> execution.cancel(deed.name());
            case PUBLISH -> capo.publish(deed.name(), deed.key(), deed.payload());
            case RETRY -> retry(execution, false);
            case MEND_AND_RETRY -> retry(execution, true);
        }
    }

    /** Of one that may not have begun yet. */
    private void awaitFailure(String id) throws InterruptedException, TimeoutException {
        try {
            capo.execution(id).await(FAILURE_PATIENCE);
        } catch (ExecutionFailed failure) {
            return;
        } catch (CommandRefused notYet) {
            throw new TimeoutException(String.valueOf(notYet.getMessage()));
        }
        throw new IllegalStateException(id + " has not failed");
    }

    /** One that has not failed has been retried by a node that died before it could say so, and completed. */
    private void retry(Execution execution, boolean mended) throws InterruptedException, TimeoutException, IOException {
        try {
            execution.await(FAILURE_PATIENCE);
        } catch (ExecutionFailed failure) {
            if (mended) {
                Performer.mend(calls, execution.id());
            }
            execution.retry();
        }
    }

    /**
     * Registered when one is first started here, all at once because some begin others; executions that were started before know theirs
     * from the database.
     */
    private synchronized WorkflowRef workflow(String name) {
        if (!workflows.containsKey(name)) {
            Map<String, WorkflowRef> registered = new HashMap<>();
            for (Scenario scenario : name.equals(Scenarios.DAG) ? List.of(Scenarios.dag()) : Scenarios.all()) {
                registered.put(scenario.name(), capo.register(scenario.definition()));
            }
            workflows.putAll(registered);
        }
        return Objects.requireNonNull(workflows.get(name), name);
    }

    private static synchronized void say(String line) {
        System.out.println(line.replace('\n', ' '));
    }
}
