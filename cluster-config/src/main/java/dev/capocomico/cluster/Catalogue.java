package dev.capocomico.cluster;

import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.Plans;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.plan.Plan;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The plans of this node, each compiled once; behind them the store of definitions. */
public final class Catalogue implements Plans {
    private final DefinitionStore store;
    private final WorkflowReader reader;
    private final Executor waiting;
    private final Map<String, Plan> plans = new ConcurrentHashMap<>();

    /** @param waiting threads that may wait for the database */
    public Catalogue(DefinitionStore store, WorkflowReader reader, Executor waiting) {
        this.store = store;
        this.reader = reader;
        this.waiting = waiting;
    }

    /** Keeps at hand what is in the store already. */
    public void add(Plan plan) {
        plans.putIfAbsent(plan.digest(), plan);
    }

    @Override
    public @Nullable Plan atHand(String digest) {
        return plans.get(digest);
    }

    @Override
    public CompletionStage<Plan> load(String tenant, String digest) {
        Plan known = plans.get(digest);
        return known != null
                ? CompletableFuture.completedFuture(known)
                : CompletableFuture.supplyAsync(() -> read(tenant, digest), waiting);
    }

    private Plan read(String tenant, String digest) {
        String tree = store.tree(tenant, digest)
                .orElseThrow(() -> new NoSuchElementException("no definition with the digest " + digest + " is kept"));
        return switch (reader.read(Source.of("<definition>.json", tree))) {
            case Reading.Valid valid -> {
                add(valid.plan());
                yield valid.plan();
            }
            case Reading.Invalid invalid ->
                throw new IllegalStateException("the definition %s was valid once, and is not for this program: %s"
                        .formatted(digest, invalid.problems().getFirst().message()));
        };
    }

    @Override
    public CompletionStage<String> find(String tenant, String workflow, @Nullable String version) {
        return CompletableFuture.supplyAsync(
                () -> store.digest(tenant, workflow, version)
                        .orElseThrow(() -> new NoSuchElementException("no workflow \"%s\"%s is registered"
                                .formatted(workflow, version == null ? "" : " of version \"" + version + "\""))),
                waiting);
    }
}
