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

/** One that a server carries. */
final class RemoteExecution implements Watched {
    private static final int PAGE = 500;

    private final ServerClient server;
    private final String id;
    private final String option;
    private final Plan plan;
    private final News source;
    private final ToldTimes times = new ToldTimes();
    private JsonNode seen;
    private long known;
    private long startedAtMillis;

    private RemoteExecution(ServerClient server, JsonNode seen, Plan plan, String option) {
        this.server = server;
        this.id = seen.path("execution_id").asText();
        this.seen = seen;
        this.plan = plan;
        this.option = option;
        this.source = this::historyAfter;
    }

    /** Where what has happened comes from. */
    private interface News {
        /** All that came after the entry with this number. */
        List<HistoryEntry> after(long seq) throws InterruptedException;
    }

    /** As the server has it. */
    static JsonNode get(ServerClient server, String id) throws InterruptedException {
        return server.get("/api/v1/executions/" + ServerClient.encoded(id));
    }

    /** Of an execution that ended long ago only its ending is left. */
    static boolean isArchived(JsonNode execution) {
        return !execution.has("seq");
    }

    /**
     * Begins to follow one that is not archived.
     *
     * @param option what commands need to find the same server again
     */
    static RemoteExecution of(ServerClient server, JsonNode execution, String option) throws InterruptedException {
        return new RemoteExecution(server, execution, plan(server, execution), option);
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
                                    .read(Source.of(
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

    @Override
    public String id() {
        return id;
    }

    @Override
    public int pauseMillis() {
        return 250;
    }

    @Override
    public String goOnWith() {
        return "capo watch " + id + option;
    }

    @Override
    public String answerWith(String signal) {
        return "\"capo signal " + id + " " + signal + option + "\" answers";
    }

    @Override
    public List<HistoryEntry> news() throws InterruptedException {
        try {
            seen = get(server, id);
            List<HistoryEntry> news = seen.path("seq").asLong() > known ? source.after(known) : List.of();
            news.forEach(this::add);
            return news;
        } catch (ServerFailure.Unreachable e) {
            throw new Away(e.getMessage() + "; what it has accepted is safe", e);
        } catch (ServerFailure.Refused e) {
            if (e.status() == 503) {
                throw new Away(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    private void add(HistoryEntry entry) {
        if (known == 0) {
            startedAtMillis = entry.atMillis();
        }
        known = entry.seq();
        times.add(entry);
    }

    private List<HistoryEntry> historyAfter(long seq) throws InterruptedException {
        List<HistoryEntry> entries = new ArrayList<>();
        long after = seq;
        while (true) {
            JsonNode page = server.get(
                    "/api/v1/executions/%s/history?limit=%d&after=%d".formatted(ServerClient.encoded(id), PAGE, after));
            page.path("history").forEach(entry -> entries.add(ExecutionJsonReader.entry(entry)));
            if (!page.has("next_after")) {
                return entries;
            }
            after = page.path("next_after").asLong();
        }
    }

    @Override
    public Account account() {
        return new Account(
                plan,
                ExecutionJsonReader.view(seen, plan),
                startedAtMillis,
                Instant.parse(seen.path("updated_at").asText()).toEpochMilli(),
                task -> times.of(plan.graph().id(task)));
    }

    @Override
    public void signal(String name, JsonNode payload) throws InterruptedException {
        try {
            server.post(
                    "/api/v1/executions/%s/signals/%s".formatted(ServerClient.encoded(id), ServerClient.encoded(name)),
                    payload);
        } catch (ServerFailure e) {
            throw new Away(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Optional<JsonNode> output() {
        return Optional.ofNullable(seen.get("output"));
    }
}
