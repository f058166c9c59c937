package dev.capocomico.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.capocomico.cli.client.ExecutionJsonReader;
import dev.capocomico.cli.client.ServerClient;
import dev.capocomico.cli.client.ServerFailure;
import dev.capocomico.cli.client.ToldTimes;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.definition.Workflow;
import dev.capocomico.model.history.HistoryEntry;
import dev.capocomico.model.plan.Plan;
import dev.capocomico.patterns.BuiltInPatterns;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a server says of an execution: where it stands, and what has happened to it as far as that was told here. */
final class RemoteExecution {
    private static final int PAGE = 500;

    private final ServerClient server;
    private final String id;
    private final Plan plan;
    private final ToldTimes times = new ToldTimes();
    private JsonNode seen;
    private long toldSeq;
    private long startedAtMillis;

    private RemoteExecution(ServerClient server, JsonNode seen, Plan plan) {
        this.server = server;
        this.id = seen.path("execution_id").asText();
        this.seen = seen;
        this.plan = plan;
    }

    /** As the server has it. */
    static JsonNode get(ServerClient server, String id) throws InterruptedException {
        return server.get("/api/v1/executions/" + ServerClient.encoded(id));
    }

    /** Of an execution that ended long ago only its ending is left. */
    static boolean isArchived(JsonNode execution) {
        return !execution.has("seq");
    }

    /** One that is not archived. */
    static RemoteExecution of(ServerClient server, JsonNode execution) throws InterruptedException {
        return new RemoteExecution(server, execution, plan(server, execution));
    }

    /** The plan tells in which order tasks come, and what undoes them. Without it they are shown as they were written. */
    private static Plan plan(ServerClient server, JsonNode execution) throws InterruptedException {
        JsonNode workflow = execution.path("workflow");
        String name = workflow.path("name").asText();
        String version = workflow.path("version").asText();
        try {
            JsonNode found = server.get("/api/v1/workflows/" + name + ":" + ServerClient.encoded(version));
            if (found.path("digest").equals(workflow.path("digest"))
                    && new WorkflowReader(new BuiltInPatterns())
                                    .readStored(Source.of(
                                            "<definition>.json",
                                            found.path("definition").toString()))
                            instanceof Reading.Valid valid) {
                return valid.plan();
            }
        } catch (ServerFailure.Refused e) {
            // It was executed without being registered under its name.
        }
        Workflow unknown = Workflow.named(name).version(version);
        execution
                .path("tasks")
                .forEach(task -> unknown.task(task.path("task_id").asText(), one -> one.sleep(Duration.ZERO)));
        return Plan.of(unknown.build());
    }

    String id() {
        return id;
    }

    /** Asks where it stands now. */
    void look() throws InterruptedException {
        seen = get(server, id);
    }

    /** Whether it was looked at before that happened of which was told last: what is told may be ahead of who is asked. */
    boolean isBehind() {
        return seen.path("seq").asLong() < toldSeq;
    }

    /** What has happened to it next. */
    void add(HistoryEntry entry) {
        if (toldSeq == 0) {
            startedAtMillis = entry.atMillis();
        }
        toldSeq = entry.seq();
        times.add(entry);
    }

    /** All that has happened to it, of which nothing was told here before. */
    List<HistoryEntry> history() throws InterruptedException {
        List<HistoryEntry> entries = new ArrayList<>();
        JsonNode page;
        String cursor = "";
        do {
            page = server.get(
                    "/api/v1/executions/%s/history?limit=%d%s".formatted(ServerClient.encoded(id), PAGE, cursor));
            page.path("history").forEach(entry -> entries.add(ExecutionJsonReader.entry(entry)));
            cursor = "&cursor=" + page.path("next_cursor").asText();
        } while (page.has("next_cursor"));
        entries.forEach(this::add);
        return entries;
    }

    Account account() {
        long updatedAtMillis = Instant.parse(seen.path("updated_at").asText()).toEpochMilli();
        return new Account(
                plan,
                ExecutionJsonReader.view(seen, plan),
                toldSeq == 0 ? updatedAtMillis : startedAtMillis,
                updatedAtMillis,
                task -> times.of(plan.graph().id(task)));
    }

    /** Empty unless it has completed. */
    Optional<JsonNode> output() {
        return Optional.ofNullable(seen.get("output"));
    }
}
