package dev.capocomico.http.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.NamePatterns;
import dev.capocomico.engine.store.WorkflowDirectory;
import dev.capocomico.engine.store.WorkflowDirectory.After;
import dev.capocomico.engine.store.WorkflowDirectory.Registered;
import dev.capocomico.http.access.Action;
import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.http.answer.Waiting;
import dev.capocomico.http.contract.Call;
import dev.capocomico.http.contract.Handler;
import dev.capocomico.http.contract.PageCursor;
import dev.capocomico.http.load.CallerWork;
import dev.capocomico.http.stream.SocketCalls;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.definition.DefinitionTree;
import dev.capocomico.model.pattern.PatternCatalogue;
import dev.capocomico.model.pattern.PatternType;
import dev.capocomico.model.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The calls about what can be executed. */
public final class WorkflowCalls {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final WorkflowReader reader;
    private final PatternCatalogue patterns;
    private final Executable executable;
    private final Capacity capacity;
    private final DefinitionStore definitions;
    private final WorkflowDirectory store;
    private final Directory directory;
    private final Plans plans;
    private final Waiting waiting;
    private final CallerWork work;

    /**
     * The calls about the workflows of a store.
     *
     * @param executable what this server can execute; what it cannot is not registered
     */
    public WorkflowCalls(
            WorkflowReader reader,
            PatternCatalogue patterns,
            Executable executable,
            Capacity capacity,
            DefinitionStore definitions,
            WorkflowDirectory store,
            Plans plans,
            Waiting waiting,
            CallerWork work) {
        this.reader = reader;
        this.patterns = patterns;
        this.executable = executable;
        this.capacity = capacity;
        this.definitions = definitions;
        this.store = store;
        this.directory = new Directory(store, waiting);
        this.plans = plans;
        this.waiting = waiting;
        this.work = work;
    }

    /** By the operations of the contract. */
    public Map<String, Handler> handlers() {
        return Map.of(
                "registerWorkflow", this::register,
                "validateWorkflow", this::validate,
                "listWorkflows", this::list,
                "getWorkflow", this::get,
                "listPatterns", this::patterns);
    }

    /** The workflow that the path names. */
    CompletionStage<Optional<Registered>> find(Call call) {
        return directory.find(
                call.tenant(), WorkflowAddress.parse(call.arguments().required("workflow")));
    }

    /** That version of a workflow, if it is registered. */
    CompletionStage<Optional<Registered>> find(String tenant, String name, String version) {
        return directory.find(tenant, new WorkflowAddress.Named(name, version));
    }

    /** The name of the one that the path names, for those who have to know no more. */
    public CompletionStage<Optional<String>> nameIn(Call call) {
        return switch (WorkflowAddress.parse(call.arguments().required("workflow"))) {
            case WorkflowAddress.Named named -> CompletableFuture.completedFuture(Optional.of(named.name()));
            case WorkflowAddress.Id id -> find(call).thenApply(found -> found.map(Registered::name));
            case WorkflowAddress.Digest digest -> throw new IllegalStateException("a path names no digest");
        };
    }

    /** The id of the registered workflow with this definition; empty when it was executed without being registered. */
    public CompletionStage<Optional<String>> idOf(String tenant, String digest) {
        return directory.find(tenant, new WorkflowAddress.Digest(digest)).thenApply(found -> found.map(Registered::id));
    }

    /** How those find workflows who tell what happens to their executions. */
    public SocketCalls.Workflows forSockets() {
        return new SocketCalls.Workflows() {
            @Override
            public CompletionStage<Optional<SocketCalls.Found>> find(Call call) {
                boolean all = WorkflowAddress.parse(call.arguments().required("workflow"))
                        .moves();
                return WorkflowCalls.this
                        .find(call)
                        .thenApply(found -> found.map(workflow -> new SocketCalls.Found(workflow, all)));
            }

            @Override
            public CompletionStage<Optional<Registered>> find(String tenant, String name, String version) {
                return WorkflowCalls.this.find(tenant, name, version);
            }
        };
    }

    static Answer.Problem unknown(Call call) {
        return Answer.Problem.of(
                ProblemCode.NOT_FOUND,
                "no workflow \"%s\" is registered".formatted(call.arguments().required("workflow")));
    }

    private CompletionStage<Answer> validate(Call call) {
        return read(call)
                .thenApply(reading -> Answer.ok(
                        switch (reading) {
                            case Reading.Valid valid -> Reports.valid(valid.plan());
                            case Reading.Invalid invalid -> Reports.invalid(Reports.errors(invalid.problems()));
                        }));
    }

    /** A large document takes a while, and the threads that read requests have others to serve. */
    private CompletionStage<Reading> read(Call call) {
        Source source = new Source(call.yaml() ? "<request>.yaml" : "<request>.json", call.document());
        return work.run(call.tenant(), () -> reader.read(source));
    }

    private CompletionStage<Answer> register(Call call) {
        return read(call).thenCompose(reading -> switch (reading) {
            case Reading.Valid valid -> waiting.call(() -> register(call, valid.definition(), valid.plan()));
            case Reading.Invalid invalid -> CompletableFuture.completedFuture(refused(invalid));
        });
    }

    private static Answer refused(Reading.Invalid invalid) {
        List<Answer.Flaw> errors = Reports.errors(invalid.problems());
        boolean pattern = invalid.problems().stream()
                .anyMatch(problem -> problem.code() == dev.capocomico.language.problem.ProblemCode.UNKNOWN_PATTERN);
        String detail = errors.size() == 1
                ? errors.getFirst().message()
                : "the workflow has %,d errors".formatted(errors.size());
        return Answer.Problem.of(
                pattern ? ProblemCode.UNSUPPORTED_PATTERN : ProblemCode.INVALID_WORKFLOW, detail, errors);
    }

    private Answer register(Call call, Definition definition, Plan plan) {
        if (!call.allows(definition.name())) {
            return call.forbidden(" on the workflow \"" + definition.name() + "\"");
        }
        Optional<String> complaint = executable.complaint(definition);
        if (complaint.isPresent()) {
            return Answer.Problem.of(ProblemCode.UNSUPPORTED_PATTERN, complaint.get());
        }
        Optional<String> excess = capacity.complaint(plan.resources());
        if (excess.isPresent()) {
            return Capacity.refusal("the roles ask together for " + excess.get());
        }
        String tree = DefinitionTree.of(definition).toString();
        var registration = definitions.register(
                call.tenant(),
                new DefinitionStore.Stored(plan.digest(), definition.name(), definition.version(), tree),
                call.origin());
        return switch (registration) {
            case CREATED -> registered(call, 201, plan);
            case UNCHANGED -> registered(call, 200, plan);
            case CONFLICT ->
                Answer.Problem.of(
                        ProblemCode.CONFLICT,
                        "another definition is registered as \"%s\" version \"%s\"; give this one another version"
                                .formatted(definition.name(), definition.version()));
        };
    }

    private Answer registered(Call call, int status, Plan plan) {
        Definition definition = plan.definition();
        Registered found = store.byName(call.tenant(), definition.name(), definition.version())
                .orElseThrow(() ->
                        new IllegalStateException("\"" + definition.name() + "\" was registered, and is not there"));
        ObjectNode json = JSON.objectNode()
                .put("workflow_id", found.id())
                .put("name", found.name())
                .put("version", found.version())
                .put("status", "validated");
        json.set("validation_report", Reports.valid(plan));
        json.set("estimated_resources", Reports.resources(plan.resources()));
        return new Answer.Done(status, json, Map.of("Location", "/api/v1/workflows/" + found.id()));
    }

    private CompletionStage<Answer> get(Call call) {
        return find(call)
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedFuture(unknown(call))
                        : plans.load(call.tenant(), found.get().digest())
                                .thenApply(plan -> described(found.get(), plan)));
    }

    private static Answer described(Registered workflow, Plan plan) {
        ObjectNode json = Reports.registered(workflow);
        json.set("definition", DefinitionTree.of(plan.definition()));
        json.set("plan", Reports.plan(plan));
        json.set("estimated_resources", Reports.resources(plan.resources()));
        return Answer.ok(json);
    }

    private CompletionStage<Answer> list(Call call) {
        int limit = call.arguments().number("limit");
        List<Answer.Flaw> flaws = new ArrayList<>();
        After after = PageCursor.read(call.arguments(), Cursor::read, flaws);
        if (!flaws.isEmpty()) {
            return CompletableFuture.completedFuture(Answer.Problem.of(
                    ProblemCode.INVALID_PARAMETER, "the cursor is none that this call has given", flaws));
        }
        String name = call.arguments().text("name").orElse(null);
        NamePatterns among = call.known().scopes().among(Action.READ);
        return waiting.call(() -> page(store.newest(call.tenant(), name, among, after, limit + 1), limit));
    }

    private static Answer page(List<Registered> found, int limit) {
        List<Registered> shown = found.subList(0, Math.min(limit, found.size()));
        ObjectNode json = JSON.objectNode();
        ArrayNode workflows = json.putArray("workflows");
        shown.forEach(workflow -> workflows.add(Reports.registered(workflow)));
        if (found.size() > limit) {
            Registered last = shown.getLast();
            json.put("next_cursor", Cursor.write(new After(last.registeredAtMicros(), last.id())));
        }
        return Answer.ok(json);
    }

    private CompletionStage<Answer> patterns(Call call) {
        ObjectNode json = JSON.objectNode();
        ArrayNode all = json.putArray("patterns");
        for (PatternType pattern : patterns.all()) {
            JsonNode schema = pattern.settingsSchema();
            ObjectNode one = all.addObject().put("name", pattern.name()).put("description", pattern.description());
            one.set("settings_schema", schema);
            one.put("executable", executable.patterns().contains(pattern.name()));
        }
        return CompletableFuture.completedFuture(Answer.ok(json));
    }
}
