package dev.capocomico.http.workflow;

import dev.capocomico.model.plan.ResourceEstimate;
import java.util.Optional;

/** What the cluster is configured for. A workflow that asks for more is not registered. */
public record Capacity(long cpuMillisMax, long memoryBytesMax) {
    public static final Capacity UNLIMITED = new Capacity(Long.MAX_VALUE, Long.MAX_VALUE);

    /** What is asked for beyond it, in a sentence. */
    Optional<String> complaint(ResourceEstimate asked) {
        if (asked.cpuMillis() > cpuMillisMax) {
            return Optional.of("its roles ask for %s cores together, and the cluster is configured for %s"
                    .formatted(asked.cpuMillis() / 1000.0, cpuMillisMax / 1000.0));
        }
        return asked.memoryBytes() > memoryBytesMax
                ? Optional.of("its roles ask for %,d bytes of memory together, and the cluster is configured for %,d"
                        .formatted(asked.memoryBytes(), memoryBytesMax))
                : Optional.empty();
    }
}
