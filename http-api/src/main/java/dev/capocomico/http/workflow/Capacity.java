package dev.capocomico.http.workflow;

import dev.capocomico.http.answer.Answer;
import dev.capocomico.http.answer.ProblemCode;
import dev.capocomico.model.definition.Resources;
import dev.capocomico.model.plan.ResourceEstimate;
import java.util.Optional;

/** What the cluster is configured for. A workflow that asks for more is not registered, and none is executed with more. */
public record Capacity(long cpuMillisMax, long memoryBytesMax) {
    public static final Capacity UNLIMITED = new Capacity(Long.MAX_VALUE, Long.MAX_VALUE);

    /** Seconds: the cluster does not grow from one moment to the next. */
    private static final String COME_AGAIN_AFTER = "60";

    /** What all roles ask for together beyond it, in words; empty when they do not. */
    Optional<String> complaint(ResourceEstimate asked) {
        return complaint(asked.cpuMillis(), asked.memoryBytes());
    }

    /** What is asked for beyond it, in words; empty when nothing is. */
    Optional<String> complaint(Resources asked) {
        return complaint(asked.cpuMillis(), asked.memoryBytes());
    }

    private Optional<String> complaint(long cpuMillis, long memoryBytes) {
        if (cpuMillis > cpuMillisMax) {
            return Optional.of("%s cores, and the cluster is configured for %s"
                    .formatted(cpuMillis / 1000.0, cpuMillisMax / 1000.0));
        }
        return memoryBytes > memoryBytesMax
                ? Optional.of("%,d bytes of memory, and the cluster is configured for %,d"
                        .formatted(memoryBytes, memoryBytesMax))
                : Optional.empty();
    }

    static Answer.Problem refusal(String excess) {
        return Answer.Problem.of(ProblemCode.INSUFFICIENT_RESOURCES, excess).with("Retry-After", COME_AGAIN_AFTER);
    }
}
