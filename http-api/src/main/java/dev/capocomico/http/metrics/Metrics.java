package dev.capocomico.http.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.http.access.Caller;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.execution.Admission;
import dev.capocomico.http.stream.Followers;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;

/** How much there is to do, and how much more could be done. What is told without a token is of no tenant. */
public final class Metrics {
    private final Requests requests;
    private final Admission admission;
    private final Followers followers;
    private final Database database;
    private final Contained contained;

    /** What the database has said last. It is asked in the background, and never by whoever wants to know: those need no token. */
    @FunctionalInterface
    public interface Database {
        Sample last();
    }

    /**
     * What it has said.
     *
     * @param available whether it answers
     * @param behind empty when it could not say
     * @param age since when it has not been asked how far the table of executions is behind
     * @param lossesOfSteps how many executions have noticed that it has fewer of their steps than it had acknowledged
     */
    public record Sample(boolean available, Optional<Behind> behind, Duration age, long lossesOfSteps) {}

    /**
     * How far the table of executions is behind the journal.
     *
     * @param heldBack rows among them that wait for a transaction to end
     */
    public record Behind(long rows, long heldBack, Duration age) {}

    /** What is kept out of the way of all the rest. Cheap to ask. */
    public interface Contained {
        /** Executions of the cluster that cannot be recovered. */
        long quarantined();

        /** Rows that readers of this node could not read and have passed over. */
        long rowsPassedOver();
    }

    public Metrics(
            Requests requests, Admission admission, Followers followers, Database database, Contained contained) {
        this.requests = requests;
        this.admission = admission;
        this.followers = followers;
        this.database = database;
        this.contained = contained;
    }

    /** By the operations of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of(
                "metrics",
                call -> CompletableFuture.completedFuture(answer(text())),
                "workflowCapacity",
                this::capacity);
    }

    private static Answer answer(String text) {
        return new Answer.Bytes(ContentTypes.TEXT_PLAIN_UTF8, text.getBytes(StandardCharsets.UTF_8));
    }

    /** All of it as Prometheus reads it. Also told when the database is away: then without what only that knows. */
    String text() {
        Exposition text = new Exposition();
        node(text);
        Sample sample = database.last();
        text.one(
                "capocomico_database_available",
                "gauge",
                "whether the database has answered when it was asked last",
                sample.available() ? 1 : 0);
        sample.behind().ifPresent(behind -> projection(text, behind));
        text.one(
                "capocomico_projection_lag_age_seconds",
                "gauge",
                "how long ago the lag was measured",
                sample.age().toMillis() / 1_000.0);
        text.one(
                "capocomico_executions_stopped_by_lost_steps",
                "counter",
                "executions for which the database has fewer steps than it had acknowledged; anything but 0 is an emergency",
                sample.lossesOfSteps());
        java(text);
        requests.write(text);
        return text.toString();
    }

    private void node(Exposition text) {
        text.one(
                "capocomico_executions_active",
                "gauge",
                "executions that have work in flight on this node",
                admission.active());
        text.one("capocomico_executions_max", "gauge", "how many may", admission.max());
        text.one(
                "capocomico_quarantined_executions",
                "gauge",
                "executions of the cluster that cannot be recovered",
                contained.quarantined());
        text.one(
                "capocomico_unreadable_rows_total",
                "counter",
                "rows that readers of this node have passed over",
                contained.rowsPassedOver());
        text.one("capocomico_stream_watchers", "gauge", "streams and sockets that are open", followers.watchers());
        text.one("capocomico_stream_watchers_max", "gauge", "how many may be", followers.watchersMax());
        text.one(
                "capocomico_stream_followers",
                "gauge",
                "executions and workflows that somebody watches",
                followers.followed());
    }

    private static void projection(Exposition text, Behind behind) {
        text.one(
                "capocomico_projection_lag_rows",
                "gauge",
                "rows of the journal that the table of executions has not taken in",
                behind.rows());
        text.one(
                "capocomico_projection_held_back_rows",
                "gauge",
                "those of them that wait for an older transaction to end",
                behind.heldBack());
        text.one(
                "capocomico_projection_lag_seconds",
                "gauge",
                "age of the oldest of them",
                behind.age().toMillis() / 1_000.0);
    }

    private static void java(Exposition text) {
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        text.one("jvm_heap_used_bytes", "gauge", "heap in use", heap.getUsed());
        text.one("jvm_heap_max_bytes", "gauge", "how much it may grow to", heap.getMax());
        text.one(
                "jvm_threads",
                "gauge",
                "platform threads",
                ManagementFactory.getThreadMXBean().getThreadCount());
        text.one(
                "process_cpu_seconds_total",
                "counter",
                "processor time of this process",
                ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .orElse(Duration.ZERO)
                                .toMillis()
                        / 1_000.0);
        text.one(
                "process_uptime_seconds",
                "gauge",
                "since the start",
                ManagementFactory.getRuntimeMXBean().getUptime() / 1_000.0);
    }

    private CompletionStage<Answer> capacity(Call call) {
        int available = Math.max(0, admission.max() - admission.active());
        ObjectNode json = room(admission.max(), admission.active(), available);
        Caller caller = call.caller();
        if (caller != null) {
            int active = admission.active(caller.tenant());
            int max = admission.perTenantMax().orElse(admission.max());
            json.set("tenant", room(max, active, Math.min(available, Math.max(0, max - active))));
        }
        return CompletableFuture.completedFuture(Answer.ok(json));
    }

    private static ObjectNode room(int max, int active, int available) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("max_concurrent_workflows", max)
                .put("active_workflows", active)
                .put("available", available)
                .put("accepting", available > 0);
    }
}
