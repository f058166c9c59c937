package dev.capocomico.cluster;

import dev.capocomico.engine.DefinitionStore;
import dev.capocomico.engine.Plans;
import dev.capocomico.engine.store.UnreadableException;
import dev.capocomico.language.Reading;
import dev.capocomico.language.Source;
import dev.capocomico.language.WorkflowReader;
import dev.capocomico.model.plan.Plan;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The plans of this node, those used last at hand; behind them the store of definitions. */
public final class Catalogue implements Plans {
    private final DefinitionStore store;
    private final WorkflowReader reader;
    private final Executor waiting;
    private final PlanCache plans = new PlanCache(PlanCache.WEIGHT_MAX);

    /** @param waiting threads that may wait for the database */
    public Catalogue(DefinitionStore store, WorkflowReader reader, Executor waiting) {
        this.store = store;
        this.reader = reader;
        this.waiting = waiting;
    }

    /** Keeps at hand what is in the store already. */
    public void add(Plan plan) {
        plans.put(plan, -1);
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
                .orElseThrow(
                        () -> new UnreadableException("no definition with the digest " + digest + " is kept", null));
        return switch (reader.readStored(Source.of("<definition>.json", tree))) {
            case Reading.Valid valid -> {
                plans.put(valid.plan(), tree.length());
                yield valid.plan();
            }
            case Reading.Invalid invalid ->
                throw new UnreadableException(
                        "the definition %s was valid once, and is not for this program: %s"
                                .formatted(digest, invalid.problems().getFirst().message()),
                        null);
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
