package dev.capocomico.http;

import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.NamePatterns;
import dev.capocomico.engine.store.WorkflowDirectory;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.execution.Origin;
import dev.capocomico.model.plan.Plan;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is registered, in maps. */
final class WorkflowsInMemory implements DefinitionStore, WorkflowDirectory, Plans {
    private final AtomicLong micros = new AtomicLong(1_800_000_000_000_000L);
    private final Map<String, Owned> registered = new ConcurrentHashMap<>();
    /** Trees by tenant and digest. */
    private final Map<String, String> kept = new ConcurrentHashMap<>();

    private final Map<String, Plan> plans = new ConcurrentHashMap<>();
    private final WorkflowReader reader;
    private final FlakyDatabase database;

    private record Owned(String tenant, Registered workflow) {}

    WorkflowsInMemory(WorkflowReader reader, FlakyDatabase database) {
        this.reader = reader;
        this.database = database;
    }

    @Override
    public synchronized Registration register(String tenant, Stored definition, @Nullable Origin origin) {
        database.require();
        Optional<Registered> there = byName(tenant, definition.name(), definition.version());
        if (there.isPresent()) {
            return there.get().digest().equals(definition.digest()) ? Registration.UNCHANGED : Registration.CONFLICT;
        }
        String id = UUID.randomUUID().toString();
        Registered workflow = new Registered(
                id, definition.name(), definition.version(), definition.digest(), micros.getAndAdd(1_000_000));
        registered.put(id, new Owned(tenant, workflow));
        keep(tenant, definition);
        return Registration.CREATED;
    }

    @Override
    public void keep(String tenant, Stored definition) {
        database.require();
        kept.putIfAbsent(tenant + "/" + definition.digest(), definition.tree());
        if (reader.read(Source.of("x.json", definition.tree())) instanceof Reading.Valid valid) {
            plans.put(definition.digest(), valid.plan());
        }
    }

    @Override
    public Optional<String> tree(String tenant, String digest) {
        database.require();
        return Optional.ofNullable(kept.get(tenant + "/" + digest));
    }

    @Override
    public Optional<String> digest(String tenant, String name, @Nullable String version) {
        return byName(tenant, name, version).map(Registered::digest);
    }

    @Override
    public Optional<Registered> byId(String tenant, String id) {
        database.require();
        return Optional.ofNullable(registered.get(id))
                .filter(entry -> entry.tenant().equals(tenant))
                .map(Owned::workflow);
    }

    @Override
    public Optional<Registered> byName(String tenant, String name, @Nullable String version) {
        database.require();
        return all(tenant)
                .filter(workflow -> workflow.name().equals(name))
                .filter(workflow -> version == null || workflow.version().equals(version))
                .findFirst();
    }

    @Override
    public Optional<Registered> byDigest(String tenant, String digest) {
        database.require();
        return all(tenant).filter(workflow -> workflow.digest().equals(digest)).findFirst();
    }

    @Override
    public List<Registered> newest(
            String tenant, @Nullable String name, NamePatterns among, @Nullable After after, int limit) {
        database.require();
        return all(tenant)
                .filter(workflow -> name == null || workflow.name().equals(name))
                .filter(workflow -> among.matches(workflow.name()))
                .filter(workflow -> after == null || workflow.registeredAtMicros() < after.registeredAtMicros())
                .limit(limit)
                .toList();
    }

    private Stream<Registered> all(String tenant) {
        return registered.values().stream()
                .filter(entry -> entry.tenant().equals(tenant))
                .map(Owned::workflow)
                .sorted(Comparator.comparingLong(Registered::registeredAtMicros).reversed());
    }

    @Override
    public @Nullable Plan atHand(String digest) {
        return plans.get(digest);
    }

    @Override
    public CompletionStage<Plan> load(String tenant, String digest) {
        return CompletableFuture.completedFuture(plans.get(digest));
    }

    @Override
    public CompletionStage<String> find(String tenant, String workflow, @Nullable String version) {
        return CompletableFuture.completedFuture(
                digest(tenant, workflow, version).orElseThrow());
    }
}
