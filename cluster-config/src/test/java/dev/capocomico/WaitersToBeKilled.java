package dev.capocomico;

import dev.capocomico.engine.probe.CrashPoint;
import dev.capocomico.engine.probe.Probe;
import dev.capocomico.model.definition.CoordinationType;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.EventWait;
import dev.capocomico.model.definition.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A node with executions that wait for events and have left memory, run by a test in a JVM of its own. When all have, it publishes the events
 * for which some of them wait, and halts at a moment. Arguments: address, user and password of the database, how many wait for an event that
 * is told in vain, or comes while the node is down, how many for one that never comes, and the {@link Moment}.
 */
final class WaitersToBeKilled {
    static final int HALTED = 77;

    static final String TOLD_IN_VAIN = "orders.paid";
    static final String WHILE_DOWN = "orders.sent";
    static final String NEVER = "orders.lost";

    /** When the node halts. */
    enum Moment {
        /** The events are in the log, and nobody has been told. */
        PUBLISHED,
        /** The first of those who were told is read back; none has heard. */
        TOLD,
        /** The first has looked, and is about to write that it takes its event. */
        TAKING,
        /** The first has written it, and does not know yet. */
        TAKEN
    }

    private static final Duration LEAVING_MAX = Duration.ofSeconds(30);

    private WaitersToBeKilled() {}

    /** Each waits for an event of its own. */
    static Definition waiting(String topic) {
        return Workflow.named("waiting_for_" + topic.replace('.', '_'))
                .events(CoordinationType.HYBRID, List.of(topic))
                .agent("w", role -> role.type("worker"))
                .task("work", task -> task.agent("w")
                        .input("${event.amount}")
                        .onEvent(new EventWait(topic, "${event.order == execution.id}", null)))
                .output("${tasks.work.output}")
                .build();
    }

    static String execution(String topic, int number) {
        return topic + "-" + number;
    }

    static Map<String, Object> event(String topic, int number) {
        return Map.of("order", execution(topic, number), "amount", number);
    }

    static String eventId(String topic, int number) {
        return "event-of-" + execution(topic, number);
    }

    static void begin(Capocomico capo, String topic, int count) throws InterruptedException {
        WorkflowRef workflow = capo.register(waiting(topic));
        for (int i = 0; i < count; i++) {
            capo.execute(workflow, null, ExecutionOptions.id(execution(topic, i)));
        }
    }

    static void awaitAllHaveLeftMemory(Capocomico capo) throws InterruptedException {
        long deadline = System.nanoTime() + LEAVING_MAX.toNanos();
        while (capo.livingHere() > 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(capo.livingHere() + " executions are still in memory");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    public static void main(String[] arguments) {
        try {
            run(arguments);
        } catch (Exception | AssertionError e) {
            e.printStackTrace();
            // A thread of the node that lives on must not keep the test waiting.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void run(String[] arguments) throws Exception {
        int each = Integer.parseInt(arguments[3]);
        Moment moment = Moment.valueOf(arguments[5]);
        AtomicBoolean allHaveLeft = new AtomicBoolean();
        Probe haltAtFirst = point -> {
            // Those who begin come by here too.
            if (point == crashPoint(moment) && allHaveLeft.get()) {
                Runtime.getRuntime().halt(HALTED);
            }
        };
        Capocomico capo = Capocomico.builder()
                .database(arguments[0], arguments[1], arguments[2])
                .probe(haltAtFirst)
                .agent("worker", task -> {
                    throw new IllegalStateException("nobody is called here: " + task.executionId());
                })
                .start();
        begin(capo, TOLD_IN_VAIN, each);
        begin(capo, WHILE_DOWN, each);
        begin(capo, NEVER, Integer.parseInt(arguments[4]));
        awaitAllHaveLeftMemory(capo);
        allHaveLeft.set(true);
        for (int i = 0; i < each; i++) {
            capo.publish(TOLD_IN_VAIN, eventId(TOLD_IN_VAIN, i), event(TOLD_IN_VAIN, i));
        }
        if (moment == Moment.PUBLISHED) {
            Runtime.getRuntime().halt(HALTED);
        }
        TimeUnit.MINUTES.sleep(1);
        throw new AssertionError("nobody was woken within a minute");
    }

    private static @Nullable CrashPoint crashPoint(Moment moment) {
        return switch (moment) {
            case PUBLISHED -> null;
            case TOLD -> CrashPoint.DURING_RECOVERY;
            case TAKING -> CrashPoint.BEFORE_JOURNAL_COMMIT;
            case TAKEN -> CrashPoint.AFTER_JOURNAL_COMMIT;
        };
    }
}
