package dev.capocomico.http.audit;

import dev.capocomico.engine.store.AuditLog;
import dev.capocomico.engine.store.StoreException;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.contract.Call;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was not let, on the way to the audit. A refusal is noted without waiting for anything, equal ones of a second are one entry with a
 * number, and there is a bound on how many kinds a second has: whoever is refused a thousand times a second costs the database as much
 * as one who is refused once. What was noted in the second before a node dies is lost. Thread-safe.
 */
public final class Denials implements AutoCloseable {
    /** Kinds in one second; the others are added up. */
    static final int KINDS_MAX = 200;

    private static final int NAME_LENGTH_MAX = 200;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_WRITE_MAX = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Denials.class);

    private static final Kind OTHERS = new Kind(
            null, null, "other", null, null, null, "more kinds of refusals than are told apart in a second", null);

    private final AuditLog log;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread writer;
    private Map<Kind, Noted> noted = new LinkedHashMap<>();
    private boolean failing;

    /** What makes two refusals alike. */
    private record Kind(
            @Nullable String tenant,
            @Nullable String subject,
            String action,
            @Nullable String workflow,
            @Nullable String executionId,
            @Nullable String target,
            String reason,
            @Nullable String address) {}

    private static final class Noted {
        private final Instant at;
        private final String traceId;
        private int times;

        Noted(Instant at, String traceId) {
            this.at = at;
            this.traceId = traceId;
        }
    }

    public Denials(AuditLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("denials").start(this::write);
    }

    /**
     * Somebody whom nobody knows was not let. Nothing that he has sent is kept.
     *
     * @param action an operation of the contract, or a word for what is none
     */
    public void stranger(String action, String reason, @Nullable String address, String traceId) {
        note(new Kind(null, null, action, null, null, null, reason, address), traceId);
    }

    /**
     * The caller may not do it.
     *
     * @param names what the names in the path of the operation stand for
     */
    public void refused(
            Caller caller,
            String action,
            Map<String, String> names,
            String reason,
            @Nullable String address,
            String traceId) {
        String target = names.getOrDefault("signal", names.get("task_id"));
        note(
                new Kind(
                        caller.tenant(),
                        caller.subject(),
                        action,
                        shortened(names.get("workflow")),
                        shortened(names.get("execution_id")),
                        shortened(target),
                        reason,
                        address),
                traceId);
    }

    /** The caller's token is narrowed to something else. */
    public void refused(Call call, String reason) {
        Map<String, String> names = new HashMap<>();
        for (String name : List.of("workflow", "execution_id", "signal", "task_id")) {
            call.arguments().text(name).ifPresent(value -> names.put(name, value));
        }
        refused(call.known(), call.operation().id(), names, reason, call.address(), call.traceId());
    }

    /** What stands in a path that was not looked at yet may be anything. */
    private static @Nullable String shortened(@Nullable String name) {
        return name == null || name.length() <= NAME_LENGTH_MAX ? name : name.substring(0, NAME_LENGTH_MAX) + "…";
    }

    private synchronized void note(Kind kind, String traceId) {
        Kind counted = noted.size() < KINDS_MAX || noted.containsKey(kind) ? kind : OTHERS;
        noted.computeIfAbsent(counted, any -> new Noted(clock.instant(), traceId)).times++;
    }

    private void write() {
        boolean last;
        do {
            last = isClosedWithin(PAUSE);
            writeWhatThereIs();
        } while (!last);
    }

    private boolean isClosedWithin(Duration pause) {
        try {
            return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void writeWhatThereIs() {
        Map<Kind, Noted> taken;
        synchronized (this) {
            taken = noted;
            noted = new LinkedHashMap<>();
        }
        if (taken.isEmpty()) {
            return;
        }
        List<AuditLog.Entry> entries = new ArrayList<>();
        taken.forEach((kind, how) -> entries.add(entry(kind, how)));
        try {
            log.append(entries);
            failing = false;
        } catch (StoreException e) {
            // Kept here they would be without a bound, and those of the next second are as telling.
            if (!failing) {
                LOG.warn("refusals cannot be written into the audit, and are left out until they can", e);
            }
            failing = true;
        }
    }

    private static AuditLog.Entry entry(Kind kind, Noted how) {
        return new AuditLog.Entry(
                how.at,
                how.times,
                kind.tenant(),
                kind.subject(),
                kind.action(),
                AuditLog.Outcome.DENIED,
                kind.workflow(),
                kind.executionId(),
                kind.target(),
                kind.reason(),
                kind.address(),
                how.traceId);
    }

    /** Writes what was noted, and no more after that. */
    @Override
    public void close() {
        closed.countDown();
        try {
            writer.join(LAST_WRITE_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
