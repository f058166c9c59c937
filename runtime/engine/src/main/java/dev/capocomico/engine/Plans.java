package dev.capocomico.engine;

import dev.capocomico.model.plan.Plan;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where an execution finds the plan that it was started with. Thread-safe. */
public interface Plans {
    /** The plan, if it is at hand, whoever registered it: the digest says all of it. Null when it has to be {@linkplain #load loaded}, or is not known at all. */
    @Nullable Plan atHand(String digest);

    /** Fails when there is no definition with this digest, or the store cannot be asked; asking again is allowed. */
    CompletionStage<Plan> load(String tenant, String digest);

    /**
     * The digest of a registered workflow, for a child execution.
     *
     * @param version null for the one registered last
     */
    CompletionStage<String> find(String tenant, String workflow, @Nullable String version);
}
