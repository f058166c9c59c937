package dev.capocomico.engine;

import dev.capocomico.model.definition.Definition;
import dev.capocomico.model.plan.Plan;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Plans that were registered in the test. May be put out of reach. */
final class FakePlans implements Plans {
    private final Map<String, Plan> byDigest = new ConcurrentHashMap<>();
    private final Map<String, String> digests = new ConcurrentHashMap<>();
    /** How often in a row the store cannot be asked, from now on. */
    final AtomicInteger outages = new AtomicInteger();

    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final AtomicInteger heldBack = new AtomicInteger();
    private volatile CompletableFuture<Void> release = CompletableFuture.completedFuture(null);

    /** From now on the workflow is not at hand, and is not loaded before the returned future is completed. */
    CompletableFuture<Void> holdBack(String workflow) {
        CompletableFuture<Void> released = new CompletableFuture<>();
        release = released;
        String digest = digests.get(workflow);
        if (digest == null) {
            throw new NoSuchElementException(workflow);
        }
        held.add(digest);
        return released;
    }

    /** How many wait for what is held back. */
    int heldBack() {
        return heldBack.get();
    }

    Plan register(Definition definition) {
        Plan plan = Plan.of(definition);
        byDigest.put(plan.digest(), plan);
        digests.put(definition.name(), plan.digest());
        digests.put(definition.name() + ":" + definition.version(), plan.digest());
        return plan;
    }

    @Override
    public @Nullable Plan atHand(String digest) {
        return held.contains(digest) ? null : byDigest.get(digest);
    }

    @Override
    public CompletionStage<Plan> load(String tenant, String digest) {
        if (held.contains(digest)) {
            heldBack.incrementAndGet();
            return release.thenApply(released -> byDigest.get(digest));
        }
        Plan plan = byDigest.get(digest);
        return plan == null
                ? CompletableFuture.failedFuture(new NoSuchElementException(digest))
                : CompletableFuture.completedFuture(plan);
    }

    @Override
    public CompletionStage<String> find(String tenant, String workflow, @Nullable String version) {
        if (outages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return CompletableFuture.failedFuture(new IllegalStateException("the store cannot be reached"));
        }
        String digest = digests.get(version == null ? workflow : workflow + ":" + version);
        return digest == null
                ? CompletableFuture.failedFuture(new NoSuchElementException("no workflow \"" + workflow + "\""))
                : CompletableFuture.completedFuture(digest);
    }
}
